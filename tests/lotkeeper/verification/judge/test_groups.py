"""Lots that are sold as a group: the judge asks that all of them together bring their costs."""

import pytest

from lotkeeper.verification.judge.verdict import NO_BUY_LOST, NOT_BELOW_FLOOR, ExpectedExit
from tests.lotkeeper.verification.judge.bench import HALF_PERCENT

GROUPED = {"exits": {"BTCUSDT": ExpectedExit(profit=HALF_PERCENT, is_group=True)}}


@pytest.fixture
def two(bench):
    """A dear lot, bought at 66000, and a cheap one at 60000. Fees are taken in the coin: 0.0999 BTC each.

    Together they cost 12600: 12600 * 1.005 / (0.1998 * 0.999) = 63441.88... for each coin.
    """
    bench.quote("65999", ask="66000")
    dear = bench.buy("0.1")
    bench.quote("59999", ask="60000")
    return bench, dear, bench.buy("0.1")


def test_the_cheap_lot_asks_for_more_and_the_dear_one_for_less(two):
    bench, dear, cheap = two
    bench.sell(cheap, "0.0999", "63441.89")
    bench.sell(dear, "0.0999", "63441.89")
    assert bench.broken(**GROUPED) == []
    assert [point for point, _ in bench.broken()] == [NOT_BELOW_FLOOR]  # alone it may not


def test_the_dear_lot_may_not_ask_for_less_before_the_cheap_one_asks_for_more(two):
    bench, dear, cheap = two
    bench.sell(cheap, "0.0999", "60421")
    bench.sell(dear, "0.0999", "63441.89")
    (found,) = bench.verdict(**GROUPED).violations
    assert found.point == NOT_BELOW_FLOOR
    assert "less than their floors" in found.text


def test_a_cheap_lot_whose_sell_has_ended_counts_at_its_price(two):
    bench, dear, cheap = two
    first = bench.sell(cheap, "0.0999", "63441.89")
    bench.cancel(first)
    bench.sell(dear, "0.0999", "63441.89")
    assert [point for point, _ in bench.broken(**GROUPED)] == [NO_BUY_LOST]  # it has none now


def test_and_may_not_come_back_for_less(two):
    bench, dear, cheap = two
    first = bench.sell(cheap, "0.0999", "63441.89")
    bench.sell(dear, "0.0999", "63441.89")
    bench.cancel(first)
    bench.sell(cheap, "0.0999", "60421", 2)
    assert [point for point, _ in bench.broken(**GROUPED)] == [NOT_BELOW_FLOOR]


def test_coins_without_a_sell_count_at_the_price_of_the_sell_that_offered_them_last(two):
    bench, dear, cheap = two
    low = bench.sell(cheap, "0.05", "63000")
    high = bench.sell(cheap, "0.0499", "63884.50", 2)
    bench.sell(dear, "0.0999", "63441.89")
    bench.cancel(low)
    bench.cancel(high)
    bench.sell(cheap, "0.05", "63000", 3)
    assert [point for point, _ in bench.broken(**GROUPED)] == [NO_BUY_LOST]  # a part of it has none now
    bench.sell(cheap, "0.0499", "63000", 4)
    assert [point for point, _ in bench.broken(**GROUPED)] == [NOT_BELOW_FLOOR]
