"""Who gets which prices, and how often."""

from actors.price_broadcaster.subscribers import MAX_SUBSCRIBERS
from tests.actors.price_broadcaster.bench import BTC, ETH, seen


def test_a_late_subscriber_gets_the_last_prices_at_once(bench):
    bench.tick(BTC, "60000")
    bench.tick(ETH, "3000")
    assert seen(bench.subscriber(ETH)) == [[(ETH, "3000")]]
    assert seen(bench.subscriber(name="all")) == [[(BTC, "60000"), (ETH, "3000")]]


def test_a_subscriber_before_any_price_gets_the_first_one_at_once(bench):
    probe = bench.subscriber()
    assert seen(probe) == []
    bench.tick(BTC, "60000")
    assert seen(probe) == [[(BTC, "60000")]]


def test_each_subscriber_gets_the_newest_prices_as_often_as_it_asked_for(bench):
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


def test_a_single_change_is_sent_at_once_and_many_in_batches(bench):
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


def test_a_price_with_only_a_newer_time_goes_to_subscribers_with_an_interval(bench):
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


def test_a_new_subscription_replaces_the_old_one(bench):
    bench.tick(BTC, "60000")
    probe = bench.subscriber(BTC, every_s=1.0)
    bench.tick(BTC, "60001")  # under way when the wish changes
    bench.subscriber(ETH, every_s=1.0)
    seen(probe)
    bench.tick(BTC, "60002")
    bench.tick(ETH, "3000")
    bench.desk.advance(3.0)
    assert seen(probe) == [[(ETH, "3000")]]


def test_a_renewal_repeats_no_prices(bench):
    probe = bench.subscriber()
    bench.tick(BTC, "60000")
    seen(probe)
    bench.subscriber()
    bench.desk.advance(2.0)
    assert seen(probe) == []


def test_a_subscriber_that_does_not_renew_is_dropped(bench):
    faithful, silent = bench.subscriber(name="faithful"), bench.subscriber(name="silent")
    for second in range(200):
        if second % 30 == 0:
            bench.subscriber(name="faithful")
        bench.tick(BTC, str(60000 + second))
        bench.desk.advance(1.0)
    assert len(seen(faithful)) > 190
    assert 80 < len(seen(silent)) < 100
    assert len(bench.desk.actor._subscribers) == 1


def test_the_number_of_subscribers_is_bounded_and_the_first_ones_stay(bench):
    first = bench.subscriber(name="first")
    for number in range(MAX_SUBSCRIBERS + 5):
        bench.subscriber(name=f"{number}")
    assert len(bench.desk.actor._subscribers) == MAX_SUBSCRIBERS
    bench.tick(BTC, "1")
    assert seen(first) == [[(BTC, "1")]]
