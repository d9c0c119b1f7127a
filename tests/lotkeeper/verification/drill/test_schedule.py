"""What a round plays follows from its seed alone, and every act is one that exchange and service know."""

import pytest

from binance_sim.faults.catalogue import kind_of
from binance_sim.faults.fault import read_fault
from lotkeeper.verification.drill.actions import TRADES, Break, Outage, Strike, Trade
from lotkeeper.verification.drill.schedule import BY_HAND, FAULTS, PAIRS, PLAY_S, TITLES, schedule

SEEDS = range(300)


def acts(kind):
    return [act for seed in SEEDS for act in schedule(seed).acts if isinstance(act, kind)]


def test_the_same_seed_plays_the_same():
    assert [schedule(seed) for seed in range(20)] == [schedule(seed) for seed in range(20)]
    assert schedule(1).acts != schedule(2).acts


def test_acts_stand_in_the_order_of_their_times():
    for seed in SEEDS:
        times = [act.at_s for act in schedule(seed).acts]
        assert times == sorted(times)
        assert 0 <= times[0] <= times[-1] <= PLAY_S


@pytest.mark.parametrize("seed", range(60))
def test_every_fault_is_one_that_the_exchange_takes(seed):
    for act in schedule(seed).acts:
        if isinstance(act, Break):
            kind_of(read_fault({"name": act.fault, **act.fields}))


def test_in_time_everything_is_played():
    assert {act.fault for act in acts(Break)} == set(FAULTS)
    assert {act.kind for act in acts(Trade)} == set(TRADES)
    assert {act.title for act in acts(Strike)} == set(TITLES)
    assert any(act.for_s for act in acts(Strike))
    assert acts(Outage)


def test_a_hand_sells_on_one_pair_alone():
    """What is sold by hand may excuse a missing SELL of its pair."""
    assert {act.symbol for act in acts(Trade)} == set(PAIRS)
    assert {act.symbol for act in acts(Trade) if act.kind in ("sell", "sell-freed")} == {BY_HAND}


def test_each_act_reads_as_a_line():
    assert Trade(0, "buy", "BTCUSDT", 0.5, "20").text == "BTCUSDT: BUY at the market for 20"
    assert Break(0, "lag", {"seconds": 2.5, "times": 3}).text == "lag seconds 2.5 times 3"
    assert Strike(0, "Gateway").text == "kill Gateway"
    assert Strike(0, "Gateway", for_s=1.5).text == "stop Gateway for 1.5 s"
    assert Outage(0, 2, loses_database=True).text == "kill the whole system for 2 s, the database deleted"
