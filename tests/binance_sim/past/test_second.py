"""The trades of a second have exactly its figures, also where there is hardly any choice."""

from hypothesis import given
from hypothesis import strategies as st

from binance_sim.past.second import trades_of
from binance_sim.past.stretch import Stretch, Tape
from binance_sim.past.volumes import LOTS_A_TRADE, TRADES_A_SECOND, value_bounds


@st.composite
def seconds(draw):
    """A second with any prices, and values between their bounds."""
    low = draw(st.integers(1, 1000))
    high = low + draw(st.integers(0, 40))
    price = st.integers(low, high)
    tapes = []
    for _ in range(2):
        count = draw(st.integers(TRADES_A_SECOND, 12))
        tape = Tape(count, draw(st.integers(LOTS_A_TRADE * count, 500)), 0)
        tape.value = draw(st.integers(*value_bounds(tape, high, low, 1)))
        tapes.append(tape)
    return Stretch(1000, 1001, draw(price), high, low, draw(price), *tapes, first_id=5)


@given(second=seconds(), seed=st.text(max_size=3))
def test_every_figure_is_exact(second, seed):
    trades = trades_of(second, seed)
    for buys, tape in ((True, second.buys), (False, second.sells)):
        side = [each for each in trades if each.buys == buys]
        assert len(side) == tape.count
        assert sum(each.qty for each in side) == tape.qty
        assert sum(each.price * each.qty for each in side) == tape.value
    assert min(each.qty for each in trades) > 0
    prices = [each.price for each in trades]
    assert (prices[0], max(prices), min(prices), prices[-1]) == (second.open, second.high, second.low, second.close)
