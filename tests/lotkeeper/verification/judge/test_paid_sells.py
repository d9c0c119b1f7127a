"""The SELL that a BUY pays for: the judge knows its lot by their list, and whose coins paid the fee."""

from lotkeeper.verification.judge.verdict import NOTHING_TWICE
from tests.binance_sim.support import D

NAME = "lkb-1-1-1"


def listed(bench, qty="0.1", price="60000.01"):
    working = bench.ticket("BUY", "LIMIT", qty=qty, price=price, client_id=NAME)
    pending = bench.ticket("SELL", "LIMIT", qty="0", price="60500", client_id=f"{NAME}-s")
    return bench.place_list(working, pending, pays=True)


def test_its_sell_is_that_of_the_lot(bench):
    listed(bench)
    (pair,) = bench.verdict().pairs
    assert (pair.sold, pair.offered, pair.remainder) == (0, D("0.1"), 0)
    assert bench.broken() == []
    bench.quote("60500", bid_qty="50")
    (pair,) = bench.verdict().pairs
    assert (pair.sold, pair.offered) == (D("0.1"), 0)
    assert bench.broken() == []


def test_a_second_sell_of_the_lot_sells_twice(bench):
    whole = listed(bench)
    bench.sell(whole.working, "0.0999", "60500")
    assert [point for point, _ in bench.broken()] == [NOTHING_TWICE]


def test_while_it_waits_it_offers_nothing(bench):
    listed(bench, price="59000")
    assert bench.broken() == []
    assert bench.verdict().pairs == ()
