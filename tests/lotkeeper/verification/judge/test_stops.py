"""SELLs that are a target and a stop: the judge counts their coins once, and knows how far a stop may sell."""

from fractions import Fraction

import pytest

from lotkeeper.verification.judge.naming import lot_name
from lotkeeper.verification.judge.verdict import NOT_BELOW_FLOOR, NOTHING_TWICE, ExpectedExit
from tests.binance_sim.support import D
from tests.lotkeeper.verification.judge.bench import HALF_PERCENT


@pytest.fixture
def with_stop(bench):
    """A lot whose SELL is a target and a stop for the same coins."""
    bench.print("60000", "0.01", buyer_is_maker=True)
    lot = bench.buy("0.1")
    name = f"{lot_name(lot.order_id)}-1"
    target = bench.ticket("SELL", "LIMIT_MAKER", qty="0.0999", price="60500", client_id=name)
    stop = {"price": D("58900"), "stop_price": D("59000"), "client_id": f"{name}s"}
    bench.place_list(None, target, bench.ticket("SELL", "STOP_LOSS_LIMIT", qty="0.0999", **stop))
    return bench


STOPPED = {"exits": {"BTCUSDT": ExpectedExit(profit=HALF_PERCENT, stop=Fraction("0.975"))}}


@pytest.mark.parametrize("price", ["60500", "59000"])
def test_of_a_target_and_its_stop_one_sells(with_stop, price):
    """Both cover the coins once: while they stand, when one sells, and when the other has expired."""
    assert with_stop.broken(**STOPPED) == []
    (pair,) = with_stop.verdict(**STOPPED).pairs
    assert (pair.sold, pair.offered, pair.remainder) == (0, D("0.0999"), 0)
    with_stop.quote(price, bid_qty="50")
    with_stop.print(price, "1", buyer_is_maker=False)
    (pair,) = with_stop.verdict(**STOPPED).pairs
    assert (pair.sold, pair.offered) == (D("0.0999"), 0)
    assert with_stop.broken(**STOPPED) == []


def test_a_stop_that_is_triggered_offers_its_coins(with_stop):
    with_stop.quote("58000")
    with_stop.print("58000", "0.001", buyer_is_maker=True)
    (pair,) = with_stop.verdict(**STOPPED).pairs
    assert (pair.sold, pair.offered) == (0, D("0.0999"))
    assert with_stop.broken(**STOPPED) == []
    lot = next(iter(with_stop.blotter().orders.values()))
    with_stop.account.funds.move("BTC", D(1))
    with_stop.sell(lot, "0.01", "61000", 2)
    assert [point for point, _ in with_stop.broken(**STOPPED)] == [NOTHING_TWICE]


def test_a_stop_that_nobody_asked_for_sells_below_the_floor(with_stop):
    assert [point for point, _ in with_stop.broken()] == [NOT_BELOW_FLOOR]


def test_a_stop_may_not_sell_for_less_than_was_asked_for(with_stop):
    exits = {"BTCUSDT": ExpectedExit(profit=HALF_PERCENT, stop=Fraction("0.985"))}
    assert [point for point, _ in with_stop.broken(exits=exits)] == [NOT_BELOW_FLOOR]
