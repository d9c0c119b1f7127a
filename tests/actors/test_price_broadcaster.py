from decimal import Decimal as D

import pytest

from actors.price_broadcaster import PriceBroadcaster
from lotkeeper.engine.testing import Desk, Probe
from messages.lifecycle import StartPrices
from messages.prices import Price, PricesChanged, PriceSeen, SubscribePrices


class Bench:
    def __init__(self) -> None:
        self.desk = Desk(PriceBroadcaster)
        self.desk.tell(StartPrices(None))

    def tick(self, symbol: str, bid: str, at_ms: int | None = None) -> None:
        at = self.desk.actor.wall_ms() if at_ms is None else at_ms
        self.desk.tell(PriceSeen(Price(symbol, D(bid), D(bid) + 1, D(bid), at)))

    def subscriber(self, *symbols: str, every_s: float = 1.0, name: str = "subscriber") -> Probe:
        probe = self.desk.probe(name)
        self.desk.tell(SubscribePrices(symbols, every_s), probe)
        return probe


def seen(probe: Probe) -> list[list[tuple[str, str]]]:
    """What came, message by message."""
    messages = [each for each in probe.received if isinstance(each, PricesChanged)]
    probe.received.clear()
    return [[(price.symbol, str(price.bid)) for price in each.prices] for each in messages]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_who_comes_late_gets_the_last_prices_at_once(bench):
    bench.tick("BTCUSDT", "60000")
    bench.tick("ETHUSDT", "3000")
    assert seen(bench.subscriber("ETHUSDT")) == [[("ETHUSDT", "3000")]]
    assert seen(bench.subscriber(name="all")) == [[("BTCUSDT", "60000"), ("ETHUSDT", "3000")]]


def test_who_comes_before_any_price_gets_the_first_one_at_once(bench):
    probe = bench.subscriber()
    assert seen(probe) == []
    bench.tick("BTCUSDT", "60000")
    assert seen(probe) == [[("BTCUSDT", "60000")]]


def test_each_is_told_as_often_as_it_asked_and_the_newest_of_each_pair(bench):
    fast, slow = bench.subscriber(every_s=0.5, name="fast"), bench.subscriber(every_s=2.0, name="slow")
    for second in range(8):
        for step in range(10):
            bench.tick("BTCUSDT", str(60000 + 10 * second + step))
            bench.desk.advance(0.1)
    bench.desk.advance(2.0)
    fast_seen, slow_seen = seen(fast), seen(slow)
    assert 15 <= len(fast_seen) <= 18
    assert 4 <= len(slow_seen) <= 6
    assert fast_seen[-1] == slow_seen[-1] == [("BTCUSDT", "60079")]


def test_several_pairs_come_in_one_message(bench):
    probe = bench.subscriber(every_s=1.0)
    bench.tick("BTCUSDT", "1")
    seen(probe)
    for symbol in ("ETHUSDT", "BTCUSDT", "BNBUSDT", "BTCUSDT"):
        bench.tick(symbol, "2")
    bench.desk.advance(1.0)
    assert seen(probe) == [[("BNBUSDT", "2"), ("BTCUSDT", "2"), ("ETHUSDT", "2")]]


def test_only_the_pairs_that_were_asked_for(bench):
    probe = bench.subscriber("BTCUSDT")
    bench.tick("ETHUSDT", "3000")
    bench.desk.advance(5.0)
    assert seen(probe) == []


def test_a_price_that_is_older_than_the_known_one_is_dropped(bench):
    probe = bench.subscriber()
    bench.tick("BTCUSDT", "60000", at_ms=2000)
    bench.tick("BTCUSDT", "50000", at_ms=1999)
    bench.desk.advance(2.0)
    assert seen(probe) == [[("BTCUSDT", "60000")]]


def test_a_new_wish_takes_the_place_of_the_old_one(bench):
    bench.tick("BTCUSDT", "60000")
    probe = bench.subscriber("BTCUSDT", every_s=1.0)
    bench.tick("BTCUSDT", "60001")  # under way when the wish changes
    bench.subscriber("ETHUSDT", every_s=1.0)
    seen(probe)
    bench.tick("BTCUSDT", "60002")
    bench.tick("ETHUSDT", "3000")
    bench.desk.advance(3.0)
    assert seen(probe) == [[("ETHUSDT", "3000")]]


def test_the_same_wish_again_is_no_reason_to_repeat(bench):
    probe = bench.subscriber()
    bench.tick("BTCUSDT", "60000")
    seen(probe)
    bench.subscriber()
    bench.desk.advance(2.0)
    assert seen(probe) == []


def test_who_does_not_renew_its_wish_is_taken_for_dead(bench):
    faithful, silent = bench.subscriber(name="faithful"), bench.subscriber(name="silent")
    for second in range(200):
        if second % 30 == 0:
            bench.subscriber(name="faithful")
        bench.tick("BTCUSDT", str(60000 + second))
        bench.desk.advance(1.0)
    assert len(seen(faithful)) > 190
    assert 80 < len(seen(silent)) < 100
    assert len(bench.desk.actor._subscribers) == 1


def test_a_calm_market_costs_nothing(bench):
    bench.subscriber()
    bench.tick("BTCUSDT", "60000")
    bench.desk.advance(60)
    assert bench.desk.wakeups == []
