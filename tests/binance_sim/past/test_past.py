"""The past of a pair: candles, trades and prices fit together exactly, at every depth."""

from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from binance_sim.market.candle import join_candles
from binance_sim.past.levels import BELOW, DAY_S, HOUR_S, LEVELS
from binance_sim.past.past import BEGINNING_S, DIVISIONS_KEPT, SECOND_US, Ending, Past
from binance_sim.past.units import Units
from binance_sim.past.volumes import Activity
from tests.binance_sim.past.pasts import START, past_of
from tests.binance_sim.support import D

SYMBOLS = ("BTCUSDT", "ADAUSDT", "ETHBTC", "XYZUSDT", "XYZBTC", "BNBBTC")
BTC = past_of()


def whole(past, since, until):
    return past.window(since * SECOND_US, until * SECOND_US)


@settings(max_examples=30, deadline=None)
@given(
    second=st.integers(BEGINNING_S, START - 1),
    length=st.sampled_from([each.seconds for each in LEVELS if each.seconds in BELOW]),
    symbol=st.sampled_from(SYMBOLS),
)
def test_parts_sum_up_to_the_whole_at_every_depth(second, length, symbol):
    past = past_of(symbol)
    start = BEGINNING_S + (second - BEGINNING_S) // length * length
    until, step = min(start + length, START), BELOW[length].seconds
    parts = [whole(past, each, min(each + step, until)) for each in range(start, until, step)]
    assert join_candles(parts) == whole(past, start, until)
    for one, two in pairwise(parts):
        assert one.close == two.open
        assert one.last_id + 1 == two.first_id


@pytest.mark.parametrize("symbol", SYMBOLS)
@settings(max_examples=20, deadline=None)
@given(second=st.integers(BEGINNING_S, START - 1))
def test_a_second_is_the_sum_of_its_trades(symbol, second):
    past = past_of(symbol)
    candle = whole(past, second, second + 1)
    trades = [
        each for each in islice(past.trades_from(second * SECOND_US), 300) if each.time < (second + 1) * SECOND_US
    ]
    prices, bought = [each.price for each in trades], [each for each in trades if not each.buyer_is_maker]
    assert (candle.open, candle.close) == (prices[0], prices[-1])
    assert (candle.high, candle.low) == (max(prices), min(prices))
    assert (candle.first_id, candle.last_id, candle.count) == (trades[0].trade_id, trades[-1].trade_id, len(trades))
    assert candle.volume == sum(each.qty for each in trades)
    assert candle.quote == sum(each.quote for each in trades)
    assert candle.taker_base == sum(each.qty for each in bought)
    assert candle.taker_quote == sum(each.quote for each in bought)
    assert all(each.qty > 0 and each.quote == each.price * each.qty for each in trades)
    assert all(each.quote == round(each.quote, 8) for each in trades)
    assert [each.time for each in trades] == sorted({each.time for each in trades})


def test_it_ends_at_the_price_and_the_second_of_the_start():
    last = whole(BTC, START - 1, START)
    assert last.close == BTC.close == D(60000)
    assert last.last_id == BTC.last_id
    assert whole(BTC, START, START + 60) is None
    (trade,) = islice(BTC.trades_back(BTC.end_us), 1)
    assert (trade.trade_id, trade.price) == (BTC.last_id, D(60000))


def test_it_begins_in_2017():
    assert whole(BTC, BEGINNING_S - 100, BEGINNING_S) is None
    assert next(BTC.trades_from(0)).time >= BTC.begin_us
    assert whole(BTC, 0, START).first_id > 0


def test_the_same_seed_makes_the_same_past():
    day = (START - 3 * DAY_S, START - 2 * DAY_S)
    assert whole(past_of(), *day) == whole(BTC, *day)
    assert whole(past_of(seed="8"), *day) != whole(BTC, *day)
    assert whole(past_of("ETHUSDT"), *day) != whole(BTC, *day)


def test_a_start_within_the_same_four_hours_has_the_same_hours_before_it():
    earlier = past_of(start=START - 5000)
    for since in (START - 400 * DAY_S, START - 2 * DAY_S, START - 3 * HOUR_S):
        one, other = whole(BTC, since, since + 60), whole(earlier, since, since + 60)
        assert (one.open, one.high, one.volume, one.quote) == (other.open, other.high, other.volume, other.quote)


def test_starts_at_round_times():
    midnight = START // DAY_S * DAY_S
    for start in (midnight, midnight + 3600, midnight + 3660, midnight + 1, BEGINNING_S + 1, BEGINNING_S + 64 * DAY_S):
        past = past_of(start=start)
        assert whole(past, start - 1, start).close == D(60000)
        assert whole(past, BEGINNING_S, start).last_id == past.last_id


def test_trades_forwards_backwards_and_by_id():
    since = BTC.end_us - 20 * SECOND_US
    forwards = list(BTC.trades_from(since))
    backwards = list(islice(BTC.trades_back(BTC.end_us), len(forwards)))
    assert backwards == forwards[::-1]
    assert [each.trade_id for each in forwards] == list(range(forwards[0].trade_id, BTC.last_id + 1))
    middle = forwards[len(forwards) // 2]
    assert list(BTC.trades_from_id(middle.trade_id)) == forwards[forwards.index(middle) :]
    old = whole(BTC, START - 900 * DAY_S, START - 900 * DAY_S + 1)
    assert next(BTC.trades_from_id(old.first_id)).time // SECOND_US == START - 900 * DAY_S
    assert next(BTC.trades_from_id(1)).trade_id == whole(BTC, 0, START).first_id


@pytest.mark.parametrize("close", [1, 2, 10**11])
def test_prices_of_a_few_ticks_and_of_many(close):
    past = Past(Units(D("0.01"), D("0.001")), "any", Activity(11.7, 0.001), Ending(START, close, 10**10))
    for since, until in ((START - 90, START), (START - 5 * DAY_S, START - DAY_S), (BEGINNING_S, START)):
        step = (until - since) // 9
        parts = [whole(past, each, min(each + step, until)) for each in range(since, until, step)]
        assert join_candles(parts) == whole(past, since, until)
        assert all(each.low > 0 for each in parts)
    assert whole(past, 0, START).first_id > 0
    assert (
        sum(each.qty for each in islice(past.trades_from(past.end_us - SECOND_US), 99))
        == whole(past, START - 1, START).volume
    )


def test_prices_move_like_those_that_follow():
    """The last candles of the past have about the range and the volume of the walk's candles."""
    minutes = [whole(BTC, start, start + 60) for start in range(START - 6000, START, 60)]
    ranges = sorted(each.high / each.low - 1 for each in minutes)
    assert D("0.01") < ranges[50] < D("0.05")
    assert all(D(57_000) < each.low and each.high < D(63_000) for each in minutes)
    assert 60 * 8 < sorted(each.count for each in minutes)[50] < 60 * 20


def test_little_is_kept_in_memory():
    past = past_of()
    for start in range(START - 40 * DAY_S, START, DAY_S):
        whole(past, start, start + 61)
    assert len(past._divisions) <= DIVISIONS_KEPT
