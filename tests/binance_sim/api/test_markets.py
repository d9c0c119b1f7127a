"""Requests for public market data: trades, aggregate trades, candles, tickers of windows."""

import pytest

from binance_sim.api.endpoints import markets, tickers
from binance_sim.errors import ApiError
from tests.binance_sim.support import D

MINUTE_MS = 60_000


@pytest.fixture
def traded(bench):
    """Ten trades a minute for 90 minutes: each of 0.001, prices rise by a dollar."""
    bench.clock.pass_ms(MINUTE_MS - bench.clock.us() // 1000 % MINUTE_MS)
    for number in range(900):
        bench.print(str(60000 + number), "0.001", buyer_is_maker=number % 2 == 0)
        bench.clock.pass_ms(6000)
    return bench


def refused(bench, serve, **values):
    with pytest.raises(ApiError) as caught:
        bench.call(serve, **values)
    return caught.value.code


def test_recent_and_historical_trades(traded):
    rows = traded.call(markets.trades, symbol="BTCUSDT", limit=3)
    assert [row["price"] for row in rows] == ["60897.00000000", "60898.00000000", "60899.00000000"]
    assert rows[0]["isBuyerMaker"] is False
    assert rows[0]["isBestMatch"] is True
    first = rows[0]["id"] - 500
    older = traded.call(markets.historical_trades, symbol="BTCUSDT", fromId=first, limit=2)
    assert [row["id"] for row in older] == [first, first + 1]
    assert older[0]["quoteQty"] == f"{D(older[0]['price']) * D('0.001'):.8f}"


def test_aggregates(traded):
    rows = traded.call(markets.aggregate_trades, symbol="BTCUSDT", limit=1000)
    assert len(rows) == 900
    assert all(row["f"] == row["l"] for row in rows)
    middle = rows[450]
    page = traded.call(markets.aggregate_trades, symbol="BTCUSDT", fromId=middle["a"], limit=2)
    assert [row["a"] for row in page] == [middle["a"], middle["a"] + 1]
    window = traded.call(
        markets.aggregate_trades, symbol="BTCUSDT", startTime=middle["T"], endTime=middle["T"] + 12_000
    )
    assert [row["p"] for row in window] == [f"{60450 + n}.00000000" for n in range(3)]
    assert refused(traded, markets.aggregate_trades, symbol="BTCUSDT", fromId=1, startTime=1) == -1128


def test_candles_of_a_minute(traded):
    rows = traded.call(markets.candles, symbol="BTCUSDT", interval="1m", limit=3)
    closed, running = rows[-2], rows[-1]
    assert [closed[index] for index in (1, 2, 3, 4)] == [f"{price}.00000000" for price in (60890, 60899, 60890, 60899)]
    assert (closed[5], closed[8], closed[9]) == ("0.01000000", 10, "0.00500000")
    assert closed[6] - closed[0] == MINUTE_MS - 1
    assert running[1:6] == ["60899.00000000"] * 4 + ["0.00000000"]


def test_longer_candles_are_the_sum_of_shorter_ones(traded):
    minutes = traded.call(markets.candles, symbol="BTCUSDT", interval="1m", limit=1000)
    for interval, length in (("5m", 5), ("15m", 15), ("1h", 60)):
        for row in traded.call(markets.candles, symbol="BTCUSDT", interval=interval):
            parts = [each for each in minutes if row[0] <= each[0] < row[0] + length * MINUTE_MS and each[8]]
            assert (row[1], row[4]) == (parts[0][1], parts[-1][4])
            assert D(row[2]) == max(D(each[2]) for each in parts)
            assert D(row[3]) == min(D(each[3]) for each in parts)
            for index in (5, 7, 9, 10):
                assert D(row[index]) == sum(D(each[index]) for each in parts)
            assert row[8] == sum(each[8] for each in parts)


def test_pages_of_candles(traded):
    rows = traded.call(markets.candles, symbol="BTCUSDT", interval="1m", limit=1000)
    start, end = rows[10][0], rows[20][0]
    assert traded.call(markets.candles, symbol="BTCUSDT", interval="1m", startTime=start, endTime=end) == rows[10:21]
    assert traded.call(markets.candles, symbol="BTCUSDT", interval="1m", startTime=start, limit=4) == rows[10:14]
    assert traded.call(markets.candles, symbol="BTCUSDT", interval="1m", endTime=end, limit=4) == rows[17:21]


@pytest.mark.parametrize(("zone", "hours"), [("0", 0), ("8", 8), ("-3", -3), ("+05:30", 5.5), ("-12:00", -12)])
def test_days_of_a_zone(traded, zone, hours):
    row = traded.call(markets.candles, symbol="BTCUSDT", interval="1d", timeZone=zone)[-1]
    assert (row[0] + int(hours * 3_600_000)) % 86_400_000 == 0


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"interval": "7m"}, -1120),
        ({}, -1102),
        ({"interval": "1m", "timeZone": "15"}, -1100),
        ({"interval": "1m", "limit": "0"}, -1130),
        ({"interval": "1m", "limit": "many"}, -1100),
    ],
)
def test_candles_that_are_not_understood(bench, values, code):
    assert refused(bench, markets.candles, symbol="BTCUSDT", **values) == code


def test_windows(traded):
    hour = traded.call(tickers.rolling, symbol="BTCUSDT", windowSize="1h")
    assert hour["lastPrice"] == "60899.00000000"
    assert hour["count"] in (600, 610)
    assert D(hour["priceChange"]) == D(hour["lastPrice"]) - D(hour["openPrice"])
    assert D(hour["volume"]) == D(hour["count"]) / 1000
    short = traded.call(tickers.rolling, symbols='["BTCUSDT","ETHBTC"]', windowSize="5m", type="MINI")
    assert [row["symbol"] for row in short] == ["BTCUSDT", "ETHBTC"]
    assert "priceChange" not in short[0]
    for size in ("60m", "0h", "8d", "1w", "h"):
        assert refused(traded, tickers.rolling, symbol="BTCUSDT", windowSize=size) == -1130
    assert refused(traded, tickers.rolling) == -1102


def test_the_day_of_trading(traded):
    day = traded.call(tickers.trading_day, symbol="BTCUSDT", timeZone="2")
    assert (day["openTime"] + 2 * 3_600_000) % 86_400_000 == 0
    assert day["closeTime"] - day["openTime"] == 86_399_999
    assert day["highPrice"] == "60899.00000000"


def test_24_hours(traded):
    full = traded.call(tickers.day, symbol="BTCUSDT")
    assert (full["count"], full["openPrice"], full["lastQty"]) == (900, "60000.00000000", "0.00100000")
    assert D(full["weightedAvgPrice"]) == round(D(full["quoteVolume"]) / D(full["volume"]), 8)
    assert D(full["priceChangePercent"]) == round((D(60899) - 60000) / 60000 * 100, 3)


def test_no_block_is_ever_traded(bench):
    assert bench.call(markets.block_trades, symbol="BTCUSDT", fromId=1) == []


def test_a_reference_price_is_rare(bench):
    assert refused(bench, markets.reference_price, symbol="BTCUSDT") == -2043
    market = bench.exchange.markets["BTCUSDT"].history
    market.has_reference, market.reference_price = True, D("60000.5")
    assert bench.call(markets.reference_price, symbol="BTCUSDT")["referencePrice"] == "60000.50000000"
    assert bench.call(markets.reference_calculation, symbol="BTCUSDT")["calculationType"] == "EXTERNAL"
