"""The orders on the exchange's book that are not ours."""

from dataclasses import replace
from decimal import Decimal as D

from lotkeeper.trading.book.other_orders import OtherOrders
from lotkeeper.trading.orders.fills import Side
from tests.lotkeeper.trading import make


def waiting(order_id=8, executed="0", status="NEW"):
    return replace(make.buy_report(order_id, executed, status), quantity=D(1))


def noted(*reports):
    orders = OtherOrders()
    for each in reports:
        orders.note(each)
    return orders


def test_a_buy_is_there_from_the_moment_it_is_placed_to_its_end():
    orders = noted(waiting(9), waiting(8))
    assert [each.order_id for each in orders.buys] == [8, 9]
    orders.note(waiting(8, "0.4", "PARTIALLY_FILLED"))
    assert [each.executed for each in orders.buys] == [D("0.4"), 0]
    orders.note(waiting(8, "1", "FILLED"))
    orders.note(waiting(9, "0", "CANCELED"))
    assert orders.buys == ()


def test_a_late_copy_does_not_undo_what_was_bought():
    filled = waiting(8, "0.4", "PARTIALLY_FILLED")
    assert noted(filled, waiting(8)).buys == (filled,)


def test_a_sell_of_the_trader_takes_a_slot_and_is_no_buy():
    orders = noted(replace(waiting(), side=Side.SELL))
    assert (set(orders.ids), orders.buys) == ({8}, ())
    orders.clear()
    assert not orders.ids
