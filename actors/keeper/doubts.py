"""What is known of orders in doubt beside their state: since when and why, what was asked, and what is asked next."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from lotkeeper.trading.lots.dust_transfer import lot_id
from lotkeeper.trading.orders.order import SellOrder
from messages.health import UnresolvedOrder

BEFORE = "no answer to it was known when this keeper began"


@dataclass(slots=True)
class _Doubt:
    since_ms: int
    why: str
    answer: str = ""
    asked: int = 0
    next_ms: int | None = None


@dataclass(slots=True)
class Doubts:
    """By client order id of the SELL; what is not in doubt any more is forgotten with the next report."""

    _known: dict[str, _Doubt] = field(default_factory=dict)

    def begun(self, client_id: str, why: str, now_ms: int) -> None:
        """The first reason stays with the moment; a later one is newer evidence."""
        known = self._known.setdefault(client_id, _Doubt(now_ms, why))
        known.why = why

    def asked(self, client_id: str, now_ms: int) -> None:
        doubt = self._known.setdefault(client_id, _Doubt(now_ms, BEFORE))
        doubt.asked, doubt.next_ms = doubt.asked + 1, None

    def answered(self, client_id: str, answer: str, next_ms: int) -> None:
        """The answer settled nothing, and the next question is due then."""
        doubt = self._known.get(client_id)
        if doubt is not None:
            doubt.answer, doubt.next_ms = answer, next_ms

    def told(
        self, orders: Iterable[SellOrder], what: str, settles_ms: Callable[[SellOrder], int]
    ) -> Iterator[UnresolvedOrder]:
        """Each order in doubt for people; `settles_ms` tells from when on "no such order" is believed of it."""
        for order in orders:
            doubt = self._known.get(order.client_id) or _Doubt(order.updated_ms, BEFORE)
            yield UnresolvedOrder(
                lot=lot_id(order.symbol, order.name.buy_order_id),
                order=order.client_id,
                what=what,
                since_ms=doubt.since_ms,
                evidence="; ".join(text for text in (doubt.why, doubt.answer) if text),
                asked=doubt.asked,
                next_ms=doubt.next_ms,
                settles_ms=settles_ms(order),
            )

    def forget_all_but(self, client_ids: Iterable[str]) -> None:
        """These are in doubt still."""
        kept = set(client_ids)
        self._known = {client_id: doubt for client_id, doubt in self._known.items() if client_id in kept}
