from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.filters.base import FilterRefusal, SteppedRange

steps = st.sampled_from([D(0), D("0.00001"), D("0.01"), D("0.05"), D(1), D(7)])
bounds = st.sampled_from([D(0), D("0.003"), D("0.5"), D(3), D(40)])
values = st.decimals(min_value=0, max_value=60, places=5)


def brute_nearest(grid, value):
    """The nearest allowed value, looked for one by one among all that come into question."""
    step = Fraction(grid.step)
    candidates = {Fraction(grid.least), Fraction(grid.most), Fraction(value)}
    if step:
        near = [Fraction(each) // step for each in (value, grid.least, grid.most)]
        candidates = {(base + offset) * step for base in near for offset in (-1, 0, 1)}
    allowed = [each for each in candidates if each > 0 and each >= Fraction(grid.least)]
    allowed = [each for each in allowed if not grid.most or each <= Fraction(grid.most)]
    return min(allowed, key=lambda each: (abs(each - Fraction(value)), -each), default=None)


@given(bounds, bounds, steps, values)
def test_the_nearest_value_is_allowed_and_none_is_nearer(least, most, step, value):
    grid = SteppedRange(least, most, step)
    nearest = grid.nearest(value)
    assert (None if nearest is None else Fraction(nearest)) == brute_nearest(grid, value)
    assert nearest is None or grid.contains(nearest)
    if value and grid.contains(value):
        assert nearest == value


@pytest.mark.parametrize(
    ("value", "nearest"),
    [
        ("100.004", "100"),
        ("100.005", "100.01"),  # half way: the higher one
        ("0.001", "0.5"),  # below the least
        ("5000", "1000"),  # above the most
    ],
)
def test_examples_of_prices(value, nearest):
    assert SteppedRange(D("0.5"), D(1000), D("0.01")).nearest(D(value)) == D(nearest)


def test_bounds_that_are_no_multiples_do_not_count():
    # multiples of 0.05 from 0.503 to 0.58 are 0.55 alone
    grid = SteppedRange(D("0.503"), D("0.58"), D("0.05"))
    assert (grid.nearest(D("0.1")), grid.nearest(D(9))) == (D("0.55"), D("0.55"))


def test_where_nothing_is_allowed_there_is_no_nearest():
    assert SteppedRange(D("0.51"), D("0.54"), D("0.05")).nearest(D("0.52")) is None


def test_a_refusal_says_filter_value_and_what_would_do():
    assert str(FilterRefusal("LOT_SIZE", "quantity", D("1E-6"), D("0.00001"))) == (
        "LOT_SIZE: quantity 0.000001; the nearest allowed is 0.00001"
    )
    assert str(FilterRefusal("LOT_SIZE", "quantity", D(1), None)) == "LOT_SIZE: quantity 1; no value is allowed"
