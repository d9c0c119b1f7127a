"""Whether a person has forbidden all orders, as the Gateway knows it: one value in memory, asked before each order."""

from actors.gateway.throttle import Deferred
from lotkeeper.trading.halts import NO_HALT, Halt, newest

_REASON = "the kill switch is on"
_RETRY_S = 1.0  # a keeper that knows of the switch does not try at all


class KillSwitch:
    """It is told by the Guardian, which has it from a person and from a file, and by the Ledger: the newest counts.

    The Gateway sends no order before the Ledger has told it.
    """

    def __init__(self) -> None:
        self.halt = NO_HALT
        self.is_on = False

    def note(self, halt: Halt) -> bool:
        """Whether orders are forbidden now and were not before, or the other way round."""
        was_on, self.halt = self.is_on, newest(self.halt, halt)
        self.is_on = self.halt.is_on
        return self.is_on != was_on

    def deferral(self) -> Deferred | None:
        """Why no order may be placed; None when one may."""
        return Deferred(_REASON, _RETRY_S) if self.is_on else None
