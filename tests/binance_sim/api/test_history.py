"""Requests for what was before the start: candles, trades and windows, joined to what is traded since."""

from itertools import pairwise

import pytest

from binance_sim.api.endpoints import markets, tickers
from binance_sim.market.intervals import INTERVALS, next_start
from binance_sim.matching.exchange import wipe
from tests.binance_sim.past.pasts import START, exchange_with_past
from tests.binance_sim.support import Bench, D

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
SUMS = (5, 7, 8, 9, 10)


@pytest.fixture
def fresh():
    """An exchange that has just started: BTCUSDT has a past, and no trade since the start."""
    bench = Bench()
    bench.exchange = exchange_with_past()
    bench.clock = bench.exchange.clock
    bench.account = bench.open_account("main", USDT=100_000)
    bench.quote("60000")
    return bench


@pytest.fixture
def traded(fresh):
    """The same after 200 seconds with a trade in each."""
    for number in range(200):
        fresh.print(str(60000 + number), "0.001", buyer_is_maker=number % 2 == 0)
        fresh.clock.pass_ms(1000)
    return fresh


def candles(bench, interval, **values):
    return bench.call(markets.candles, symbol="BTCUSDT", interval=interval, **values)


def parts_of(row, parts):
    return [each for each in parts if row[0] <= each[0] <= row[6]]


def is_sum(row, parts):
    assert (row[1], row[4]) == (parts[0][1], parts[-1][4])
    assert D(row[2]) == max(D(each[2]) for each in parts)
    assert D(row[3]) == min(D(each[3]) for each in parts)
    for index in SUMS:
        assert D(row[index]) == sum(D(each[index]) for each in parts)


@pytest.mark.parametrize("interval", INTERVALS)
def test_a_fresh_exchange_has_a_thousand_candles_of_each_interval(fresh, interval):
    """As far as an interval goes: months and weeks begin in 2017."""
    rows = candles(fresh, interval, limit=1000)
    assert len(rows) == {"1w": 518, "1M": 119}.get(interval, 1000)
    for one, two in pairwise(rows):
        assert next_start(interval, one[0] * 1000) == two[0] * 1000 == one[6] * 1000 + 1000
    assert all(row[8] > 0 for row in rows[:-1])
    assert rows[-1][4] == "60000.00000000"
    assert rows[-1][0] <= START * 1000 <= rows[-1][6]


@pytest.mark.parametrize(
    ("longer", "shorter"),
    [("1m", "1s"), ("3m", "1m"), ("5m", "1m"), ("15m", "5m"), ("1h", "15m"), ("4h", "1h"), ("12h", "4h")],
)
def test_longer_candles_are_the_sum_of_shorter_ones_across_the_start(traded, longer, shorter):
    parts = candles(traded, shorter, limit=1000)
    rows = [row for row in candles(traded, longer, limit=1000) if row[0] >= parts[0][0]]
    assert len(rows) > 3
    for row in rows:
        is_sum(row, parts_of(row, [each for each in parts if each[8] or each is parts[0]]))


@pytest.mark.parametrize(("longer", "zone"), [("1d", "0"), ("3d", "0"), ("1w", "8"), ("1M", "-3:30")])
def test_days_and_months_too(traded, longer, zone):
    row = candles(traded, longer, timeZone=zone, limit=3)[0]
    parts, start = [], row[0]
    while start <= row[6]:
        parts += candles(traded, "30m", startTime=start, endTime=row[6], limit=1000)
        start = parts[-1][6] + 1
    is_sum(row, parts)


def test_the_first_live_candle_joins_the_last_one_of_the_past(traded):
    rows = candles(traded, "1s", limit=400)
    assert all(two[0] - one[0] == 1000 for one, two in pairwise(rows))
    (before,) = [row for row in rows if row[0] == START * 1000 - 1000]
    (first,) = [row for row in rows if row[0] == START * 1000]
    assert (before[4], first[1]) == ("60000.00000000", "60000.00000000")
    ids = traded.exchange.markets["BTCUSDT"].history.candles
    assert ids.seconds[0].first_id == ids.past.last_id + 1


def test_pages_through_the_past(fresh):
    rows = candles(fresh, "1h", limit=1000)
    start, end = rows[10][0], rows[20][0]
    assert candles(fresh, "1h", startTime=start, endTime=end) == rows[10:21]
    assert candles(fresh, "1h", startTime=start, limit=4) == rows[10:14]
    assert candles(fresh, "1h", endTime=end, limit=4) == rows[17:21]
    oldest = candles(fresh, "1d", startTime=0, limit=2)
    assert [row[0] for row in oldest] == [1_483_228_800_000, 1_483_315_200_000]


def test_quiet_candles_after_the_start(fresh):
    """Prices stand still: candles without a trade follow the past."""
    fresh.clock.pass_ms(10 * 60_000)
    rows = candles(fresh, "1m", limit=5)
    assert [row[1:6] for row in rows] == [["60000.00000000"] * 4 + ["0.00000000"]] * 5
    assert len(candles(fresh, "1m", limit=1000)) == 1000


def test_trades_go_on_into_the_past(traded):
    rows = traded.call(markets.trades, symbol="BTCUSDT", limit=1000)
    assert len(rows) == 1000
    ids = [row["id"] for row in rows]
    assert ids == list(range(ids[0], ids[0] + 1000))
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)
    middle = rows[790]["id"]
    across = traded.call(markets.historical_trades, symbol="BTCUSDT", fromId=middle, limit=100)
    assert across == rows[790:890]


