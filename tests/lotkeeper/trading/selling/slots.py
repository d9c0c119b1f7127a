"""A pair with few order slots, and the words to fill them."""

from decimal import Decimal as D

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderEvent
from lotkeeper.trading.policy import ExitPolicy
from lotkeeper.trading.selling.decisions import CancelSell, Decision, PlaceSell
from lotkeeper.trading.selling.order_slots import PairConditions, next_slot_step
from lotkeeper.trading.selling.plan import decide_lot
from tests.lotkeeper.trading import make

NOW = make.NOW
KNOWN = PairConditions(NOW)


def book(*, slots: int | None = None, free: int = 0) -> PairBook:
    kept = make.book()
    market = make.market(max_orders=slots, step=D("0.01"), min_quantity=D("0.01"))
    kept.set_terms(market, ExitPolicy(D(0), free_order_slots=free))
    return kept


def bought(kept: PairBook, order_id: int, price: str) -> None:
    kept.apply_fill(make.buy(order_id, order_id, "1", price))


def stands(kept: PairBook, order_id: int) -> None:
    """The lot's SELL is placed and stands."""
    order = make.place(kept, order_id, on=kept.market, by=kept.policy)
    accepted(kept, order)


def accepted(kept: PairBook, order: SellOrder) -> None:
    kept.apply_report(make.sell_report(order, order.name.buy_order_id * 100 + order.name.generation))


def carry_out(kept: PairBook, number: int, decisions: tuple[Decision, ...]) -> list[Decision]:
    """Carries the decisions about a lot out in the book; them."""
    for decision in decisions:
        if isinstance(decision, PlaceSell):
            kept.lots.record_sell_sent(decision, NOW)
        elif isinstance(decision, CancelSell):
            kept.lots.apply_order_event(decision.name, OrderEvent.CANCEL_SENT, NOW)
        else:
            kept.lots.apply_decision(kept.lots[number], decision)
    return list(decisions)


def decided(kept: PairBook, number: int, known: PairConditions = KNOWN) -> list[Decision]:
    """Decides about a lot and carries it out."""
    kept.lots.index.remove_from_queue(number)
    return carry_out(kept, number, decide_lot(kept, number, known))


def slots_filled(kept: PairBook, known: PairConditions = KNOWN) -> list[Decision]:
    """What follows for those that wait, until all that are left have to wait."""
    found: list[Decision] = []
    while (step := next_slot_step(kept, known)) is not None:
        found += carry_out(kept, 0, (step,)) if isinstance(step, CancelSell) else decided(kept, step, known)
    return found


def comes(kept: PairBook, number: int, price: str, known: PairConditions = KNOWN) -> list[Decision]:
    """A lot is bought, and all that follows is carried out."""
    bought(kept, number, price)
    return [*decided(kept, number, known), *slots_filled(kept, known)]
