"""A SELL of ours stands on coins of a lot that is not known yet, while its own lot's coins were sold by hand."""

from decimal import Decimal as D

import pytest

from lotkeeper.trading.book.coin_debts import KEPT_MS, CoinDebt, CoinDebts
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.recovery.reconcile import Reconciliation
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.exchange import Exchange, bought, placed, traded

STEP_MS = 1000


def later(exchange, ms=STEP_MS):
    exchange.now_ms += ms


def owed_world():
    """A lot of 1 is bought, 0.6 of it are sold by hand, 1 more is bought, then our SELL of 1 for the first is placed.

    The book knows the first BUY and the SELL, then hears of the sale, and the second BUY is not shown to it.
    """
    exchange, book = Exchange(), make.book()
    exchange.now_ms = make.NOW
    first = bought(exchange, ("1", "100"))
    traded(exchange, book)
    later(exchange)
    order = exchange.order(Side.SELL, "0.6", "101", "web_1")
    sale = exchange.fill(order.order_id, D("0.6"))
    later(exchange)
    second = bought(exchange, ("1", "100"))
    later(exchange)
    sell = placed(exchange, book, first)
    book.apply_fill(sale)
    book.apply_report(exchange.orders[order.order_id])
    return exchange, book, first, second, sell, sale


def applied(book):
    return [(each.buy_order_id, each.quantity) for each in book.apply_manual_sales()]


def settled(book, sale):
    assert applied(book) == []
    book.manual_sales.settle([sale.trade_id])
    book.set_cursor(sale.trade_id)


def test_a_lot_that_is_known_later_pays_although_the_sale_is_settled():
    exchange, book, first, second, _, sale = owed_world()
    settled(book, sale)
    traded(exchange, book)
    assert applied(book) == [(second, D("0.6"))]
    assert (book.lots[first].open_quantity, book.lots[second].remainder) == (1, D("0.4"))
    assert applied(book) == []


def test_what_was_bought_after_our_sell_does_not_pay():
    exchange, book, _, second, _, sale = owed_world()
    settled(book, sale)
    later(exchange)
    younger = bought(exchange, ("5", "100"))
    traded(exchange, book)
    assert applied(book) == [(second, D("0.6"))]
    assert book.lots[younger].remainder == 5


def test_the_lot_itself_pays_when_its_sell_ends_unsold():
    exchange, book, first, _, sell, sale = owed_world()
    settled(book, sale)
    book.apply_report(exchange.cancel(sell))
    assert applied(book) == [(first, D("0.6"))]
    assert book.lots[first].remainder == D("0.4")


def test_a_debt_goes_on_to_the_lot_whose_coins_were_taken_and_so_on():
    """Seed 60153: the SELL of the first lot takes coins of the second, and its SELL those of one that is not known."""
    exchange, book = Exchange(), make.book()
    exchange.now_ms = make.NOW
    first, second = bought(exchange, ("1", "100")), bought(exchange, ("1", "100"))
    traded(exchange, book)
    later(exchange)
    order = exchange.order(Side.SELL, "0.6", "101", "web_1")
    sale = exchange.fill(order.order_id, D("0.6"))
    later(exchange)
    placed(exchange, book, first)
    later(exchange)
    third = bought(exchange, ("1", "100"))
    later(exchange)
    placed(exchange, book, second)
    book.apply_fill(sale)
    book.apply_report(exchange.orders[order.order_id])
    settled(book, sale)
    later(exchange)
    younger = bought(exchange, ("1", "100"))
    traded(exchange, book)
    assert applied(book) == [(third, D("0.6"))]
    assert (book.lots[third].remainder, book.lots[younger].remainder) == (D("0.4"), 1)


def test_several_lots_pay_the_one_that_was_bought_first_before_others():
    book = make.book()
    for trade_id, order_id, quantity in ((1, 7, "0.5"), (2, 8, "2")):
        book.apply_fill(make.buy(trade_id, order_id, quantity))
    debts, lots = CoinDebts(), list(book.lots.values())
    sale = make.sell(50, 99, "1.2")
    debts.set(CoinDebt(sale, D("1.2"), lots[1].opened_ms))
    assert [(lot.buy_order_id, part) for lot, _, part in debts.payments(lots)] == [(7, D("0.5")), (8, D("0.7"))]
    assert list(debts.payments(lots)) == []


@pytest.mark.parametrize(("waited_ms", "is_paid"), [(KEPT_MS - 1, True), (KEPT_MS + 2 * STEP_MS, False)])
def test_it_is_forgotten_when_no_answer_can_be_behind_any_more(waited_ms, is_paid):
    exchange, book, _, second, _, sale = owed_world()
    settled(book, sale)
    book.manual_sales.debts.forget_before(exchange.now_ms + waited_ms - KEPT_MS)
    traded(exchange, book)
    assert applied(book) == ([(second, D("0.6"))] if is_paid else [])


def test_nothing_is_owed_for_a_sale_that_turns_out_to_be_ours():
    exchange, book, _, second, _, sale = owed_world()
    settled(book, sale)
    book.manual_sales.reclaim(sale.order_id)
    traded(exchange, book)
    assert applied(book) == []
    assert book.lots[second].remainder == 1


def test_a_comparison_forgets_what_is_too_old():
    exchange, book, _, second, _, sale = owed_world()
    settled(book, sale)
    exchange.now_ms += KEPT_MS + STEP_MS
    newest = bought(exchange, ("1", "100"))
    exchange.drive(Reconciliation(book, exchange.trades[-1].trade_id - 1, exchange.now_ms + 1))
    assert newest in book.lots
    traded(exchange, book)
    assert applied(book) == []
    assert book.lots[second].remainder == 1
