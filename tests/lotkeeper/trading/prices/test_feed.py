"""Whom to believe: the stream while it delivers, REST while it does not, and whom nobody contradicts."""

from decimal import Decimal as D

import pytest

from lotkeeper.trading.prices.best_prices import BestPrices, PriceSource
from lotkeeper.trading.prices.feed import PriceFeed, RestFinding


def quote(bid: str) -> BestPrices:
    return BestPrices(D(bid), D(bid) + 1)


class Watched:
    """A pair whose stream is proven and has just said 100, and a clock."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.feed = PriceFeed(self.now_s)
        self.report()
        self.hear("100")

    def report(self, is_proven: bool = True, reason: str = "", doubt: str = "") -> None:
        self.feed.apply_stream_report(is_proven, reason, doubt, self.now_s)
        self.feed.update_mode(self.now_s)

    def hear(self, bid: str) -> bool:
        return self.feed.apply_stream_price(quote(bid), True, self.now_s)

    def rest(self, bid: str, asked_ago_s: float = 0.0) -> RestFinding:
        finding = self.feed.apply_rest_answer(quote(bid), self.now_s - asked_ago_s)
        self.feed.update_mode(self.now_s)
        return finding

    def wait(self, seconds: int, is_proven: bool = True) -> None:
        """The stream's actor lives, and has no price."""
        for _ in range(seconds):
            self.now_s += 1.0
            self.report(is_proven, "" if is_proven else "gone")

    @property
    def state(self) -> tuple[PriceSource, PriceSource, D]:
        assert self.feed.best is not None
        return self.feed.mode, self.feed.source, self.feed.best.bid


@pytest.fixture
def pair() -> Watched:
    return Watched()


def test_a_stream_that_is_down_gives_way_to_rest_and_takes_over_when_it_is_proven(pair):
    pair.wait(1, is_proven=False)
    assert (pair.feed.mode, pair.feed.reason) == (PriceSource.REST, "gone")
    assert pair.feed.is_rest_due(pair.now_s)
    assert pair.rest("105") is RestFinding.ACCEPTED
    assert pair.state == (PriceSource.REST, PriceSource.REST, 105)
    pair.wait(1)
    pair.hear("106")
    assert pair.state == (PriceSource.STREAM, PriceSource.STREAM, 106)


def test_what_the_stream_said_before_rest_was_asked_is_older(pair):
    heard_s = pair.now_s
    pair.wait(3, is_proven=False)
    pair.rest("105")
    assert not pair.feed.apply_stream_price(quote("101"), True, heard_s + 1)
    assert pair.state == (PriceSource.REST, PriceSource.REST, 105)


def test_an_answer_that_was_asked_for_before_the_stream_spoke_is_older(pair):
    pair.wait(1, is_proven=False)
    pair.now_s += 1
    pair.wait(1)
    pair.hear("106")
    assert pair.rest("105", asked_ago_s=0.5) is RestFinding.NOTHING
    assert pair.state == (PriceSource.STREAM, PriceSource.STREAM, 106)


def test_a_price_that_was_under_way_when_rest_agreed_with_the_old_one_is_news(pair):
    """REST lags a little, and the stream's price waited for its batch."""
    pair.wait(10)
    heard_s = pair.now_s
    pair.now_s += 0.05
    assert pair.rest("100") is RestFinding.SAME
    assert pair.feed.apply_stream_price(quote("101"), True, heard_s)
    assert pair.state == (PriceSource.STREAM, PriceSource.STREAM, 101)


def test_rest_is_asked_every_two_seconds_while_it_is_needed(pair):
    asked = 0
    for _ in range(20):
        pair.wait(1, is_proven=False)
        if pair.feed.is_rest_due(pair.now_s):
            pair.feed.mark_asked(pair.now_s)
            asked += 1
    assert asked == 10


def test_an_actor_without_a_word_is_taken_for_dead(pair):
    pair.now_s += 5.5
    assert pair.feed.update_mode(pair.now_s)
    assert (pair.feed.mode, pair.feed.reason) == (PriceSource.REST, "no word from its stream for 5 s")


