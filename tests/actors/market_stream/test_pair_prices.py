"""What other actors are told of a pair."""

from decimal import Decimal as D

import pytest

from actors.market_stream.pair_prices import PairPrices
from actors.streams.status import StreamStatus
from lotkeeper.exchange.shapes import BookTop, MiniTicker, TradePrint
from lotkeeper.trading.prices.best_prices import BestPrices, PriceRefusal
from messages.health import StreamState


@pytest.fixture
def pair() -> PairPrices:
    return PairPrices("BTCUSDT")


def best(bid: int, update_id: int) -> BookTop:
    return BookTop("BTCUSDT", BestPrices(D(bid), D(bid + 1)), D(1), D(1), update_id)


def test_news_are_told_once(pair):
    assert pair.news(1.0, 1000) is None
    pair.apply(best(100, 1), 1.0)
    news = pair.news(1.5, 1500)
    assert news is not None
    assert (news.best.bid, news.last, news.at_ms, news.is_confirmed, news.heard_s) == (100, 100, 1000, False, 1.0)
    assert pair.news(2.0, 2000) is None
    pair.forget_sent()
    assert pair.news(2.0, 2000) is not None


def test_a_price_that_was_heard_again_is_told_for_its_age_when_asked_to(pair):
    for update_id in (1, 2):
        pair.apply(best(100, update_id), 1.0)
    pair.news(1.0, 1000)
    assert pair.news(2.0, 2000, even_unchanged=True) is None
    pair.apply(best(100, 3), 2.5)
    assert pair.news(3.0, 3000) is None
    news = pair.news(3.0, 3000, even_unchanged=True)
    assert news is not None
    assert news.at_ms == 2500


def test_each_kind_of_frame(pair):
    assert pair.apply(best(100, 1), 1.0) is None
    assert pair.apply(MiniTicker("BTCUSDT", D("100.5"), 7), 1.0) is None
    assert pair.is_settled
    assert pair.apply(TradePrint("BTCUSDT", 1, D("100.7"), D(1), 7), 1.0) is None
    assert pair.belief.last == D("100.7")
    assert pair.apply(best(50, 2), 1.0) is PriceRefusal.FAR
    assert not pair.is_settled


def test_a_pair_is_proven_when_its_stream_is_and_it_delivers(pair):
    stream = StreamStatus()
    stream.become(StreamState.DOWN, 5, "cut")
    assert pair.stream_state(stream).reason == "cut"
    assert pair.feed_state(stream, 1.0).reason == "cut"
    stream.become_proven(10)
    assert pair.stream_state(stream).state is StreamState.STARTING
    assert not pair.feed_state(stream, 1.0).is_proven
    assert pair.become_delivering(True, 20)
    assert not pair.become_delivering(True, 30)
    assert (pair.stream_state(stream).state, pair.stream_state(stream).since_ms) == (StreamState.PROVEN, 20)
    assert pair.feed_state(stream, 1.0).is_proven
