import json
import lzma
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotkeeper.exchange.fields import MalformedError
from lotkeeper.exchange.rest.exchange_info import parse_exchange_info
from lotkeeper.exchange.shapes import ExchangeInfo
from lotkeeper.trading.filters.amounts import (
    IcebergParts,
    LotSize,
    MarketLotSize,
    Notional,
    PercentPriceBySide,
    PriceFilter,
    TPlusSell,
    TrailingDelta,
)
from lotkeeper.trading.filters.catalogue import FILTERS
from lotkeeper.trading.filters.counts import ExchangeMaxNumOrders, MaxNumAlgoOrders, MaxNumOrders
from lotkeeper.trading.pair import TradePair
from tests.lotkeeper.exchange.conftest import UNHURRIED
from tests.lotkeeper.exchange.recorded import data_file, frame


def symbol_row(symbol: str = "BTCUSDT", **changes: object) -> dict[str, Any]:
    filters = [
        {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000", "tickSize": "0.01"},
        {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000", "stepSize": "0.00001"},
        {"filterType": "NOTIONAL", "minNotional": "5", "maxNotional": "9000000"},
    ]
    row = {"symbol": symbol, "status": "TRADING", "baseAsset": "BTC", "quoteAsset": "USDT", "filters": filters}
    return {**row, **changes}


def unknown(info: ExchangeInfo) -> set[str]:
    """The filters of all pairs that are new to us."""
    return {name for pair in info.pairs.values() for name in pair.unknown}


def with_filter(**changed: object) -> dict[str, Any]:
    row = symbol_row()
    others = [each for each in row["filters"] if each["filterType"] != changed["filterType"]]
    return {**row, "filters": [*others, changed]}


def recorded(name: str) -> Any:
    with lzma.open(data_file(name), "rt") as lines:
        return json.load(lines)


def format_b(name: str) -> Any:
    """The first line is `<url> -> <time>: <body>`."""
    with lzma.open(data_file(name), "rt") as lines:
        return json.loads(lines.readline().partition(": ")[2])


BTCUSDT_2025 = TradePair(
    symbol="BTCUSDT",
    base="BTC",
    quote="USDT",
    status="TRADING",
    price=PriceFilter(tick=Decimal("0.01"), least=Decimal("0.01"), most=Decimal(1000000)),
    size=LotSize(step=Decimal("0.00001"), least=Decimal("0.00001"), most=Decimal(9000)),
    filters=(
        IcebergParts(10),
        MarketLotSize(step=Decimal(0), least=Decimal(0), most=Decimal("97.09521512")),
        TrailingDelta(10, 2000, 10, 2000),
        PercentPriceBySide(*map(Decimal, ("5", "0.2", "5", "0.2"))),
        Notional(Decimal(5), Decimal(9000000), least_to_market=True, most_to_market=False),
        MaxNumOrders(200),
        MaxNumAlgoOrders(5),
    ),
    self_trade="EXPIRE_MAKER",
)


def test_recorded_answer_of_2025() -> None:
    info = parse_exchange_info(recorded("rest/exchangeInfo_2025-08-07_mainnet_25symbols.json.xz"))
    assert info.pairs["BTCUSDT"] == BTCUSDT_2025
    assert (len(info.pairs), info.problems, unknown(info)) == (25, (), set())
    assert info.server_time_ms == 1754603741167


def test_recorded_answer_of_2018() -> None:
    info = parse_exchange_info(recorded("rest/exchangeInfo_2018-02-10_mainnet.json.xz"))
    assert (len(info.pairs), info.problems) == (265, ())
    pair = info.pairs["BTCUSDT"]
    assert (pair.min_notional, pair.max_notional, pair.step) == (Decimal(10), 0, Decimal("0.000001"))
    assert pair.max_orders is None


@pytest.mark.parametrize(
    ("name", "count", "not_trading"),
    [
        ("ws/cryptofeed_2021-10-12_BINANCE.0.txt.xz", 1695, 433),
        ("ws/cryptofeed_2021-04-17_BINANCE.0.txt.xz", 1405, 367),
        ("ws/cryptofeed_2021-10-12_BINANCE_US.0.txt.xz", 121, 4),
    ],
)
def test_recorded_answers_of_2021(name: str, count: int, not_trading: int) -> None:
    info = parse_exchange_info(format_b(name))
    assert (len(info.pairs), info.problems, unknown(info)) == (count, (), set())
    assert all(pair.tick > 0 and pair.step > 0 and pair.min_notional > 0 for pair in info.pairs.values())
    assert sum(not pair.is_trading for pair in info.pairs.values()) == not_trading
    assert all(pair.max_orders == 200 for pair in info.pairs.values())


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("rest/exchangeInfo_2018-02-10_mainnet.json.xz", recorded),
        ("ws/cryptofeed_2021-04-17_BINANCE.0.txt.xz", format_b),
        ("ws/cryptofeed_2021-10-12_BINANCE.0.txt.xz", format_b),
        ("ws/cryptofeed_2021-10-12_BINANCE_US.0.txt.xz", format_b),
        ("rest/exchangeInfo_2025-08-07_mainnet_25symbols.json.xz", recorded),
    ],
)
def test_every_filter_of_every_symbol_is_taken_up(name: str, read: Callable[[str], Any]) -> None:
    """Row by row: what the exchange lists is what the pair has, under the exchange's own names."""
    body = read(name)
    info = parse_exchange_info(body)
    for row in body["symbols"]:
        pair = info.pairs[row["symbol"]]
        kept = {each.name for each in (pair.price, pair.size, *pair.filters)}
        assert kept == {each["filterType"] for each in row["filters"]} <= set(FILTERS)
        assert pair.step >= pair.precision.base_step
        assert pair.tick >= pair.precision.quote_step


