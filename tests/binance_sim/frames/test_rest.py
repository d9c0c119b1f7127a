"""Recorded REST answers about markets, of 2018 to 2026, against the simulator's."""

from collections import defaultdict

import orjson
import pytest

from binance_sim.api.endpoints import general, markets, tickers
from tests.binance_sim.frames.recorded import depth_snapshots, exchange_infos, lines, nautilus
from tests.binance_sim.frames.shapes import all_same, kind_of, same_shape


@pytest.mark.parametrize(
    ("name", "serve", "values"),
    [
        ("ping", general.ping, {}),
        ("time", general.server_time, {}),
        ("ticker_price", tickers.price, {"symbol": "BTCUSDT"}),
        ("book_ticker", tickers.book, {"symbol": "BTCUSDT"}),
        ("avg_price", markets.average_price, {"symbol": "BTCUSDT"}),
        ("depth", markets.depth, {"symbol": "BTCUSDT"}),
    ],
)
def test_market_answers(busy, name, serve, values):
    title = "GET avgPrice" if name == "avg_price" else name
    all_same(title, [(busy.call(serve, **values), nautilus()[name])])


@pytest.mark.parametrize(
    ("name", "serve"),
    [
        ("trades", markets.trades),
        ("historical_trades", markets.historical_trades),
        ("agg_trades", markets.aggregate_trades),
    ],
)
def test_lists_of_trades(busy, name, serve):
    ours = busy.call(serve, symbol="BTCUSDT")[-1]
    for real in nautilus()[name]:
        same_shape(name, ours, real)


def test_candles_of_2019_to_2023(busy):
    ours = busy.call(markets.candles, symbol="BTCUSDT", interval="1m")[-1]
    answers = orjson.loads(b"".join(lines("rest/klines_rest_responses.json.xz")))
    rows = [row for rows in answers.values() for row in rows] + nautilus()["klines"]
    assert len(rows) > 2000
    assert {tuple(kind_of(each) for each in row) for row in rows} == {tuple(kind_of(each) for each in ours)}


def test_a_thousand_trades_of_2023(busy):
    ours = busy.call(markets.trades, symbol="BTCUSDT")[-1]
    for line in lines("rest/trades_ETHBTC_1000.jsonl.xz"):
        same_shape("trades", ours, orjson.loads(line))


def test_depth_snapshots(busy):
    ours = busy.call(markets.depth, symbol="BTCUSDT")
    snapshots = list(depth_snapshots())
    assert len(snapshots) > 10
    all_same("depth", [(ours, real) for real in snapshots])


# Exchange information


def test_exchange_information(busy):
    (ours,) = without_lists(busy.call(general.exchange_info, symbol="BTCUSDT"))
    real = [symbol for info in exchange_infos() for symbol in without_lists(info)]
    assert len(real) > 100
    all_same("GET exchangeInfo", [(ours, symbol) for symbol in real])


def without_lists(info):
    """Filters are compared below; permissions differ from pair to pair."""
    return [
        {name: [] if isinstance(value, list) else value for name, value in symbol.items()} for symbol in info["symbols"]
    ]


# Recorded filters that the default pairs do not have: they come from a file of --symbols.
OTHERS = {
    "PERCENT_PRICE": "until 2022, on Binance.US still",
    "MIN_NOTIONAL": "until 2022, on Binance.US still",
    "MAX_POSITION": "of a few pairs",
}


def test_each_filter_has_the_fields_that_it_has_there(busy):
    ours = {each["filterType"]: each for each in busy.call(general.exchange_info)["symbols"][0]["filters"]}
    real = defaultdict(list)
    for info in exchange_infos():
        for each in (each for symbol in info["symbols"] for each in symbol["filters"]):
            real[each["filterType"]].append(each)
    assert set(ours) <= set(real)
    assert set(real) - set(ours) == set(OTHERS)
    for name, mine in ours.items():
        for each in real[name]:
            same_shape("filter", mine, each)
