"""Levels of the best bid that an actor waits for: each is told of once, by a price that is believed."""

from decimal import Decimal as D

import pytest

from lotkeeper.engine.testkit import Probe
from messages.prices import BidReached, PricesWanted, RulesLearned, WatchBid
from tests.actors.price_broadcaster.bench import BTC, ETH, Bench


def waits(bench: Bench, level: str | None, symbol: str = BTC, name: str = "keeper") -> Probe:
    probe = bench.desk.probe(name)
    bench.desk.tell(WatchBid(symbol, None if level is None else D(level)), probe)
    return probe


def told(probe: Probe) -> list[tuple[str, str, str]]:
    found = [each for each in probe.received if isinstance(each, BidReached)]
    probe.received.clear()
    return [(each.symbol, str(each.level), str(each.bid)) for each in found]


def test_it_is_told_once_when_the_bid_reaches_the_level(bench):
    keeper = waits(bench, "61000")
    bench.tick(BTC, "60999.99")
    assert told(keeper) == []
    bench.tick(BTC, "61000")
    assert told(keeper) == [(BTC, "61000", "61000")]
    bench.tick(BTC, "62000")
    assert told(keeper) == []


def test_it_comes_with_the_time_at_which_the_price_was_right(bench):
    keeper = waits(bench, "61000")
    bench.tick(BTC, "61000", ago_s=0.5)
    assert keeper.pop(BidReached).at_ms == bench.desk.actor.wall_ms() - 500


def test_a_level_that_was_reached_before_is_told_of_at_once(bench):
    bench.tick(BTC, "62000")
    assert told(waits(bench, "61000")) == [(BTC, "61000", "62000")]


def test_a_price_that_nothing_has_confirmed_reaches_no_level(bench):
    keeper = waits(bench, "61000")
    bench.tick(BTC, "90000", is_confirmed=False)
    assert told(keeper) == []
    assert told(waits(bench, "60000")) == []
    bench.tick(BTC, "61500")
    assert told(keeper) == [(BTC, "60000", "61500")]


def test_a_stale_price_reaches_no_level(bench):
    bench.tick(BTC, "62000")
    bench.live(20, BTC, down="gone")
    assert told(waits(bench, "61000")) == []


def test_a_pair_that_does_not_trade_reaches_no_level(bench):
    bench.desk.tell(RulesLearned(BTC, D("0.01"), is_trading=False), bench.desk.probe("rules"))
    keeper = waits(bench, "61000")
    bench.tick(BTC, "62000")
    assert told(keeper) == []


def test_another_level_takes_the_place_of_the_first_and_none_ends_it(bench):
    keeper = waits(bench, "61000")
    waits(bench, "63000")
    bench.tick(BTC, "62000")
    assert told(keeper) == []
    waits(bench, None)
    bench.tick(BTC, "64000")
    assert told(keeper) == []


def test_each_gets_its_own_level_of_its_own_pair(bench):
    first, second = waits(bench, "61000"), waits(bench, "61500", name="another keeper")
    other = waits(bench, "10", ETH, name="the keeper of the other pair")
    bench.tick(BTC, "61200")
    assert (told(first), told(second), told(other)) == ([(BTC, "61000", "61200")], [], [])
    bench.tick(ETH, "12")
    assert told(other) == [(ETH, "10", "12")]


def test_who_does_not_ask_again_counts_as_dead(bench):
    keeper = waits(bench, "61000")
    bench.tick(BTC, "60000")
    for _ in range(95):
        bench.tick(BTC, "60000")
        bench.desk.advance(1.0)
    bench.tick(BTC, "62000")
    assert told(keeper) == []


def test_how_many_levels_are_waited_for_is_reported(bench):
    waits(bench, "61000")
    waits(bench, "10", ETH, name="the keeper of the other pair")
    bench.desk.advance(1.0)
    assert bench.monitor.received[-1].levels == 2


def test_the_streams_are_told_what_is_waited_for(bench):
    bench.report(BTC)
    stream = bench.stream(BTC)
    stream.received.clear()
    waits(bench, "61000")
    assert stream.pop(PricesWanted) == PricesWanted((BTC,), (), 0.2)
    waits(bench, None)
    assert stream.pop(PricesWanted).best == ()


@pytest.mark.parametrize(("every_s", "together_s"), [(0.0, 0.0), (1.0, 0.2)])
def test_a_subscriber_and_a_level_want_the_shorter_interval(bench, every_s, together_s):
    bench.report(BTC)
    bench.subscriber(BTC, every_s=every_s)
    stream = bench.stream(BTC)
    stream.received.clear()
    waits(bench, "61000")
    bench.desk.advance(11.0)
    wanted = [each for each in stream.received if isinstance(each, PricesWanted)]
    assert wanted[-1] == PricesWanted((BTC,), (), together_s)


def test_rest_is_asked_where_the_stream_of_such_a_pair_says_nothing(bench):
    keeper = waits(bench, "61000")
    bench.live(8, BTC, down="gone")
    bench.answer(bench.asked(), BTCUSDT="61700")
    assert told(keeper) == [(BTC, "61000", "61700")]