def test_a_pair_whose_stream_never_spoke_is_given_time_and_then_asked_for():
    feed = PriceFeed(1000.0)
    assert not feed.update_mode(1004.0)
    assert not feed.is_rest_due(1004.0)
    assert feed.update_mode(1005.5)
    assert feed.is_rest_due(1005.5)
    assert feed.apply_rest_answer(quote("7"), 1006.0) is RestFinding.ACCEPTED
    assert feed.source is PriceSource.REST


def test_a_stream_that_begins_is_given_time():
    feed = PriceFeed(1000.0)
    feed.apply_stream_report(False, "not proven yet", "", 1001.0)
    assert not feed.update_mode(1001.0)
    feed.apply_stream_report(False, "not proven yet", "", 1005.5)
    assert feed.update_mode(1005.5)
    assert feed.reason == "not proven yet"


def test_a_calm_book_is_asked_about_and_stays_fresh_when_rest_agrees(pair):
    for _ in range(6):
        pair.wait(9)
        assert not pair.feed.is_rest_due(pair.now_s)
        pair.wait(1)
        assert pair.feed.is_rest_due(pair.now_s)
        assert pair.rest("100") is RestFinding.SAME
        assert not pair.feed.is_stale(pair.now_s + 14)
    assert pair.state == (PriceSource.STREAM, PriceSource.STREAM, 100)
    assert pair.feed.is_silent(pair.now_s)


def test_a_silent_stream_that_rest_contradicts_twice_is_deaf(pair):
    pair.wait(10)
    assert pair.rest("101") is RestFinding.DIFFERENT
    assert pair.state == (PriceSource.STREAM, PriceSource.STREAM, 100), "the frame may be under way"
    pair.wait(2)
    assert pair.feed.is_rest_due(pair.now_s)
    assert pair.rest("101") is RestFinding.DEAF
    assert pair.state == (PriceSource.REST, PriceSource.REST, 101)
    assert "deaf" in pair.feed.reason
    pair.wait(1)
    assert pair.feed.mode is PriceSource.REST, "it is still the same connection, proven long ago"
    pair.hear("102")
    pair.wait(1)
    assert pair.state == (PriceSource.STREAM, PriceSource.STREAM, 102)


def test_a_stream_that_speaks_before_the_second_answer_is_not_deaf(pair):
    pair.wait(10)
    pair.rest("101")
    pair.wait(1)
    pair.hear("101")
    pair.wait(1)
    assert pair.rest("102") is RestFinding.DIFFERENT
    assert pair.feed.mode is PriceSource.STREAM


def test_right_after_an_outage_rest_contradicts_nobody(pair):
    pair.wait(30, is_proven=False)
    pair.wait(1)
    assert pair.rest("130") is RestFinding.ACCEPTED
    assert pair.state == (PriceSource.STREAM, PriceSource.REST, 130)


def test_a_doubt_that_lasts_is_settled_by_rest(pair):
    pair.now_s += 1
    pair.report(doubt="its newest price is far")
    assert (pair.feed.mode, pair.feed.reason) == (PriceSource.REST, "its newest price is far")
    assert pair.rest("90") is RestFinding.ACCEPTED
    pair.wait(1)
    assert pair.feed.mode is PriceSource.STREAM


def test_a_first_price_is_confirmed_by_rest():
    feed = PriceFeed(1000.0)
    feed.apply_stream_report(True, "", "", 1000.0)
    feed.apply_stream_price(quote("100"), False, 1000.0)
    assert feed.is_rest_due(1000.0)
    assert feed.apply_rest_answer(quote("100"), 1001.0) is RestFinding.SAME
    assert feed.is_confirmed


def test_a_price_that_nobody_stands_for_is_stale(pair):
    pair.wait(15)
    assert not pair.feed.is_stale(pair.now_s)
    pair.wait(1)
    assert pair.feed.is_stale(pair.now_s)
    pair.hear("100")
    assert not pair.feed.is_stale(pair.now_s)


def test_a_halted_pairs_price_is_stale_at_once(pair):
    pair.feed.is_halted = True
    assert pair.feed.is_stale(pair.now_s)


@pytest.mark.parametrize("answer", [BestPrices(D(0), D(1)), BestPrices(D(2), D(1))])
def test_an_answer_that_cannot_be_true_is_not_taken(pair, answer):
    pair.wait(1, is_proven=False)
    assert pair.feed.apply_rest_answer(answer, pair.now_s) is RestFinding.NOTHING
    assert pair.feed.best == quote("100")
