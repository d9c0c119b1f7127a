"""What another configuration would do to the standing SELLs of a lot, before it does."""

from decimal import Decimal as D

from lotkeeper.trading.money import plain
from lotkeeper.trading.policy import AgeStep, ExitPolicy, Rung
from lotkeeper.trading.reports.changes import changes_of
from tests.lotkeeper.trading import make

MARKET = make.market(step=D("0.001"), min_quantity=D("0.001"))
ONE_PERCENT = ExitPolicy(D(1))


def standing():
    book = make.book(market=MARKET, policy=ONE_PERCENT)
    book.apply_fill(make.buy())
    book.apply_report(make.sell_report(make.place(book, on=MARKET, by=ONE_PERCENT)))
    return book


def numbers(book, policy, now_ms=make.NOW):
    found = changes_of(book.lots[7], MARKET, policy, now_ms)
    return [tuple(map(plain, (each.sell.price, each.quantity, each.price, each.profit))) for each in found]


def test_a_sell_is_listed_with_its_new_price_and_profit():
    # 100 * 1.03 / 0.999 = 103.1031...
    assert numbers(standing(), ExitPolicy(D(3))) == [("101.11", "1", "103.11", "3")]


def test_what_would_be_the_same_is_not_listed():
    assert numbers(standing(), ONE_PERCENT) == []
    assert numbers(standing(), ExitPolicy(D(1), max_sells=1)) == []


def test_a_step_that_the_lot_is_old_enough_for_is_listed():
    policy = ExitPolicy(D(1), age=(AgeStep(1000, D(0)),))
    assert numbers(standing(), policy) == []
    assert numbers(standing(), policy, make.NOW + 2000) == [("101.11", "1", "100.11", "0")]


def test_what_was_sold_is_not_listed():
    book = standing()
    book.apply_report(make.sell_report(book.lots[7].orders[0], 70, "PARTIALLY_FILLED", executed="0.4"))
    assert numbers(book, ExitPolicy(D(3))) == [("101.11", "0.6", "103.11", "1.8")]


def test_each_part_of_a_ladder_is_listed():
    ladder = Rung(D(50), D(1)), Rung(D(50), D(2))
    book = make.book(market=MARKET, policy=ExitPolicy(D(0), ladder=ladder))
    book.apply_fill(make.buy())
    for order_id in (70, 71):
        order = make.place(book, on=MARKET, by=ExitPolicy(D(0), ladder=ladder))
        book.apply_report(make.sell_report(order, order_id))
    assert [row[2] for row in numbers(book, ExitPolicy(D(5)))] == ["105.11", "105.11"]


def test_a_lot_that_is_held_is_not_listed():
    book = standing()
    book.apply_report(make.sell_report(book.lots[7].orders[0], 70, "CANCELED"))
    assert numbers(book, ExitPolicy(D(3))) == []
