"""Who listens to prices, and what they are told."""

from decimal import Decimal as D

from actors.price_broadcaster.subscribers import MOST_LISTENERS
from messages.lifecycle import Peers, PeersChanged
from messages.prices import (
    Price,
    PriceModeChanged,
    PriceSeen,
)
from tests.actors.price_broadcaster.bench import BTC, ETH, bench, seen

__all__ = ["bench"]

# Who listens


def test_who_comes_late_gets_the_last_prices_at_once(bench):
    bench.tick(BTC, "60000")
    bench.tick(ETH, "3000")
    assert seen(bench.subscriber(ETH)) == [[(ETH, "3000")]]
    assert seen(bench.subscriber(name="all")) == [[(BTC, "60000"), (ETH, "3000")]]


def test_who_comes_before_any_price_gets_the_first_one_at_once(bench):
    probe = bench.subscriber()
    assert seen(probe) == []
    bench.tick(BTC, "60000")
    assert seen(probe) == [[(BTC, "60000")]]


def test_each_is_told_as_often_as_it_asked_and_the_newest_of_each_pair(bench):
    fast, slow = bench.subscriber(every_s=0.5, name="fast"), bench.subscriber(every_s=2.0, name="slow")
    for second in range(8):
        for step in range(10):
            bench.tick(BTC, str(60000 + 10 * second + step))
            bench.desk.advance(0.1)
    bench.desk.advance(2.0)
    fast_seen, slow_seen = seen(fast), seen(slow)
    assert 15 <= len(fast_seen) <= 18
    assert 4 <= len(slow_seen) <= 6
    assert fast_seen[-1] == slow_seen[-1] == [(BTC, "60079")]


def test_each_change_is_sent_at_once_after_a_calm_and_in_batches_in_a_storm(bench):
    probe = bench.subscriber(every_s=0.0)
    bench.tick(BTC, "1")
    assert seen(probe) == [[(BTC, "1")]]
    for step in range(100):
        bench.tick(BTC, str(2 + step))
        bench.tick(ETH, str(2 + step))
        bench.desk.advance(0.001)
    bench.desk.advance(0.02)
    batches = seen(probe)
    assert len(batches) <= 6
    assert batches[-1] == [(BTC, "101"), (ETH, "101")]


def test_a_price_that_is_only_younger_is_news_at_an_interval_alone(bench):
    changes, interval = bench.subscriber(every_s=0.0, name="changes"), bench.subscriber(every_s=1.0, name="interval")
    for _ in range(5):
        bench.tick(BTC, "1")
        bench.desk.advance(1.0)
    assert len(seen(changes)) == 1
    assert len(seen(interval)) == 5


def test_several_pairs_come_in_one_message(bench):
    probe = bench.subscriber(every_s=1.0)
    bench.tick(BTC, "1")
    seen(probe)
    for symbol in (ETH, BTC, "BNBUSDT", BTC):
        bench.tick(symbol, "2")
    bench.desk.advance(1.0)
    assert seen(probe) == [[("BNBUSDT", "2"), (BTC, "2"), (ETH, "2")]]


def test_only_the_pairs_that_were_asked_for(bench):
    probe = bench.subscriber(BTC)
    bench.tick(ETH, "3000")
    bench.desk.advance(5.0)
    assert seen(probe) == []


def test_a_price_that_was_received_before_the_known_one_is_dropped(bench):
    probe = bench.subscriber()
    bench.tick(BTC, "60000")
    bench.tick(BTC, "50000", ago_s=0.5)
    bench.desk.advance(2.0)
    assert seen(probe) == [[(BTC, "60000")]]


def test_a_wall_clock_that_is_set_back_stops_nothing(bench):
    probe = bench.subscriber()
    bench.tick(BTC, "60000")
    price = Price(BTC, D(61000), D(61001), D(61000), 5)
    bench.desk.advance(1.0)
    bench.desk.tell(PriceSeen(price, bench.desk.now), bench.stream(BTC))
    assert seen(probe)[-1] == [(BTC, "61000")]


def test_a_new_wish_takes_the_place_of_the_old_one(bench):
    bench.tick(BTC, "60000")
    probe = bench.subscriber(BTC, every_s=1.0)
    bench.tick(BTC, "60001")  # under way when the wish changes
    bench.subscriber(ETH, every_s=1.0)
    seen(probe)
    bench.tick(BTC, "60002")
    bench.tick(ETH, "3000")
    bench.desk.advance(3.0)
    assert seen(probe) == [[(ETH, "3000")]]


def test_the_same_wish_again_is_no_reason_to_repeat(bench):
    probe = bench.subscriber()
    bench.tick(BTC, "60000")
    seen(probe)
    bench.subscriber()
    bench.desk.advance(2.0)
    assert seen(probe) == []


def test_who_does_not_renew_its_wish_is_taken_for_dead(bench):
    faithful, silent = bench.subscriber(name="faithful"), bench.subscriber(name="silent")
    for second in range(200):
        if second % 30 == 0:
            bench.subscriber(name="faithful")
        bench.tick(BTC, str(60000 + second))
        bench.desk.advance(1.0)
    assert len(seen(faithful)) > 190
    assert 80 < len(seen(silent)) < 100
    assert len(bench.desk.actor._listeners.subscribers) == 1


def test_listeners_are_bounded_and_those_who_are_there_stay(bench):
    first = bench.subscriber(name="first")
    for number in range(MOST_LISTENERS + 5):
        bench.subscriber(name=f"{number}")
    assert len(bench.desk.actor._listeners.subscribers) == MOST_LISTENERS
    bench.tick(BTC, "1")
    assert seen(first) == [[(BTC, "1")]]


def test_a_calm_market_costs_a_look_a_second(bench):
    bench.subscriber()
    bench.tick(BTC, "60000")
    bench.desk.advance(60)
    assert len(bench.desk.wakeups) == 1


# The Monitor


def test_a_new_monitor_is_told_of_the_modes(bench):
    bench.report(BTC)
    bench.report(BTC, "gone")
    newer = bench.desk.probe("the next monitor")
    bench.desk.tell(PeersChanged(Peers(gateway=bench.gateway.address, monitor=newer.address)))
    assert newer.pop(PriceModeChanged).reason == "gone"


def test_it_reports_itself(bench):
    bench.subscriber()
    bench.desk.advance(1.0)
    report = bench.monitor.received[-1]
    assert (report.subscribers, report.rest_requests) == (1, 0)
