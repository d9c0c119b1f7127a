import pytest

from lotkeeper.trading.filters.base import Kind, MarketContext
from lotkeeper.trading.filters.times import TPlusSell, TrailingDelta
from tests.lotkeeper.trading.filters.drafts import buy, said, sell

TRAILING = TrailingDelta(least_above=10, most_above=2000, least_below=20, most_below=1000)


@pytest.mark.parametrize(
    ("order", "kind", "bounds"),
    [
        (buy, Kind.STOP_LOSS, (10, 2000)),
        (buy, Kind.STOP_LOSS_LIMIT, (10, 2000)),
        (sell, Kind.TAKE_PROFIT, (10, 2000)),
        (sell, Kind.STOP_LOSS_LIMIT, (20, 1000)),
        (buy, Kind.TAKE_PROFIT_LIMIT, (20, 1000)),
    ],
)
def test_a_trailing_stop_trails_within_the_bounds_of_its_side(order, kind, bounds):
    least, most = bounds
    for delta, wanted in ((least, None), (most, None), (least - 1, least), (most + 1, most)):
        told = None if wanted is None else ("trailing delta", str(delta), str(wanted))
        assert said(TRAILING, order(kind=kind, trailing_delta=delta)) == told


def test_an_order_that_does_not_trail():
    assert said(TRAILING, sell()) is None


def test_what_was_bought_may_not_be_sold_before_the_end_of_the_restriction():
    rule = TPlusSell(1000)
    assert said(rule, sell(), MarketContext(now_ms=999)) == ("time", "999", "1000")
    assert said(rule, sell(), MarketContext(now_ms=1000)) is None
    assert said(rule, buy(), MarketContext(now_ms=1)) is None
