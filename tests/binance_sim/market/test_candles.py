"""Candles of every interval agree with their trades."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from binance_sim.market.candles import MINUTE_US, Candles
from binance_sim.market.intervals import INTERVALS, CandleSpan, candles_of, next_start, start_of
from binance_sim.market.public_trades import PublicTrade
from tests.binance_sim.support import D

NOW_US = int(datetime(2026, 11, 24, 11, 58, tzinfo=UTC).timestamp()) * 1_000_000
TRADES = st.lists(
    st.tuples(st.integers(0, 900), st.integers(1, 500), st.integers(1, 50), st.booleans()), min_size=1, max_size=40
)


def public_trades(rows):
    """Trades by the seconds between them, with prices and quantities in hundredths."""
    time, made = NOW_US, []
    for number, (gap, cents, parts, sold) in enumerate(rows, start=1):
        time += gap * 1_000_000
        price, qty = D(cents) / 100, D(parts) / 100
        made.append(PublicTrade(number, price, qty, price * qty, time, sold))
    return made


@given(rows=TRADES, interval=st.sampled_from(["1s", "1m", "3m", "5m", "1h", "1d", "1w", "1M"]))
def test_a_candle_is_the_sum_of_its_trades(rows, interval):
    trades, candles = public_trades(rows), Candles()
    for each in trades:
        candles.add(each)
    since = max(0, trades[-1].time - 7000 * 1_000_000)  # seconds are kept for two hours
    found = list(candles_of(candles, CandleSpan(interval, trades[-1].time, start_of(interval, since))))
    for candle in found:
        inside = [each for each in trades if start_of(interval, each.time) == candle.start]
        if not inside:
            assert (candle.count, candle.volume, candle.first_id) == (0, 0, -1)
            assert candle.open == candle.high == candle.low == candle.close
            continue
        prices = [each.price for each in inside]
        assert (candle.open, candle.close) == (prices[0], prices[-1])
        assert (candle.high, candle.low) == (max(prices), min(prices))
        assert (candle.first_id, candle.last_id, candle.count) == (inside[0].trade_id, inside[-1].trade_id, len(inside))
        assert candle.volume == sum(each.qty for each in inside)
        assert candle.quote == sum(each.quote for each in inside)
        assert candle.taker_base == sum(each.qty for each in inside if not each.buyer_is_maker)
        assert candle.taker_quote == sum(each.quote for each in inside if not each.buyer_is_maker)
    starts = [candle.start for candle in found]
    assert all(next_start(interval, one) == two for one, two in pairwise(starts))
    assert starts[-1] == start_of(interval, trades[-1].time)


def test_quiet_candles_stand_at_the_last_close():
    candles = Candles()
    (trade,) = public_trades([(0, 150, 1, False)])
    candles.add(trade)
    found = list(candles_of(candles, CandleSpan("1m", trade.time + 3 * MINUTE_US)))
    assert [(each.close, each.count) for each in found] == [(D("1.5"), 1)] + [(D("1.5"), 0)] * 3


@pytest.mark.parametrize(
    ("interval", "begins", "zone", "local"),
    [
        ("1w", "2026-11-23T00:00", 0, ""),
        ("1M", "2026-11-01T00:00", 0, ""),
        ("1d", "2026-11-23T16:00", 8, "midnight in Shanghai"),
        ("1w", "2026-11-22T16:00", 8, "Monday there"),
        ("1M", "2026-10-31T16:00", 8, "the first there"),
        ("12h", "2026-11-24T00:00", 0, ""),
    ],
)
def test_where_candles_begin(interval, begins, zone, local):
    wanted = int(datetime.fromisoformat(begins + "+00:00").timestamp()) * 1_000_000
    assert start_of(interval, NOW_US, zone * 60 * MINUTE_US) == wanted, local


@given(time=st.integers(0, 4 * 10**15), interval=st.sampled_from(INTERVALS), zone=st.integers(-12, 14))
def test_each_moment_lies_in_exactly_one_candle(time, interval, zone):
    offset = zone * 60 * MINUTE_US
    start = start_of(interval, time, offset)
    following = next_start(interval, start, offset)
    assert start <= time < following
    assert start_of(interval, following, offset) == following
    assert start_of(interval, following - 1, offset) == start


@given(rows=TRADES)
def test_a_day_holds_what_lies_within_a_minute_of_it(rows):
    trades, candles = public_trades(rows), Candles()
    for each in trades:
        candles.add(each)
        candles.window(each.time, 60 * MINUTE_US)  # the cached candle of closed minutes must not get stale
    now = trades[-1].time
    hour = candles.window(now, 60 * MINUTE_US)
    oldest = now // MINUTE_US * MINUTE_US - 60 * MINUTE_US
    inside = [each for each in trades if each.time >= oldest]
    assert (hour.volume, hour.count) == (sum(each.qty for each in inside), len(inside))
    assert hour.open == inside[0].price
