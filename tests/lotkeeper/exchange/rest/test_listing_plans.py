"""What the exchange says of pairs that it will delist, and of coins under observation."""

import pytest

from lotkeeper.exchange.fields import MalformedError
from lotkeeper.exchange.rest.listing_plans import asset_tags, delistings, read_delistings, read_tags

# Binance wallet endpoints, "Get symbols delist schedule for spot"
DOCUMENTED = [
    {"delistTime": 1686222232000, "symbols": ["ETHUSDT", "ADAUSDT"]},
    {"delistTime": 1686161202000, "symbols": ["ADAUSDT", "BNBUSDT"]},
]


def test_the_documented_answer_and_of_a_pair_that_is_named_twice_the_earlier_moment():
    found = read_delistings(DOCUMENTED)
    assert found == {"ETHUSDT": 1686222232000, "ADAUSDT": 1686161202000, "BNBUSDT": 1686161202000}


def test_tags_by_asset():
    rows = [{"assetCode": "ADA", "tags": ["Monitoring", "pos"]}, {"assetCode": "BTC", "tags": []}]
    assert read_tags(rows) == {"ADA": ("Monitoring", "pos")}


@pytest.mark.parametrize("body", [{}, [[]], [{}], [{"delistTime": "x", "symbols": []}], [{"delistTime": 1}]])
def test_what_cannot_be_read_is_refused(body):
    with pytest.raises(MalformedError):
        read_delistings(body)


@pytest.mark.parametrize("body", [{}, [[]], [{}], [{"tags": ["Seed"]}], [{"assetCode": "ADA"}]])
def test_tags_that_cannot_be_read_are_refused(body):
    with pytest.raises(MalformedError):
        read_tags(body)


@pytest.mark.parametrize("request_of", [delistings, asset_tags])
def test_both_take_nothing_of_the_weight_that_trading_needs(request_of):
    request = request_of()
    assert (request.cost.weight, request.is_signed, request.ws_method) == (0, True, "")
