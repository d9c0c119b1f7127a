"""How far the market is from a price."""

from decimal import Decimal as D

import pytest

from lotkeeper.trading.reports.distance import distance_pct


@pytest.mark.parametrize(
    ("trigger", "bid", "percent"), [("101.119", "100", "1.11"), ("99", "100", "-1"), ("1", "3", "-66.67")]
)
def test_a_distance_is_cut_to_hundredths_of_a_percent(trigger, bid, percent):
    assert distance_pct(D(trigger), D(bid)) == D(percent)
