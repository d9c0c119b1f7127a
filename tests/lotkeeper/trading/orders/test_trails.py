"""Which orders of the exchange follow the price, and which wait for one."""

from dataclasses import replace
from decimal import Decimal as D

from lotkeeper.trading.orders.order import apply_report
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.orders.trails import Trail, reported_trail, waits_for_price
from tests.lotkeeper.trading import make

TRAIL = Trail(150, D("102.04"))


def test_only_a_take_profit_limit_with_a_delta_follows_the_price() -> None:
    assert reported_trail("TAKE_PROFIT_LIMIT", 150, D("102.04")) == TRAIL
    assert reported_trail("TAKE_PROFIT_LIMIT", 150, D(0)) == Trail(150)
    assert reported_trail("TAKE_PROFIT_LIMIT", 0, D("102.04")) is None
    assert reported_trail("STOP_LOSS_LIMIT", 150, D("102.04")) is None


def test_which_orders_wait_for_a_price() -> None:
    waiting = ("STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT")
    assert all(map(waits_for_price, waiting))
    assert not any(map(waits_for_price, ("LIMIT", "LIMIT_MAKER", "MARKET", "SOMETHING_NEW")))


def test_a_sell_is_what_the_exchange_says_it_is() -> None:
    """An earlier keeper may have sent it under this name, and died before it was recorded."""
    _, order = make.selling()
    report = replace(make.sell_report(order), trail=TRAIL)
    assert apply_report(order, report).trail == TRAIL
    refused = replace(order, state=OrderState.PLACING, order_id=None)
    assert apply_report(refused, replace(report, status="REJECTED", order_id=71)).trail is None


def test_without_a_database_a_sell_that_follows_the_price_is_known_as_one() -> None:
    book = make.book()
    report = replace(make.named_report(7, 1, 70, "1", "100.51"), trail=TRAIL)
    book.apply_report(report)
    book.apply_fill(make.buy())
    book.rebuild_lot(7)
    (order,) = book.lots[7].orders
    assert (order.trail, order.price, order.was_found) == (TRAIL, D("100.51"), True)
