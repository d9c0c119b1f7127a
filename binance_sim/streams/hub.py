"""Market streams: connections and their subscriptions (source: "WebSocket Streams")."""

from collections.abc import Iterable
from urllib.parse import unquote

import orjson
from aiohttp import web

from binance_sim.api.limits import Limits
from binance_sim.clock import SimulatorClock, TimeUnit, microseconds, read_unit
from binance_sim.errors import ApiError
from binance_sim.faults.armed import ArmedFaults
from binance_sim.journal.writer import Journal
from binance_sim.sockets.connection_gate import ConnectionGate
from binance_sim.sockets.frames import text_frame
from binance_sim.sockets.peers import PeerGroup, SocketPeer
from binance_sim.streams.controls import Listener, StreamError, answer_control

MAX_STREAMS = 1024


def _read_query(query: str) -> dict[str, str]:
    """The parameters. A plus sign stays a plus sign, as in `kline_1d@+08:00`; in a form it would be a space."""
    return {unquote(name): unquote(value) for name, _, value in (part.partition("=") for part in query.split("&"))}


class MarketHub:
    """All market stream connections. Unknown stream names are accepted, and nothing is ever sent for them."""

    def __init__(
        self, peers: PeerGroup, limits: Limits, clock: SimulatorClock, journal: Journal, faults: ArmedFaults
    ) -> None:
        self._peers, self._limits, self._clock, self._journal = peers, limits, clock, journal
        self._connection_gate = ConnectionGate(limits, faults, journal, "market")
        self._by_peer: dict[SocketPeer, Listener] = {}
        self._by_name: dict[str, dict[Listener, None]] = {}

    def has_listeners(self, name: str) -> bool:
        return name in self._by_name

    @property
    def names(self) -> Iterable[str]:
        """All streams with listeners."""
        return tuple(self._by_name)

    @property
    def wants_microseconds(self) -> bool:
        """Whether a listener wants times in microseconds."""
        return any(listener.unit is microseconds for listener in self._by_peer.values())

    def publish(self, name: str, raw: bytes, raw_us: bytes | None = None) -> None:
        """Send an encoded payload to all listeners of `name`, or `raw_us` to those who want microseconds.

        Each form is encoded as a frame once for all its receivers.
        """
        listeners = self._by_name.get(name)
        if not listeners:
            return
        frames: dict[tuple[bool, bool], bytes] = {}
        for listener in tuple(listeners):
            form = (listener.combined, raw_us is not None and listener.unit is microseconds)
            if form not in frames:
                payload = raw_us if form[1] and raw_us is not None else raw
                wrapped = b'{"stream":"%b","data":%b}' % (name.encode(), payload) if form[0] else payload
                frames[form] = text_frame(wrapped)
            listener.peer.send_soon(frames[form])
        self._journal.write("market", stream=name, to=len(listeners), body=raw)

    def announce_shutdown(self) -> int:
        """Announce a shutdown on every connection; returns how many there were."""
        event = orjson.dumps({"e": "serverShutdown", "E": self._clock.ms()})
        for listener in self._by_peer.values():
            wrapped = b'{"stream":"!serverShutdown","data":%b}' % event if listener.combined else event
            listener.peer.send_text(wrapped)
        return len(self._by_peer)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        refused = self._connection_gate.refusal_for(request, self._limits.stream_connections)
        if refused is not None:
            return refused
        path, _, query = request.raw_path.partition("?")
        params = _read_query(query)
        try:
            unit = read_unit(params.get("timeUnit"))
        except ApiError as error:
            return web.json_response(error.body(), status=error.status)
        combined = path.startswith("/stream")
        listed = params.get("streams", "") if combined else unquote(path.removeprefix("/ws"))
        names = [name for name in listed.split("/") if name]
        if len(names) > MAX_STREAMS:
            return web.Response(status=400)
        return await self._accept(request, names, combined, unit)

    async def _accept(
        self, request: web.BaseRequest, names: list[str], combined: bool, unit: TimeUnit
    ) -> web.StreamResponse:
        def opened(peer: SocketPeer) -> None:
            listener = self._by_peer[peer] = Listener(peer, combined, unit)
            self._connection_gate.record_connect(peer, request)
            self.subscribe(listener, names)

        return await self._peers.accept(request, opened, self._on_text, self._closed)

    def _closed(self, peer: SocketPeer) -> None:
        listener = self._by_peer.pop(peer)
        self.unsubscribe(listener, list(listener.names))
        self._connection_gate.record_disconnect(peer)

    def _on_text(self, peer: SocketPeer, text: str) -> None:
        listener = self._by_peer[peer]
        self._journal.write("message", conn=peer.number, body=text)
        answer = answer_control(listener, text, self.subscribe, self.unsubscribe)
        raw = orjson.dumps(answer)
        peer.send_text(raw)
        self._journal.write("answer", conn=peer.number, body=raw)

    def subscribe(self, listener: Listener, names: list[str]) -> None:
        """Raises StreamError beyond 1024 streams."""
        if len(listener.names.keys() | set(names)) > MAX_STREAMS:
            raise StreamError(2, f"Invalid request: more than {MAX_STREAMS} streams")
        for name in names:
            listener.names[name] = None
            self._by_name.setdefault(name, {})[listener] = None

    def unsubscribe(self, listener: Listener, names: list[str]) -> None:
        for name in names:
            listener.names.pop(name, None)
            listeners = self._by_name.get(name, {})
            listeners.pop(listener, None)
            if not listeners:
                self._by_name.pop(name, None)
