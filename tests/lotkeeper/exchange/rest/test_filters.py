"""Each filter as the exchange writes it."""

from decimal import Decimal as D

import pytest

from lotkeeper.exchange.rest.filters import read_filters
from lotkeeper.trading.filters import counts
from lotkeeper.trading.filters.amounts import (
    IcebergParts,
    LotSize,
    MarketLotSize,
    MaxAsset,
    MaxPosition,
    MinNotional,
    Notional,
    PercentPrice,
    PercentPriceBySide,
    PriceFilter,
    TPlusSell,
    TrailingDelta,
)

NONE = {"avgPriceMins": 5}
CASES = [
    (
        {"filterType": "PRICE_FILTER", "minPrice": "0.5", "maxPrice": "9", "tickSize": "0.01"},
        PriceFilter(tick=D("0.01"), least=D("0.5"), most=D(9)),
    ),
    (
        {"filterType": "PERCENT_PRICE", "multiplierUp": "5", "multiplierDown": "0.2", **NONE},
        PercentPrice(up=D(5), down=D("0.2")),
    ),
    (
        {
            "filterType": "PERCENT_PRICE_BY_SIDE",
            "bidMultiplierUp": "1.1",
            "bidMultiplierDown": "0.8",
            "askMultiplierUp": "1.2",
            "askMultiplierDown": "0.9",
            **NONE,
        },
        PercentPriceBySide(bid_up=D("1.1"), bid_down=D("0.8"), ask_up=D("1.2"), ask_down=D("0.9")),
    ),
    (
        {"filterType": "LOT_SIZE", "minQty": "2", "maxQty": "3", "stepSize": "1"},
        LotSize(step=D(1), least=D(2), most=D(3)),
    ),
    (
        {"filterType": "MARKET_LOT_SIZE", "minQty": "0", "maxQty": "3", "stepSize": "0"},
        MarketLotSize(step=D(0), least=D(0), most=D(3)),
    ),
    ({"filterType": "MIN_NOTIONAL", "minNotional": "10"}, MinNotional(D(10), to_market=True)),
    (
        {"filterType": "MIN_NOTIONAL", "minNotional": "10", "applyToMarket": False, **NONE},
        MinNotional(D(10), to_market=False),
    ),
    (
        {
            "filterType": "NOTIONAL",
            "minNotional": "5",
            "applyMinToMarket": False,
            "maxNotional": "9",
            "applyMaxToMarket": True,
            **NONE,
        },
        Notional(D(5), D(9), least_to_market=False, most_to_market=True),
    ),
    ({"filterType": "ICEBERG_PARTS", "limit": 100}, IcebergParts(100)),
    ({"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200}, counts.MaxNumOrders(200)),
    ({"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": 5}, counts.MaxNumAlgoOrders(5)),
    ({"filterType": "MAX_ALGO_ORDERS", "maxAlgoOrders": 5}, counts.MaxNumAlgoOrders(5)),
    ({"filterType": "MAX_NUM_ICEBERG_ORDERS", "maxNumIcebergOrders": 6}, counts.MaxNumIcebergOrders(6)),
    ({"filterType": "MAX_NUM_ORDER_LISTS", "maxNumOrderLists": 20}, counts.MaxNumOrderLists(20)),
    ({"filterType": "MAX_NUM_ORDER_AMENDS", "maxNumOrderAmends": 10}, counts.MaxNumOrderAmends(10)),
    ({"filterType": "EXCHANGE_MAX_NUM_ORDERS", "maxNumOrders": 7}, counts.ExchangeMaxNumOrders(7)),
    ({"filterType": "EXCHANGE_MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": 8}, counts.ExchangeMaxNumAlgoOrders(8)),
    (
        {"filterType": "EXCHANGE_MAX_NUM_ICEBERG_ORDERS", "maxNumIcebergOrders": 9},
        counts.ExchangeMaxNumIcebergOrders(9),
    ),
    ({"filterType": "EXCHANGE_MAX_NUM_ORDER_LISTS", "maxNumOrderLists": 3}, counts.ExchangeMaxNumOrderLists(3)),
    ({"filterType": "MAX_POSITION", "maxPosition": "63339.0"}, MaxPosition(D("63339.0"))),
    ({"filterType": "MAX_ASSET", "asset": "BTC", "limit": "2"}, MaxAsset("BTC", D(2), is_base=True)),
    ({"filterType": "MAX_ASSET", "asset": "USDT", "limit": "9"}, MaxAsset("USDT", D(9), is_base=False)),
    (
        {
            "filterType": "TRAILING_DELTA",
            "minTrailingAboveDelta": 1,
            "maxTrailingAboveDelta": 2,
            "minTrailingBelowDelta": 3,
            "maxTrailingBelowDelta": 4,
        },
        TrailingDelta(1, 2, 3, 4),
    ),
    ({"filterType": "T_PLUS_SELL", "endTime": 1788540324317}, TPlusSell(1788540324317)),
]
each = pytest.mark.parametrize(("row", "wanted"), CASES, ids=[f"{case[0]['filterType']}" for case in CASES])


@each
def test_each_filter_is_read_with_its_own_numbers(row, wanted):
    read = read_filters([row], "BTC")
    assert (read.filters, read.problems, read.unknown) == ((wanted,), (), ())


@each
def test_a_damaged_filter_is_reported_by_name_and_hides_no_other(row, wanted):
    needed = {name for name in row if name != "filterType" and name not in ("applyToMarket", "avgPriceMins")}
    for name in needed - {"applyMinToMarket", "applyMaxToMarket", "maxNotional"}:
        damaged = {**row, name: None}
        read = read_filters([damaged, {"filterType": "ICEBERG_PARTS", "limit": 1}], "BTC")
        assert read.filters == (IcebergParts(1),)
        (problem,) = read.problems
        assert problem.startswith(f"the filter {row['filterType']} cannot be read: {name} should be")


def test_an_unknown_filter_is_named_once():
    rows = [{"filterType": "MOON_PHASE"}, {"filterType": "MOON_PHASE"}, {"filterType": "ICEBERG_PARTS", "limit": 1}]
    read = read_filters(rows)
    assert (read.filters, read.unknown, read.problems) == ((IcebergParts(1),), ("MOON_PHASE",), ())