@pytest.mark.parametrize(("number", "symbol", "notional"), [(1, "BTCUSD", 1), (2, "TSLABUSDT", 5)])
def test_recorded_answers_of_2026(number: int, symbol: str, notional: int) -> None:
    info = parse_exchange_info(json.loads(frame("exchangeinfo_single_symbol_2026", number)))
    assert info.pairs[symbol].min_notional == notional
    assert (info.problems, unknown(info)) == ((), set())


def test_damaged_row_is_named_and_hides_no_other() -> None:
    rows = [
        symbol_row("GOODUSDT"),
        symbol_row("BADUSDT", filters=[]),
        "no row at all",
        symbol_row("ODDUSDT", status=7),
        with_filter(filterType="LOT_SIZE", minQty="0", maxQty="1", stepSize="-1"),
    ]
    info = parse_exchange_info({"symbols": rows})
    assert list(info.pairs) == ["GOODUSDT"]
    assert info.problems == (
        "BADUSDT: the filter PRICE_FILTER is missing",
        "row 2: an object was expected, not str",
        "ODDUSDT: status should be a text, not int",
        "BTCUSDT: the filter LOT_SIZE cannot be read: stepSize should not be negative, but is -1",
    )
    assert info.server_time_ms is None


def test_both_notional_filters_hold() -> None:
    row = symbol_row()
    row["filters"].append({"filterType": "MIN_NOTIONAL", "minNotional": "10", "applyToMarket": True})
    assert parse_exchange_info({"symbols": [row]}).pairs["BTCUSDT"].min_notional == 10


def test_step_of_zero_falls_back_to_the_precision_of_the_asset() -> None:
    row = with_filter(filterType="LOT_SIZE", minQty="0", maxQty="0", stepSize="0.00000000")
    assert parse_exchange_info({"symbols": [row]}).pairs["BTCUSDT"].step == Decimal("0.00000001")
    row["baseAssetPrecision"] = 3
    assert parse_exchange_info({"symbols": [row]}).pairs["BTCUSDT"].step == Decimal("0.001")


def test_rules_that_are_new_to_us_are_named() -> None:
    row = symbol_row()
    row["filters"] += [{"filterType": "MOON_PHASE"}, {"filterType": "T_PLUS_SELL", "endTime": 1}]
    info = parse_exchange_info({"symbols": [row]})
    assert info.pairs["BTCUSDT"].unknown == ("MOON_PHASE",)
    assert info.pairs["BTCUSDT"].filters[-1] == TPlusSell(1)
    assert "T_PLUS_SELL" in info.problems[0]


def test_the_exchanges_own_filters_hold_for_every_pair() -> None:
    everywhere = [
        {"filterType": "EXCHANGE_MAX_NUM_ORDERS", "maxNumOrders": 1000},
        {"filterType": "EXCHANGE_MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": "many"},
        {"filterType": "EXCHANGE_MOON_PHASE"},
        "no filter",
    ]
    info = parse_exchange_info({"exchangeFilters": everywhere, "symbols": [symbol_row("ONE"), symbol_row("TWO")]})
    assert [pair.filters[-1] for pair in info.pairs.values()] == [ExchangeMaxNumOrders(1000)] * 2
    assert unknown(info) == {"EXCHANGE_MOON_PHASE"}
    assert info.problems == (
        "the filter EXCHANGE_MAX_NUM_ALGO_ORDERS cannot be read: maxNumAlgoOrders should be a whole number, not str",
        "a filter is damaged: an object was expected, not str",
    )


def test_a_damaged_filter_is_named_and_takes_no_other_along() -> None:
    row = with_filter(filterType="NOTIONAL", minNotional="five")
    row["filters"].append({"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200})
    info = parse_exchange_info({"symbols": [row]})
    assert info.problems == (
        "BTCUSDT: the filter NOTIONAL cannot be read: minNotional should be a decimal number, not 'five'",
    )
    assert info.pairs["BTCUSDT"].filters == (MaxNumOrders(200),)


@pytest.mark.parametrize("body", [None, [], {}, {"symbols": None}, {"code": -1121}])
def test_no_exchange_info_at_all_is_malformed(body: object) -> None:
    with pytest.raises(MalformedError):
        parse_exchange_info(body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(UNHURRIED)
@given(st.sampled_from(sorted(symbol_row())), st.sampled_from(range(3)), json_values, json_values, json_values)
def test_no_damage_raises_or_hides_the_neighbour(name: str, number: int, value: Any, inner: Any, limits: Any) -> None:
    damaged, deeper = symbol_row("ONE"), symbol_row("TWO")
    damaged[name] = value
    deeper["filters"][number] = inner
    info = parse_exchange_info({"symbols": [damaged, deeper, symbol_row("THREE")], "rateLimits": limits})
    assert "THREE" in info.pairs
