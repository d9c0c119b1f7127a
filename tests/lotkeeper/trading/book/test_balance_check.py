"""A balance that moves without its trade is noticed, once all news had time to come; a trade moves it once."""

from decimal import Decimal as D

import pytest

from lotkeeper.trading.book.balance_check import BalanceCheck
from tests.lotkeeper.trading import make


def flowing(*fills, held="1", cursor=None):
    flow = BalanceCheck()
    flow.told(D(held), 0.0)
    for fill in fills:
        flow.take(fill, make.BASE, cursor)
    return flow


@pytest.mark.parametrize(
    ("fill", "after"),
    [
        (make.buy(1, quantity="0.5", fee="0.001"), "1.499"),
        (make.buy(1, quantity="0.5", fee="1", asset="USDT"), "1.5"),
        (make.sell(1, quantity="0.5", fee="1"), "0.5"),
        (make.sell(1, quantity="0.5", fee="0.01", asset=make.BASE), "0.49"),
    ],
)
def test_a_trade_explains_what_it_moved(fill, after):
    flow = flowing(fill, fill)
    flow.told(D(after), 1.0)
    assert flow.unexplained(10.0) == 0


def test_a_balance_without_its_trade_is_noticed_when_news_had_time_to_come():
    flow = flowing()
    flow.told(D("1.5"), 10.0)
    assert flow.unexplained(12.9) == 0
    assert flow.unexplained(13.0) == D("0.5")
    flow.take(make.buy(1, quantity="0.5"), make.BASE, None)
    assert flow.unexplained(13.0) == 0


def test_what_is_unexplained_after_all_was_compared_is_normal_from_then_on():
    flow = flowing()
    flow.told(D(3), 1.0)
    assert flow.unexplained(10.0) == 2
    flow.compared(100)
    assert flow.unexplained(10.0) == 0
    flow.told(D(2), 20.0)
    assert flow.unexplained(30.0) == -1


def test_what_was_accounted_for_before_moves_nothing_again():
    flow = flowing(make.buy(7, quantity="0.5"), cursor=7)
    assert flow.moved == 0
    flow = flowing(make.buy(7, quantity="0.5"))
    flow.compared(7)
    flow.take(make.buy(7, quantity="0.5"), make.BASE, 7)
    assert flow.moved == D("0.5")


def test_without_a_word_of_the_balance_nothing_is_suspected():
    flow = BalanceCheck()
    flow.take(make.buy(1), make.BASE, None)
    flow.compared(1)
    assert flow.unexplained(100.0) == 0
