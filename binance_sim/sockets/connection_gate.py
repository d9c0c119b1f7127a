"""Which connections are accepted: attempts are counted, bans and faults may refuse them."""

from aiohttp import web

from binance_sim.api.limits import Limits, RequestWindow
from binance_sim.errors import ApiError, LimitError
from binance_sim.faults.armed import ArmedFaults
from binance_sim.faults.effects import RefuseConnection, Seam
from binance_sim.journal.writer import Journal
from binance_sim.sockets.peers import SocketPeer


def fault_refusal(faults: ArmedFaults, socket: str, request: web.BaseRequest) -> web.Response | None:
    """The response to a client that a fault refuses; None without such a fault."""
    due = faults.due(Seam.CONNECTION, {"socket": socket, "path": request.path}) if faults else []
    refuse = next((each for each in due if isinstance(each, RefuseConnection)), None)
    if refuse is None:
        return None
    return cut_connection(request) if refuse.status is None else web.Response(status=refuse.status)


def cut_connection(request: web.BaseRequest) -> web.Response:
    """End the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=499)


class ConnectionGate:
    """Accepts or refuses connections of one kind (`user` or `market`), and writes them to the journal."""

    def __init__(self, limits: Limits, faults: ArmedFaults, journal: Journal, socket: str) -> None:
        self._limits, self._faults, self._journal, self._socket = limits, faults, journal, socket

    def refusal_for(self, request: web.BaseRequest, window: RequestWindow, weight: int = 0) -> web.Response | None:
        """The response that refuses a connection; None if it is accepted."""
        refused = fault_refusal(self._faults, self._socket, request) or self._refused_by_limit(window, weight)
        if refused is not None:
            self._journal.write("refused", socket=self._socket, path=request.path, status=refused.status)
        return refused

    def _refused_by_limit(self, window: RequestWindow, weight: int) -> web.Response | None:
        try:
            self._limits.connect(window)
            if weight:
                self._limits.add(weight)
        except LimitError as error:
            return web.json_response(
                error.body(), status=error.status, headers={"Retry-After": str(error.retry_after_s)}
            )
        except ApiError as error:
            return web.json_response(error.body(), status=error.status)
        return None

    def record_connect(self, peer: SocketPeer, request: web.BaseRequest) -> None:
        self._journal.write("connect", socket=self._socket, conn=peer.number, path=request.path_qs)

    def record_disconnect(self, peer: SocketPeer) -> None:
        self._journal.write("disconnect", socket=self._socket, conn=peer.number)
