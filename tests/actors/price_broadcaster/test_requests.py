"""Where prices come from while a stream is down, silent or halted."""

from decimal import Decimal as D

import pytest

from lotkeeper.engine.testkit import a
from lotkeeper.trading.filters.amounts import PriceFilter
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.prices.best_prices import PriceSource
from messages.connections import StreamSuspected
from messages.health import PricesReported
from messages.lifecycle import Peers, PeersChanged
from messages.prices import (
    PriceChecked,
    RulesLearned,
)
from messages.queries import FetchFailed, FetchMarket, FetchPrices, MarketFetched
from tests.actors.price_broadcaster.bench import BTC, ETH, Bench, all_seen, seen


@pytest.fixture
def bench() -> Bench:
    return Bench(is_watched=True)


# Streams that are down, and REST


def test_all_pairs_whose_streams_are_down_are_asked_for_in_one_request(bench):
    probe = bench.subscriber(every_s=0.0)
    for symbol in (BTC, ETH, "BNBUSDT"):
        bench.report(symbol)
        bench.tick(symbol, "100")
    bench.live(1, BTC, ETH, down="closed by the server")
    question = bench.asked()
    assert question.symbols == (BTC, ETH)
    bench.gateway.nothing()
    seen(probe)
    bench.answer(question, BTCUSDT="101", ETHUSDT="102")
    bench.desk.advance(0.02)
    prices = {price.symbol: price for batch in all_seen(probe) for price in batch}
    assert {symbol: (price.best.bid, price.source) for symbol, price in prices.items()} == {
        BTC: (101, PriceSource.REST),
        ETH: (102, PriceSource.REST),
    }
    assert bench.modes() == [
        (BTC, PriceSource.REST, "closed by the server"),
        (ETH, PriceSource.REST, "closed by the server"),
    ]


def test_the_stream_takes_over_when_it_is_proven(bench, caplog):
    caplog.set_level("INFO")
    bench.report(BTC)
    bench.tick(BTC, "100")
    bench.live(2, BTC, down="gone")
    bench.answer(bench.asked(), BTCUSDT="101")
    bench.report(BTC)
    bench.tick(BTC, "102")
    (last,) = all_seen(bench.subscriber())[-1]
    assert (last.best.bid, last.source) == (102, PriceSource.STREAM)
    assert [mode for _, mode, _ in bench.modes()] == [PriceSource.REST, PriceSource.STREAM]
    assert "prices by REST: gone" in caplog.text
    assert "by stream again" in caplog.text


def test_rest_is_asked_again_every_two_seconds_and_one_question_at_a_time(bench):
    bench.report(BTC)
    bench.live(1, BTC, down="gone")
    first = bench.asked()
    bench.live(8, BTC, down="gone")
    bench.gateway.nothing()
    bench.answer(first, BTCUSDT="100")
    for _ in range(5):
        bench.live(2, BTC, down="gone")
        bench.answer(bench.asked(), BTCUSDT="100")


def test_a_gateway_that_does_not_answer_is_asked_again_and_its_late_answer_is_ignored(bench):
    bench.report(BTC)
    bench.live(1, BTC, down="gone")
    late = bench.asked()
    bench.live(10, BTC, down="gone")
    question = bench.asked()
    bench.answer(late, BTCUSDT="99")
    bench.answer(question, BTCUSDT="100")
    assert seen(bench.subscriber()) == [[(BTC, "100")]]
    bench.live(1, BTC, down="gone")
    report = [each for each in bench.monitor.received if isinstance(each, PricesReported)][-1]
    assert report.rest_failures == 1


def test_a_gateway_that_asks_to_wait_is_not_asked_for_that_time(bench):
    bench.report(BTC)
    bench.live(1, BTC, down="gone")
    question = bench.asked()
    bench.desk.tell(FetchFailed(question.request_id, "rate limited", 30.0), bench.gateway)
    bench.live(29, BTC, down="gone")
    bench.gateway.nothing()
    report = [each for each in bench.monitor.received if isinstance(each, PricesReported)][-1]
    assert report.trouble == "rate limited"
    bench.live(2, BTC, down="gone")
    assert bench.asked()


def test_a_dead_stream_actor_is_noticed_by_its_silence(bench):
    bench.report(BTC)
    bench.tick(BTC, "100")
    bench.desk.advance(7.0)
    assert bench.asked().symbols == (BTC,)
    assert bench.modes()[0][2] == "nothing from its stream for 5 s"


def test_a_pair_whose_stream_never_reported_is_asked_for_too():
    bench = Bench(BTC, is_watched=True)
    bench.desk.advance(7.0)
    bench.answer(bench.asked(), BTCUSDT="100")
    assert seen(bench.subscriber()) == [[(BTC, "100")]]


