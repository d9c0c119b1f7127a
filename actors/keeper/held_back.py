"""An order of an earlier keeper may still arrive: no SELL before a comparison that would see it."""

from actors.keeper.outcomes import Outcomes
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.orders.states import OrderEvent
from messages.orders import SellBlocked


class HeldBack(Outcomes):
    """What is in flight may be of any lot of the pair, under a name and with dust that this keeper would use again."""

    _unsettled = ""  # why nothing can be sent
    _unsettled_until = float("-inf")  # by the monotonic clock: the comparison must begin no earlier

    @handles(SellBlocked)
    def _sell_held_back(self, message: SellBlocked, sender: Sender) -> None:
        if not self._unsettled:
            self.log.warning("%s: SELLs wait for %.1f s: %s", self._symbol, message.for_s, message.reason)
        self._unsettled = message.reason
        self._unsettled_until = max(self._unsettled_until, self.monotonic() + message.for_s)
        self._order_event(message.client_id, OrderEvent.REFUSED, f"not sent: {message.reason}")

    def _obstacle(self) -> str:
        return super()._obstacle() or self._unsettled

    def _is_settling_due(self) -> bool:
        """Whether the comparison can begin that everything waits for."""
        return bool(self._unsettled) and self._unsettled_until <= self.monotonic()

    def _settle(self) -> None:
        """A comparison is through, which began when nothing of an earlier keeper could arrive any more."""
        if self._begun_at >= self._unsettled_until:
            self._unsettled = ""
