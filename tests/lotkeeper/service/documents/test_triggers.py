from decimal import Decimal as D

import pytest

from lotkeeper.service.documents.triggers import away, nearest_away, with_distances, with_exit_distances

LOT = {"lot": "BTCUSDT-7", "pair": "BTCUSDT", "nearest_trigger": "101.11"}


@pytest.mark.parametrize(
    ("trigger", "bid", "found"),
    [
        ("101.11", D(100), "1.11"),
        ("100", D("101.11"), "-1.1"),  # -1.0978..., cut downward
        ("100", D(100), "0"),
        (None, D(100), None),
        ("100", None, None),
    ],
)
def test_a_distance_is_in_percent_of_the_bid(trigger, bid, found):
    assert away(trigger, bid) == found


def test_each_lot_gets_its_distance():
    other = {**LOT, "pair": "ETHUSDT"}
    assert [each["away_pct"] for each in with_distances([LOT, other], {"BTCUSDT": D(100)})] == ["1.11", None]


def test_each_exit_gets_its_distance():
    found = with_exit_distances({"exits": [{"trigger": "101"}, {"trigger": None}]}, D(100))
    assert [each["away_pct"] for each in found["exits"]] == ["1", None]


def test_an_exit_that_is_not_armed_is_as_far_as_the_bid_that_arms_it():
    found = with_exit_distances({"exits": [{"trigger": "100.11", "arms_at": "102"}]}, D("101"))
    assert [each["away_pct"] for each in found["exits"]] == ["0.99"]
    assert nearest_away({**LOT, "nearest_trigger": "105.11", "arms_at": "102"}, D("101")) == "0.99"


def test_a_stop_that_is_nearer_than_the_target_counts():
    lot = {**LOT, "nearest_stop": "99.5"}
    assert nearest_away(lot, D(100)) == "-0.5"
    assert nearest_away(lot, D("100.9")) == "0.2"
