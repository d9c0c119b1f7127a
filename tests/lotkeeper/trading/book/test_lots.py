"""What changes a lot beside the fills and reports of the exchange: our own events and decisions."""

from dataclasses import replace

from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.states import OrderEvent, OrderState
from lotkeeper.trading.selling.decisions import Park, ParkCause
from tests.lotkeeper.trading import make

# Our own events


def test_a_refused_sell_keeps_its_reason():
    book = make.book()
    book.apply_fill(make.buy())
    order = make.place(book)
    lot = book.lots.apply_order_event(order.name, OrderEvent.REFUSED, make.NOW, "refused: no coin")
    assert lot.reason == "refused: no coin"
    decision = make.decision(book.lots[7])
    assert decision == Park(ParkCause.REFUSED, "refused: no coin", make.NOW + 1000)
    assert book.lots.apply_decision(lot, decision).state is LotState.PARKED


def test_an_event_on_a_sell_not_known_is_none():
    book, order = make.selling()
    assert book.lots.apply_order_event(replace(order.name, generation=9), OrderEvent.REFUSED, 0) is None
    assert book.lots.apply_order_event(replace(order.name, buy_order_id=9), OrderEvent.REFUSED, 0) is None


def test_what_is_in_doubt_and_on_the_book():
    book = make.book()
    book.apply_fill(make.buy())
    order = make.place(book)
    book.lots.apply_order_event(order.name, OrderEvent.ANSWER_LOST, make.NOW)
    assert [each.name for each in book.lots.unknown_sells()] == [order.name]
    book.apply_report(make.sell_report(order))
    assert book.lots.unknown_sells() == []
    assert [each.state for each in book.lots.sells_on_book()] == [OrderState.OPEN]


def test_decisions_that_place_nothing_move_the_lot():
    book = make.book()
    lot = book.apply_fill(make.buy())
    park = Park(ParkCause.TOO_SMALL, "too small")
    parked = book.lots.apply_decision(lot, park)
    assert (parked.state, parked.reason) == (LotState.PARKED, "too small")
    assert book.lots.apply_decision(parked, park) is None
    standing, _ = make.selling()
    assert standing.lots.apply_decision(standing.lots[7], park).state is LotState.SELLING
