"""When the frames are read and the prices sent: together when they come thick, rarely while nobody needs them."""

from decimal import Decimal as D

from messages.health import MarketStreamReported
from messages.lifecycle import Peers, PeersChanged
from messages.prices import (
    PriceFeedsReported,
    PricesSeen,
    PricesWanted,
)
from tests.actors.market_stream.bench import SYMBOL, top


def test_when_frames_come_thick_they_are_read_together_and_none_is_late(bench, server):
    for second in range(40):
        bench.take(server, *(top("60000", str(60001 + second), second * 5 + n) for n in range(1, 6)))
        assert bench.price().best.ask == 60001 + second
    assert bench.desk.watched
    bench.take(server, top("60000", "60001", 1_000))
    assert bench.desk.watched == []
    bench.desk.advance(0.05)
    assert bench.desk.watched


def test_while_nobody_needs_prices_soon_it_reads_with_its_heartbeat_alone(bench, server):
    bench.take(server, top("60000", "60001", 1), top("60000", "60001", 2))
    bench.desk.tell(PricesWanted((SYMBOL,), (), every_s=5.0))
    bench.desk.advance(1.0)
    bench.take(server, top("60000", "60001", 3))
    for number in range(4, 7):
        bench.let_arrive(server, top("60000", str(60000 + number), number))
        assert bench.desk.watched == []
        bench.desk.advance(2.0)
        assert bench.pair().belief.best.ask == 60000 + number


def test_frames_that_would_fill_its_buffers_are_read_four_times_a_second(bench, server):
    for step in range(40):
        bench.take_with_rests(server, *(top("60000", str(60001 + step), step * 100 + n) for n in range(1, 101)))
        bench.desk.advance(0.05)
    bench.desk.tell(PricesWanted((SYMBOL,), (), every_s=5.0))
    bench.take(server, top("60000", "60001", 9_000))
    assert bench.desk.watched == []
    bench.desk.advance(0.25)
    assert bench.desk.watched


def test_somebody_who_needs_prices_soon_ends_the_rest(bench, server):
    bench.take(server, top("60000", "60001", 1), top("60000", "60001", 2))
    bench.desk.tell(PricesWanted((SYMBOL,), (), every_s=5.0))
    bench.take(server, top("60000", "60001", 3))
    assert bench.desk.watched == []
    bench.desk.tell(PricesWanted((SYMBOL,), (), every_s=0.25))
    assert bench.desk.watched


def test_states_that_stay_are_reported_rarely_while_nobody_watches_and_a_new_monitor_is_told_soon(bench, server):
    bench.take(server, top("60000", "60001", 1), top("60000", "60001", 2))
    bench.desk.tell(PricesWanted((SYMBOL,), (), every_s=5.0))
    bench.desk.advance(5.0)
    bench.monitor.received.clear()
    bench.desk.advance(8.0)
    assert sum(isinstance(each, MarketStreamReported) for each in bench.monitor.received) == 2
    another = bench.desk.probe("another monitor")
    bench.desk.tell(PeersChanged(Peers(prices=bench.prices.address, monitor=another.address)))
    bench.desk.advance(2.0)
    assert another.pop(MarketStreamReported)
    bench.desk.tell(PricesWanted((SYMBOL,), (), every_s=0.25))
    bench.desk.advance(2.0)
    another.received.clear()
    bench.desk.advance(3.0)
    assert sum(isinstance(each, MarketStreamReported) for each in another.received) == 3


def test_a_burst_of_1400_frames_is_one_price_and_all_are_counted(bench, server):
    bench.take(server, top("60000", "60001", 1))
    bench.price()
    bench.take(server, *(top(str(60000 + n % 7), str(60001 + n % 7), n) for n in range(2, 1_402)))
    bench.desk.advance(0.05)
    assert 1 <= len(bench.seen()) <= 2
    assert bench.seen()[-1].best.bid == 60000 + 1401 % 7
    assert bench.accounted()


def test_a_storm_of_ticks_leaves_as_twenty_prices_a_second(bench, server):
    for second in range(20):
        ticks = (second * 50 + n for n in range(50))
        bench.take(server, *(top(str(60000 + n), str(60001 + n), n + 1) for n in ticks))
        bench.desk.advance(0.05)
    seen = [each.best.bid for each in bench.seen()]
    assert 20 <= len(seen) <= 21
    assert seen == sorted(seen)
    assert seen[-1] == D(60000 + 999)
    assert bench.pair().tally.superseded > 900
    assert bench.accounted()


def test_a_price_that_stays_is_said_once(bench, server):
    bench.take(server, top("60000", "60001", 1))
    bench.price()
    bench.take(server, top("60000", "60001", 2), top("60000", "60001", 3))
    assert bench.price().is_confirmed
    bench.take(server, top("60000", "60001", 4), top("60000", "60001", 5))
    bench.desk.advance(0.1)
    assert bench.seen() == []


def test_each_second_a_price_that_stays_is_said_again_for_its_age(bench, server):
    bench.take(server, top("60000", "60001", 1), top("60000", "60001", 2))
    bench.price()
    for number in range(3, 8):
        bench.take(server, top("60000", "60001", number))
        bench.desk.advance(1.0)
    ages = [each.at_ms for each in bench.seen()]
    assert len(ages) == 5
    assert ages == sorted(set(ages))
    bench.desk.advance(10.0)
    assert len(bench.seen()) == 5, "without a frame it only grows older"


def test_a_new_broadcaster_gets_the_price_without_a_new_tick(bench, server):
    bench.take(server, top("60000", "60001", 1))
    bench.price()
    newer = bench.desk.probe("the next broadcaster")
    bench.desk.tell(PeersChanged(Peers(monitor=bench.monitor.address)))
    bench.desk.tell(PeersChanged(bench.peers(newer)))
    bench.desk.advance(0.05)
    assert newer.pop(PriceFeedsReported).feeds[0].is_proven
    assert newer.pop(PricesSeen).prices[0].best.bid == D(60000)
    assert bench.seen() == []
