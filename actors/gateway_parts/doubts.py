"""Orders that were sent and not answered: the same one does not leave twice while the first may still arrive.

A keeper that died between sending a SELL and having it written down leaves a successor that sends it again under the
same name. While the first stands on the book the exchange refuses the second as a duplicate; but one that arrives
late, after the other was filled, it would take: a client order id is free again once its order is filled (Binance
rest-api.md, "New order").
"""

from lotkeeper.trading.reconcile import alive_until
from messages.orders import PlaceSellOrder, SellOutcomeUnknown

_REASON = "an order of this name was sent before without an answer, and may still arrive; nothing was sent"


class Doubts:
    """By client order id: until when (wall clock, milliseconds) a request may still reach the book."""

    def __init__(self) -> None:
        self._until_ms: dict[str, int] = {}

    def about(self, message: PlaceSellOrder, now_ms: int) -> SellOutcomeUnknown | None:
        """What the keeper is told instead of sending; None when the order may leave."""
        for client_id in [name for name, until_ms in self._until_ms.items() if until_ms < now_ms]:
            del self._until_ms[client_id]
        is_doubted = message.client_id in self._until_ms
        return SellOutcomeUnknown(message.symbol, message.client_id, _REASON) if is_doubted else None

    def answered(self, client_id: str, reply: object, now_ms: int, recv_window_ms: int) -> None:
        """An order was sent, and this is what the keeper is told of it now."""
        if isinstance(reply, SellOutcomeUnknown):
            self._until_ms[client_id] = alive_until(now_ms, recv_window_ms)
