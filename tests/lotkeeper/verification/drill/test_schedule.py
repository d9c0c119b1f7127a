"""What a round plays follows from its seed alone, and every action is one that exchange and service know."""

import pytest

from binance_sim.faults.catalogue import kind_of
from binance_sim.faults.fault import read_fault
from lotkeeper.verification.drill.actions import TRADER_ACTIONS, ExchangeFault, ProcessFault, SystemOutage, TraderAction
from lotkeeper.verification.drill.schedule import FAULTS, MANUAL_SALES_PAIR, PAIRS, PLAY_S, TITLES, draw_schedule

SEEDS = range(300)


def actions_of(kind):
    return [action for seed in SEEDS for action in draw_schedule(seed).actions if isinstance(action, kind)]


def test_the_same_seed_plays_the_same():
    assert [draw_schedule(seed) for seed in range(20)] == [draw_schedule(seed) for seed in range(20)]
    assert draw_schedule(1).actions != draw_schedule(2).actions


def test_acts_stand_in_the_order_of_their_times():
    for seed in SEEDS:
        times = [action.at_s for action in draw_schedule(seed).actions]
        assert times == sorted(times)
        assert 0 <= times[0] <= times[-1] <= PLAY_S


@pytest.mark.parametrize("seed", range(60))
def test_every_fault_is_one_that_the_exchange_takes(seed):
    for action in draw_schedule(seed).actions:
        if isinstance(action, ExchangeFault):
            kind_of(read_fault({"name": action.fault, **action.fields}))


def test_with_a_lag_all_queries_are_behind_and_two_sells_have_neither_reply_nor_event():
    lags = []
    for seed in SEEDS:
        plain, plan = draw_schedule(seed), draw_schedule(seed, longest_lag_s=60)
        more = [action for action in plan.actions if action not in plain.actions]
        assert all(each in plan.actions for each in plain.actions)
        assert (plain.lag_s, plan.exchange_arguments) == (0, plain.exchange_arguments)
        assert more[0] == ExchangeFault(0.0, "lag", {"seconds": plan.lag_s, "times": 0})
        assert sorted(each.fault for each in more[1:]) == ["lose-event", "lose-event", "lose-reply", "lose-reply"]
        for each in more:
            kind_of(read_fault({"name": each.fault, **each.fields}))
        lags.append(plan.lag_s)
    assert 12 <= min(lags) < 15 < 55 < max(lags) <= 60


def test_in_time_everything_is_played():
    assert {action.fault for action in actions_of(ExchangeFault)} == set(FAULTS)
    assert {action.kind for action in actions_of(TraderAction)} == set(TRADER_ACTIONS)
    assert {action.title for action in actions_of(ProcessFault)} == set(TITLES)
    assert any(action.for_s for action in actions_of(ProcessFault))
    assert actions_of(SystemOutage)


def test_the_trader_sells_manually_on_one_pair_only():
    """A manual sale may excuse a missing SELL of its pair."""
    assert {action.symbol for action in actions_of(TraderAction)} == set(PAIRS)
    assert {action.symbol for action in actions_of(TraderAction) if action.kind in ("sell", "sell-freed")} == {
        MANUAL_SALES_PAIR
    }


def test_each_act_reads_as_a_line():
    assert TraderAction(0, "buy", "BTCUSDT", 0.5, "20").text == "BTCUSDT: BUY at the market for 20"
    assert ExchangeFault(0, "lag", {"seconds": 2.5, "times": 3}).text == "lag seconds 2.5 times 3"
    assert ProcessFault(0, "Gateway").text == "kill Gateway"
    assert ProcessFault(0, "Gateway", for_s=1.5).text == "stop Gateway for 1.5 s"
    assert SystemOutage(0, 2, loses_database=True).text == "kill the whole system for 2 s, the database deleted"
