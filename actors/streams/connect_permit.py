"""A stream's leave to connect: kept in advance, asked for at the Gateway, which counts for the whole address."""

from abc import abstractmethod
from typing import Any

from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.exchange.websocket.connect_permits import Leaves
from lotkeeper.exchange.websocket.retry import Failure, Kind
from messages.connections import ConnectPermitGranted, LimitHit, PauseConnecting, RequestConnectPermit

_LOOK_AGAIN_S = 0.25


class LeaveHolder(EngineActor):
    """Knows when this stream may open a connection."""

    _symbol = ""
    _gateway: Any = None
    _leaves = Leaves()
    _wanted_since_ms: int | None = None
    _not_before_ms = 0

    def meet_gateway(self, gateway: Any) -> None:
        """A Gateway in a new life is told what was spent, and asked for what is missing."""
        if gateway not in (None, self._gateway):
            self._gateway = gateway
            self._ask_leave()
        self._gateway = gateway

    def leave_wait_s(self) -> float:
        """Seconds until the attempt wanted now may be made, or be looked at again; 0 to go."""
        now_ms = self.wall_ms()
        if now_ms < self._not_before_ms:
            return (self._not_before_ms - now_ms) / 1000
        if self._wanted_since_ms is None:
            self._wanted_since_ms = now_ms
        if self._leaves.may_go(now_ms, self._wanted_since_ms):
            return 0.0
        self._ask_leave()
        return _LOOK_AGAIN_S

    def attempt_ended(self, failure: Failure | None) -> None:
        """An attempt is over; the exchange has counted it when it was reached."""
        self._wanted_since_ms = None
        if failure is not None and failure.kind is Kind.UNREACHABLE:
            return
        self._leaves = self._leaves.spent(self.wall_ms())
        self._ask_leave()
        if failure is not None and failure.kind is Kind.LIMITED and self._gateway is not None:
            self.send(self._gateway, LimitHit(failure.retry_after_s or 60.0, failure.text))

    @abstractmethod
    def on_leave(self) -> None:
        """The leave is here for which an attempt has waited."""

    def _ask_leave(self) -> None:
        if self._gateway is not None and not self._leaves.is_granted:
            self.send(self._gateway, RequestConnectPermit(self._symbol, self._leaves.number, self._leaves.attempts_ms))

    @handles(ConnectPermitGranted)
    def _granted(self, message: ConnectPermitGranted, sender: Sender) -> None:
        self._leaves = self._leaves.granted(message.number)
        if self._wanted_since_ms is not None and self._leaves.is_granted:
            self.on_leave()

    @handles(PauseConnecting)
    def _hold_off(self, message: PauseConnecting, sender: Sender) -> None:
        self._not_before_ms = max(self._not_before_ms, message.until_ms)
