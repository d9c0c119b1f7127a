"""What the PriceBroadcaster does with prices and clocks, and what it reports."""

from decimal import Decimal as D

from lotkeeper.trading.prices.best_prices import BestPrices
from messages.health import PricesReported
from messages.lifecycle import PairsChanged, Peers, PeersChanged
from messages.prices import (
    PriceModeChanged,
    PricesSeen,
    SeenPrice,
)
from tests.actors.price_broadcaster.bench import BTC, ETH, seen


def test_a_price_that_was_received_before_the_known_one_is_dropped(bench):
    probe = bench.subscriber()
    bench.tick(BTC, "60000")
    bench.tick(BTC, "50000", ago_s=0.5)
    bench.desk.advance(2.0)
    assert seen(probe) == [[(BTC, "60000")]]


def test_a_wall_clock_that_is_set_back_stops_nothing(bench):
    probe = bench.subscriber()
    bench.tick(BTC, "60000")
    bench.desk.advance(1.0)
    price = SeenPrice(BTC, BestPrices(D(61000), D(61001)), D(61000), 5, True, bench.desk.now)
    bench.desk.tell(PricesSeen((price,)), bench.stream(BTC))
    assert seen(probe)[-1] == [(BTC, "61000")]


def test_a_calm_market_costs_one_check_a_second(bench):
    bench.subscriber()
    bench.tick(BTC, "60000")
    bench.desk.advance(60)
    assert len(bench.desk.wakeups) == 1


def reports(bench, seconds: float) -> int:
    bench.monitor.received.clear()
    bench.live(seconds, BTC)
    return sum(isinstance(each, PricesReported) for each in bench.monitor.received)


def test_where_prices_are_wanted_seldom_it_checks_every_two_seconds(bench):
    bench.report(BTC)
    bench.tick(BTC, "60000")
    assert reports(bench, 10) == 10
    bench.subscriber(every_s=5.0)
    bench.desk.advance(1.0)
    assert reports(bench, 10) == 5
    bench.subscriber(every_s=0.25)
    bench.desk.advance(2.0)
    assert reports(bench, 10) == 10


def test_a_price_by_rest_is_checked_every_second_however_seldom_it_is_wanted(bench):
    bench.subscriber(every_s=5.0)
    bench.report(BTC, "gone")
    bench.desk.advance(6.0)  # a start takes a moment
    bench.monitor.received.clear()
    bench.live(10, BTC, down="gone")
    assert sum(isinstance(each, PricesReported) for each in bench.monitor.received) == 10


def test_a_new_monitor_gets_the_modes(bench):
    bench.report(BTC)
    bench.report(BTC, "gone")
    newer = bench.desk.probe("the next monitor")
    bench.desk.tell(PeersChanged(Peers(gateway=bench.gateway.address, monitor=newer.address)))
    assert newer.pop(PriceModeChanged).reason == "gone"


def test_it_reports_to_the_monitor(bench):
    bench.subscriber()
    bench.desk.advance(1.0)
    report = bench.monitor.received[-1]
    assert (report.subscribers, report.rest_requests) == (1, 0)


def test_a_pair_that_has_gone_has_no_price_until_it_is_put_back(bench):
    probe = bench.subscriber()
    bench.tick(BTC, "60000")
    bench.tick(ETH, "3000")
    bench.desk.tell(PairsChanged((BTC,)))
    bench.tick(ETH, "3001")
    bench.report(ETH, "gone")
    bench.live(10, BTC)
    assert all((ETH, "3001") not in each for each in seen(probe))
    assert ETH not in bench.desk.actor._feeds
    bench.desk.tell(PairsChanged((BTC, ETH)))
    bench.tick(ETH, "3002")
    assert seen(probe)[-1] == [(ETH, "3002")]