def test_without_a_gateway_it_waits_and_then_asks(bench):
    bench.desk.tell(PeersChanged(Peers(monitor=bench.monitor.address)))
    bench.report(BTC)
    bench.live(5, BTC, down="gone")
    bench.gateway.nothing()
    bench.desk.tell(PeersChanged(bench.peers()))
    bench.live(1, BTC, down="gone")
    assert bench.asked()


# Silence


def test_a_pair_that_is_silent_while_others_tick_is_checked_and_stays_fresh(bench):
    probe = bench.subscriber(BTC, every_s=0.0)
    bench.report(BTC)
    bench.tick(BTC, "100")
    checks = 0
    for second in range(40):
        bench.tick(ETH, str(3000 + second))
        bench.live(1, BTC, ETH)
        while bench.gateway.received:
            message = bench.gateway.received.pop(0)
            if isinstance(message, FetchPrices):
                assert message.symbols == (BTC,)
                bench.answer(message, BTCUSDT="100")
                checks += 1
    assert 3 <= checks <= 4
    assert bench.modes() == []
    assert [[price.is_stale for price in batch] for batch in all_seen(probe)] == [[False]]


def test_a_stream_that_rest_contradicts_is_suspected(bench, caplog):
    probe = bench.subscriber(BTC, every_s=0.0)
    bench.report(BTC)
    bench.tick(BTC, "100")
    bench.live(10, BTC)
    bench.answer(bench.asked(), BTCUSDT="105")
    bench.live(2, BTC)
    bench.answer(bench.asked(), BTCUSDT="106")
    doubted = bench.stream(BTC).pop(StreamSuspected)
    assert (doubted.stream, doubted.reason) == (BTC, "REST says 106 / 107, the stream nothing")
    assert bench.modes() == [(BTC, PriceSource.REST, "its stream is deaf: REST says something else")]
    assert all_seen(probe)[-1][0].source is PriceSource.REST
    assert "BTCUSDT stream suspected" in caplog.text
    bench.live(1, BTC)
    bench.tick(BTC, "107")
    bench.live(1, BTC)
    assert bench.modes()[-1] == (BTC, PriceSource.STREAM, "")


def test_a_rest_answer_is_sent_to_the_stream_that_waits_for_it(bench):
    bench.report(BTC)
    bench.tick(BTC, "100")
    bench.report(BTC, doubt="its newest price is far from the last")
    bench.desk.advance(1.0)
    bench.answer(bench.asked(), BTCUSDT="80")
    checked = bench.stream(BTC).pop(PriceChecked)
    assert checked.best == (80, 81)
    assert seen(bench.subscriber()) == [[(BTC, "80")]]


def test_a_stale_price_is_published_once_and_again_when_it_is_fresh(bench):
    probe = bench.subscriber(every_s=0.0)
    bench.tick(BTC, "100")
    bench.live(30, BTC)
    bench.tick(BTC, "100")
    bench.desk.advance(0.05)
    assert [[price.is_stale for price in batch] for batch in all_seen(probe)] == [[False], [True], [False]]


# The exchange's rules


def rules(is_trading: bool = True, tick: str = "0.01") -> RulesLearned:
    return RulesLearned(BTC, D(tick), is_trading)


def test_rules_reach_the_stream_also_one_that_comes_later(bench):
    bench.desk.tell(rules())
    bench.report(BTC)
    assert bench.stream(BTC).pop(RulesLearned) == rules()
    bench.desk.tell(rules(tick="0.1"))
    assert bench.stream(BTC).pop(RulesLearned) == rules(tick="0.1")


def test_a_halted_pairs_price_is_stale_and_wakes_nobody(bench):
    probe = bench.subscriber(every_s=0.0)
    bench.tick(BTC, "100")
    bench.desk.tell(rules(is_trading=False))
    bench.desk.advance(0.05)
    bench.tick(BTC, "101")
    bench.desk.advance(0.05)
    assert [[price.is_stale for price in batch] for batch in all_seen(probe)] == [[False], [True], [True]]
    bench.desk.tell(rules())
    bench.desk.advance(0.05)
    assert [[price.is_stale for price in batch] for batch in all_seen(probe)] == [[False]]


def test_a_pair_that_fell_silent_or_is_halted_has_its_rules_asked_for_one_pair_at_a_time(bench):
    bench.report(BTC)
    bench.report(ETH)
    asked = []
    for _ in range(80):
        bench.live(1, BTC, ETH)
        asked += [each.symbol for each in bench.gateway.received if isinstance(each, FetchMarket)]
        bench.gateway.received.clear()
    assert asked == [BTC, ETH]
    bench.live(30, BTC, ETH)
    question = bench.gateway.pop(FetchMarket)
    pair = a(TradePair, symbol=BTC, status="HALT", price=PriceFilter(D("0.01")))
    bench.desk.tell(a(MarketFetched, request_id=question.request_id, pair=pair), bench.gateway)
    assert bench.stream(BTC).received[-1] == rules(is_trading=False)
