"""The average price of five minutes, against one that is computed from all trades each time."""

from hypothesis import given
from hypothesis import strategies as st

from binance_sim.market.average import AveragePrice
from tests.binance_sim.market.test_candles import public_trades
from tests.binance_sim.support import D

TRADES = st.lists(
    st.tuples(st.integers(0, 200), st.integers(1, 500), st.integers(1, 50), st.booleans()), min_size=1, max_size=30
)


@given(rows=TRADES)
def test_it_weighs_the_trades_of_five_minutes_by_volume(rows):
    trades, average = public_trades(rows), AveragePrice()
    for number, each in enumerate(trades, start=1):
        average.add(each)
        recent = [one for one in trades[:number] if one.time > each.time - 300_000_000]
        expected = sum(one.quote for one in recent) / sum(one.qty for one in recent)
        assert abs(average.price(each.time) - expected) < D("1e-12")


def test_the_last_earlier_trade_serves_where_none_lies_inside():
    average = AveragePrice()
    assert average.price(0) is None
    old, new = public_trades([(0, 100, 1, False), (10, 200, 1, False)])
    average.add(old)
    average.add(new)
    assert average.price(new.time) == D("1.5")
    assert average.price(new.time + 3_600_000_000) == D(2)
