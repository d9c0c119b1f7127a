"""When a stream may connect: it holds a permit in advance, from the Gateway, which counts for the whole address."""

from typing import Any

from lotkeeper.engine.actor import EngineActor
from lotkeeper.exchange.websocket.connect_permit import ConnectPermit
from lotkeeper.exchange.websocket.connect_policy import ConnectFailure, FailureKind
from messages.connections import LimitHit, RequestConnectPermit

_CHECK_AGAIN_S = 0.25
_LIMITED_S = 60.0  # where the exchange names no time


class PermitHolder:
    """The permit of one stream actor, and the pauses that the Gateway asks for."""

    def __init__(self, actor: EngineActor) -> None:
        self.stream = ""  # the symbol; empty for the user stream
        self._actor = actor
        self._gateway: Any = None
        self._permit = ConnectPermit()
        self._wanted_since_ms: int | None = None  # an attempt waits since then
        self._paused_until_ms = 0  # wall clock

    def require(self) -> None:
        """Also the first connection needs a permit."""
        self._permit = ConnectPermit(is_granted=False)

    def meet_gateway(self, gateway: Any) -> None:
        """A new Gateway is told of the attempts so far, and asked for the missing permit."""
        if gateway not in (None, self._gateway):
            self._gateway = gateway
            self._request()
        self._gateway = gateway

    def wait_s(self) -> float:
        """Seconds until the attempt that is wanted now may be made or checked again; 0 when it may be made now."""
        now_ms = self._actor.wall_ms()
        if now_ms < self._paused_until_ms:
            return (self._paused_until_ms - now_ms) / 1000
        if self._wanted_since_ms is None:
            self._wanted_since_ms = now_ms
        if self._permit.may_connect(now_ms, self._wanted_since_ms):
            return 0.0
        self._request()
        return _CHECK_AGAIN_S

    def attempt_ended(self, failure: ConnectFailure | None) -> None:
        """An attempt succeeded (None) or failed. The exchange has counted it if it was reached."""
        self._wanted_since_ms = None
        if failure is not None and failure.kind is FailureKind.UNREACHABLE:
            return
        self._permit = self._permit.used(self._actor.wall_ms())
        self._request()
        if failure is not None and failure.kind is FailureKind.LIMITED and self._gateway is not None:
            self._actor.send(self._gateway, LimitHit(failure.retry_after_s or _LIMITED_S, failure.text))

    def grant(self, number: int) -> bool:
        """Accepts permit `number`; whether an attempt has waited for it."""
        self._permit = self._permit.granted(number)
        return self._wanted_since_ms is not None and self._permit.is_granted

    def pause_until(self, until_ms: int) -> None:
        """No attempt before `until_ms` (wall clock); a shorter pause never ends a longer one."""
        self._paused_until_ms = max(self._paused_until_ms, until_ms)

    def _request(self) -> None:
        if self._gateway is not None and not self._permit.is_granted:
            request = RequestConnectPermit(self.stream, self._permit.number, self._permit.attempts_ms)
            self._actor.send(self._gateway, request)
