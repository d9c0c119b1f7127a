"""A stretch is divided without remainder, also where its price hardly moves or its value is at a bound."""

from hypothesis import given, settings
from hypothesis import strategies as st

from binance_sim.past.levels import BELOW
from binance_sim.past.parts import divide_stretch
from binance_sim.past.stretch import Stretch, Tape, join_stretches
from binance_sim.past.volumes import LOTS_A_TRADE, TRADES_A_SECOND, divide, value_bounds


@st.composite
def stretches(draw):
    """A stretch of any level, with values between their bounds."""
    length = draw(st.sampled_from(sorted(BELOW)))
    low = draw(st.integers(1, 10_000))
    high = low + draw(st.integers(0, 3000))
    price = st.integers(low, high)
    tapes = []
    for _ in range(2):
        count = length * TRADES_A_SECOND + draw(st.integers(0, 20 * length))
        tape = Tape(count, count * LOTS_A_TRADE + draw(st.integers(0, 500 * count)), 0)
        tape.value = draw(st.integers(*value_bounds(tape, high, low, length)))
        tapes.append(tape)
    return Stretch(0, length, draw(price), high, low, draw(price), *tapes, first_id=10)


@settings(max_examples=60, deadline=None)
@given(whole=stretches(), seed=st.text(max_size=3))
def test_the_parts_are_the_whole(whole, seed):
    parts = divide_stretch(whole, seed)
    assert join_stretches(parts) == whole
    for each in parts:
        assert each.low <= min(each.open, each.close) <= max(each.open, each.close) <= each.high
        for tape in (each.buys, each.sells):
            assert tape.count >= TRADES_A_SECOND * each.seconds
            assert tape.qty >= LOTS_A_TRADE * tape.count
            least, most = value_bounds(tape, each.high, each.low, each.seconds)
            assert least <= tape.value <= most, "so that it can be divided further"


@given(total=st.integers(0, 10**15), weights=st.lists(st.floats(0.001, 1000), min_size=1, max_size=70))
def test_a_total_is_divided_without_remainder(total, weights):
    parts = divide(total, weights)
    assert sum(parts) == total
    assert min(parts) >= 0
    assert len(parts) == len(weights)