def test_after_a_wipe_trades_continue_the_past_and_candles_have_no_hole(traded):
    before = candles(traded, "1s", limit=400)[:-1]
    wipe(traded.exchange)
    traded.print("61000", "0.001", buyer_is_maker=False)
    traded.print("61001", "0.001", buyer_is_maker=False)
    for serve, name in ((markets.trades, "id"), (markets.aggregate_trades, "a")):
        rows = traded.call(serve, symbol="BTCUSDT", limit=1000)
        assert [row[name] for row in rows] == list(range(rows[0][name], rows[0][name] + 1000))
    rows = traded.call(markets.historical_trades, symbol="BTCUSDT", fromId=rows[-3]["a"], limit=10)
    assert [row["price"] for row in rows[1:]] == ["61000.00000000", "61001.00000000"]
    assert candles(traded, "1s", limit=400)[: len(before)] == before


def test_aggregates_go_on_into_the_past(traded):
    rows = traded.call(markets.aggregate_trades, symbol="BTCUSDT", limit=1000)
    numbers = [row["a"] for row in rows]
    assert numbers == list(range(numbers[0], numbers[0] + 1000))
    first, last = rows[700], rows[900]
    assert traded.call(markets.aggregate_trades, symbol="BTCUSDT", fromId=first["a"], limit=201) == rows[700:901]
    window = {"startTime": first["T"], "endTime": last["T"]}
    assert traded.call(markets.aggregate_trades, symbol="BTCUSDT", limit=1000, **window) == rows[700:901]
    assert traded.call(markets.aggregate_trades, symbol="BTCUSDT", endTime=rows[500]["T"], limit=5) == rows[496:501]


def test_aggregates_of_a_minute_long_ago_are_its_candle(fresh):
    start = START // 60 * 60_000 - 40 * DAY_MS
    (row,) = candles(fresh, "1m", startTime=start, limit=1)
    window = {"startTime": start, "endTime": row[6]}
    rows = fresh.call(markets.aggregate_trades, symbol="BTCUSDT", limit=1000, **window)
    assert len(rows) == min(row[8], 1000)
    assert (rows[0]["p"], rows[0]["f"]) == (row[1], rows[0]["a"])
    if len(rows) == row[8]:
        assert D(row[5]) == sum(D(each["q"]) for each in rows)


@pytest.mark.parametrize(("size", "minutes"), [("5m", 5), ("1h", 60), ("1d", 1440)])
def test_windows_are_the_sum_of_candles(traded, size, minutes):
    window = traded.call(tickers.rolling, symbol="BTCUSDT", windowSize=size)
    parts = candles(traded, "1m", startTime=window["openTime"], limit=1000)
    parts += candles(traded, "1m", startTime=parts[-1][6] + 1, limit=1000)
    assert len(parts) == minutes + 1
    assert (window["openPrice"], window["lastPrice"]) == (parts[0][1], parts[-1][4])
    assert D(window["highPrice"]) == max(D(each[2]) for each in parts)
    assert D(window["volume"]) == sum(D(each[5]) for each in parts)
    assert D(window["quoteVolume"]) == sum(D(each[7]) for each in parts)
    assert window["count"] == sum(each[8] for each in parts)
    assert window["lastId"] - window["firstId"] + 1 == window["count"]


def test_the_average_of_five_minutes_reaches_into_the_past(traded):
    """200 seconds have passed since the start: 100 seconds of the past count."""
    found = traded.call(markets.average_price, symbol="BTCUSDT")
    rows = candles(traded, "1s", limit=300)
    assert D(found["price"]) == round(sum(D(row[7]) for row in rows) / sum(D(row[5]) for row in rows), 8)
    traded.clock.pass_ms(400_000)
    traded.print("61000", "1", buyer_is_maker=False)
    assert traded.call(markets.average_price, symbol="BTCUSDT")["price"] == "61000.00000000"


def test_a_quiet_pair_keeps_its_last_price(fresh):
    assert D(fresh.call(markets.average_price, symbol="BTCUSDT")["price"]) != 60000
    fresh.clock.pass_ms(300_000)
    assert fresh.call(markets.average_price, symbol="BTCUSDT")["price"] == "60000.00000000"


def test_the_day_of_trading_begins_at_its_midnight(traded):
    day = traded.call(tickers.trading_day, symbol="BTCUSDT", timeZone="-5")
    parts = candles(traded, "1m", startTime=day["openTime"], limit=1000)
    assert parts[0][0] == day["openTime"]
    assert (day["openPrice"], day["lastPrice"]) == (parts[0][1], parts[-1][4])
    assert D(day["volume"]) == sum(D(each[5]) for each in parts)
    assert day["count"] == sum(each[8] for each in parts)


def test_the_day_of_a_fresh_exchange(fresh):
    day = fresh.call(tickers.day, symbol="BTCUSDT")
    assert day["count"] > 500_000
    (last,) = fresh.call(markets.trades, symbol="BTCUSDT", limit=1)
    assert (day["lastPrice"], day["lastQty"], day["lastId"]) == (last["price"], last["qty"], last["id"])
    before = candles(fresh, "1m", endTime=day["openTime"] - 60_000, limit=1)[0]
    assert day["prevClosePrice"] == before[4]


def test_trades_before_the_start_of_a_clock_that_is_set_back(fresh):
    """The past ends where the first trade is: nothing is counted twice."""
    fresh.clock.offset_us = -90 * 1_000_000
    fresh.print("60000", "0.001", buyer_is_maker=False)
    rows = candles(fresh, "1s", limit=5)
    assert all(two[0] - one[0] == 1000 for one, two in pairwise(rows))
    assert (rows[-1][8], rows[-1][5]) == (1, "0.00100000")
    assert rows[-2][8] > 1
