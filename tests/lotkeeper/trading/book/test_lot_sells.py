from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.lots.states import HOLD_SENTENCES, HoldReason, LotState
from lotkeeper.trading.orders.states import OrderEvent
from lotkeeper.trading.selling.decisions import Close, Park, ParkCause, Wait, WaitUntil
from tests.lotkeeper.trading import make


def test_a_sell_cancelled_by_hand_is_held_until_resumed():
    book, order = make.selling()
    lot = book.apply_report(make.sell_report(order, status="CANCELED"))
    assert (lot.state, lot.hold) == (LotState.HELD, HoldReason.CANCELLED_BY_HAND)
    assert make.decision(book.lots[7]) == Wait(HOLD_SENTENCES[HoldReason.CANCELLED_BY_HAND], WaitUntil.RESUMED)
    assert book.lots.apply_decision(lot, Park(ParkCause.TOO_SMALL, "too small")) is None  # a held lot keeps its reason
    assert [each.state for each in book.lots.resume(make.NOW)] == [LotState.OPEN]
    assert make.decision(book.lots[7]).name.generation == 2
    assert book.lots.resume(make.NOW) == []


def test_a_sell_amended_by_hand_is_known_by_its_order_id():
    """An amended order bears a new client id (Binance rest-api.md, "Order Amend Keep Priority")."""
    book, order = make.selling()
    lot = book.apply_report(make.sell_report(order, status="PARTIALLY_FILLED", executed="0.5", client_id="amend_1"))
    assert lot.sold == D("0.5")
    assert book.manual_sales.dismissed_ids == set()


@pytest.mark.parametrize(("price", "quantity"), [("101.5", "1"), ("100.11", "1.5")])
def test_what_an_earlier_keeper_sent_under_a_name_counts_and_not_what_was_refused_for_it(price, quantity):
    """It died before its record was written; the next one chose the same name for another order."""
    book = make.book()
    book.apply_fill(make.buy(quantity="1"))
    order = make.place(book)
    book.apply_fill(make.buy(2, quantity="1"))
    theirs = replace(make.sell_report(order, status="NEW"), price=D(price), quantity=D(quantity))
    lot = book.apply_report(theirs)
    assert [(each.price, each.quantity) for each in lot.orders] == [(D(price), D(quantity))]
    assert (lot.state, lot.remainder, book.sells.pop_not_sent_here()) == (LotState.SELLING, 2 - D(quantity), [])
    make.check(lot)


def test_a_sell_that_the_exchange_ended_is_placed_again():
    book, order = make.selling()
    book.apply_report(make.sell_report(order, status="EXPIRED_IN_MATCH", executed="0.5"))
    book.apply_report(make.sell_report(order, status="EXPIRED_IN_MATCH", executed="0.5"))
    decision = make.decision(book.lots[7])
    assert (decision.name.generation, decision.quantity) == (2, D("0.5"))


def test_filled_after_the_cancel_closes_a_held_lot():
    book, order = make.selling()
    book.apply_report(make.sell_report(order, status="CANCELED", executed="0.5"))
    book.apply_report(make.sell_report(order, status="FILLED", executed="1"))
    assert make.decision(book.lots[7]) == Close()
    assert book.lots.apply_decision(book.lots[7], Close()).state is LotState.CLOSED


def test_a_status_that_is_not_known_leaves_the_order_as_it_is():
    book, order = make.selling(order_id=70)
    before = book.lots[7].orders[0].state
    book.apply_report(make.sell_report(order, status="MELTED"))
    assert book.lots[7].orders[0].state is before


def test_a_refused_copy_takes_nothing_from_the_order_that_stands():
    book, order = make.selling(order_id=70)
    assert book.apply_report(make.sell_report(order, 71, "REJECTED")) is None


def test_an_older_namesake_that_sold_nothing_says_nothing():
    """A name may be used again once its order has ended: the exchange may answer with either."""
    book, order = make.selling(order_id=71)
    assert book.apply_report(make.sell_report(order, 70, "EXPIRED")) is None


def test_two_orders_of_one_name_are_never_counted_as_one():
    book, order = make.selling(order_id=70)
    book.apply_fill(make.sell(2, 71, quantity="0.75"))
    for _ in range(2):
        lot = book.apply_report(make.sell_report(order, 71, "PARTIALLY_FILLED", "0.75")) or book.lots[7]
    assert (lot.sold, lot.open_quantity, lot.remainder) == (D("0.75"), D("1.25"), -1)
    assert make.decision(book.lots[7]) == Wait(
        "reconciliation: SELLs cover 1 BTC more than was received", WaitUntil.RECONCILED
    )
    lot = book.apply_report(make.sell_report(order, 71, "FILLED", "1"))
    assert [each.order_id for each in lot.orders] == [70, 71]
    make.check(lot)


def test_a_refused_sell_that_stands_after_all_is_selling():
    book = make.book()
    book.apply_fill(make.buy())
    order = make.place(book)
    book.lots.apply_order_event(order.name, OrderEvent.REFUSED, make.NOW, "refused")
    book.lots.apply_decision(book.lots[7], Park(ParkCause.REFUSED, "refused"))
    assert book.lots[7].state is LotState.PARKED
    assert book.apply_report(make.sell_report(order)).state is LotState.SELLING
