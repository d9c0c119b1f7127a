from decimal import Decimal as D

import pytest

from lotkeeper.trading.filters.sizes import IcebergParts, LotSize, MarketLotSize
from lotkeeper.trading.orders.fills import Side
from tests.lotkeeper.trading.filters.drafts import market, said, sell

SIZE = LotSize(step=D("0.001"), least=D("0.01"), most=D(100))


@pytest.mark.parametrize(
    ("quantity", "wanted"),
    [
        ("0.01", None),
        ("100", None),
        ("0.0115", ("quantity", "0.0115", "0.012")),
        ("0.009", ("quantity", "0.009", "0.01")),
        ("100.001", ("quantity", "100.001", "100")),
        ("0", ("quantity", "0", "0.01")),
    ],
)
def test_quantities_within_the_bounds_and_on_the_step(quantity, wanted):
    assert said(SIZE, sell(quantity)) == wanted
    assert said(SIZE, market(quantity)) == wanted


def test_a_step_of_a_whole_coin():
    assert said(LotSize(D(1), D(1), D(90000000)), sell("7.5")) == ("quantity", "7.5", "8")


def test_a_step_of_zero_is_none_and_nothing_is_still_no_quantity():
    free = LotSize(D(0))
    assert said(free, sell("0.123456789")) is None
    assert said(free, sell("0")) == ("quantity", "0", None)


def test_the_shown_part_of_an_iceberg_is_a_quantity():
    assert said(SIZE, sell("1", iceberg_quantity="0.0005")) == ("iceberg quantity", "0.0005", "0.01")


def test_what_is_bought_for_a_sum_has_no_quantity_to_look_at():
    assert said(SIZE, market("0", Side.BUY, quote_quantity="50")) is None


def test_market_orders_have_a_size_of_their_own():
    """As live: no step and no least, but a most that changes by the day."""
    theirs = MarketLotSize(D(0), D(0), D("97.09521512"))
    assert said(theirs, market("97.09521512")) is None
    assert said(theirs, market("98")) == ("quantity", "98", "97.09521512")
    assert said(theirs, sell("98")) is None
    assert said(theirs, market("0", Side.BUY, quote_quantity="50")) is None
    assert said(MarketLotSize(D("0.1"), D("0.2"), D(0)), market("0.25")) == ("quantity", "0.25", "0.3")


def test_an_iceberg_shows_itself_in_so_many_parts():
    # 1 / 0.3 is four parts
    assert said(IcebergParts(4), sell("1", iceberg_quantity="0.3")) is None
    assert said(IcebergParts(3), sell("1", iceberg_quantity="0.3")) == ("parts", "4", "3")
    assert said(IcebergParts(3), sell("1")) is None
