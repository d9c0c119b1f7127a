from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.prices.levels import ArmedLevels, Direction, Level

BTC = "BTCUSDT"


def up(price, symbol=BTC):
    return Level(symbol, D(price), Direction.UP)


def down(price, symbol=BTC):
    return Level(symbol, D(price), Direction.DOWN)


def test_a_level_fires_when_it_is_reached_and_once():
    armed = ArmedLevels([up(110), down(90)])
    assert armed.fire(BTC, D(91), D(109)) == []
    assert armed.fire(BTC, D(110), D(110)) == [up(110)]
    assert armed.fire(BTC, D(120), D(120)) == []
    assert armed.fire(BTC, D(90), D(120)) == [down(90)]
    assert len(armed) == 0


def test_a_jump_crosses_all_in_between_the_nearest_first():
    armed = ArmedLevels([up(130), up(110), up(120), up(200)])
    assert armed.fire(BTC, D(150), D(150)) == [up(110), up(120), up(130)]


def test_what_was_touched_between_two_prices_counts():
    armed = ArmedLevels([up(110), down(90)])
    assert armed.fire(BTC, D(80), D(115)) == [up(110), down(90)]


def test_another_pairs_price_crosses_nothing():
    armed = ArmedLevels([up(110)])
    assert armed.fire("ETHUSDT", D(200), D(200)) == []


@given(st.lists(st.tuples(st.integers(1, 50), st.booleans()), max_size=20), st.lists(st.integers(1, 50), max_size=20))
def test_each_fires_exactly_once_and_only_when_crossed(wanted, bids):
    levels = {up(price) if is_up else down(price) for price, is_up in wanted}
    armed = ArmedLevels(levels)
    fired = [level for bid in bids for level in armed.fire(BTC, D(bid), D(bid))]
    crossed = {
        level
        for level in levels
        if any(bid >= level.price if level.direction is Direction.UP else bid <= level.price for bid in bids)
    }
    assert len(fired) == len(set(fired))
    assert set(fired) == crossed
    assert len(armed) == len(levels) - len(fired)
