"""What the market streams are told to be wanted of their pairs."""

import pytest

from messages.lifecycle import PeersChanged
from messages.prices import FeedState, PriceFeedsReported, PricesWanted, SubscribePrices
from messages.queries import FetchPrices
from tests.actors.price_broadcaster.bench import BTC, ETH, Bench

BNB = "BNBUSDT"


@pytest.fixture
def bench() -> Bench:
    """A stream of two pairs, and another of one."""
    bench = Bench(BTC, ETH, BNB)
    report(bench, "first", BTC, ETH)
    report(bench, "second", BNB)
    told(bench, "first"), told(bench, "second")
    return bench


def report(bench: Bench, stream: str, *symbols: str) -> None:
    states = tuple(FeedState(symbol, True, "", "") for symbol in symbols)
    bench.desk.tell(PriceFeedsReported(states), bench.desk.probe(stream))


def told(bench: Bench, stream: str) -> list[PricesWanted]:
    probe = bench.desk.probe(stream)
    messages = [each for each in probe.received if isinstance(each, PricesWanted)]
    probe.received.clear()
    return messages


def test_a_stream_is_told_what_is_wanted_of_its_own_pairs(bench):
    bench.subscriber(ETH, BNB, every_s=0.25)
    assert told(bench, "first") == [PricesWanted((ETH,), (), 0.25)]
    assert told(bench, "second") == [PricesWanted((BNB,), (), 0.25)]


def test_the_shortest_interval_counts_of_those_who_want_a_pair_of_the_stream(bench):
    bench.subscriber(every_s=5.0, name="slow")
    bench.subscriber(BNB, every_s=0.5, name="fast")
    assert told(bench, "first")[-1].every_s == 5.0
    assert told(bench, "second")[-1].every_s == 0.5


def test_trades_are_wanted_of_the_pairs_of_those_who_ask_for_them(bench):
    bench.subscriber(every_s=1.0, name="all")
    bench.desk.tell(SubscribePrices((BTC,), 1.0, with_trades=True), bench.desk.probe("exit"))
    assert told(bench, "first")[-1] == PricesWanted((BTC, ETH), (BTC,), 1.0)
    assert told(bench, "second") == [PricesWanted((BNB,), (), 1.0)]


def test_a_new_stream_is_told_at_once_and_all_again_every_ten_seconds(bench):
    bench.subscriber(name="all")
    told(bench, "first")
    report(bench, "the next process", BTC, ETH)
    assert told(bench, "the next process") == [PricesWanted((BTC, ETH), (), 1.0)]
    bench.desk.advance(25.0)
    assert len(told(bench, "the next process")) == 2
    assert told(bench, "first") == []


def test_when_the_last_subscriber_is_gone_nothing_is_wanted(bench):
    bench.subscriber(ETH, name="exit")
    told(bench, "first")
    bench.desk.advance(100.0)
    assert told(bench, "first")[-1].best == ()


def test_of_a_pair_that_nobody_wants_rest_is_not_asked(bench):
    bench.desk.tell(PeersChanged(bench.peers()))
    bench.desk.advance(60.0)
    bench.gateway.nothing(FetchPrices)
    bench.subscriber(ETH)
    bench.desk.advance(2.0)
    assert bench.asked().symbols == (ETH,)


def test_when_a_stream_ends_one_line_tells_it_for_all_its_pairs(bench, caplog):
    states = tuple(FeedState(symbol, False, "cut", "") for symbol in (BTC, ETH))
    bench.desk.tell(PriceFeedsReported(states), bench.desk.probe("first"))
    assert [each.message for each in caplog.records] == ["BTCUSDT and 1 more pairs: prices by REST: cut"]
