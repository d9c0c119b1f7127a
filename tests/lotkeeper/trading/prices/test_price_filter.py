"""What is believed: possible, newer, near, or confirmed. One wrong frame moves nothing, a real move always does."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.prices.best_prices import BestPrices, PriceRefusal
from lotkeeper.trading.prices.price_filter import IDS_RESTART_AFTER_S, GrowingIds, ValidatedPrice, are_near


class Stream:
    """Frames one after the other, a tenth of a second apart, each with the next id."""

    def __init__(self, *bids: str) -> None:
        self.belief = ValidatedPrice()
        self.now_s, self.number = 100.0, 0
        for bid in bids:
            self.top(bid)

    def top(self, bid: str, ask: str | None = None, number: int | None = None) -> PriceRefusal | None:
        self.now_s += 0.1
        self.number = self.number + 1 if number is None else number
        asked = D(bid) + D("0.01") if ask is None else D(ask)
        return self.belief.apply_best_prices(BestPrices(D(bid), asked), self.number, self.now_s)

    def trade(self, price: str, number: int) -> PriceRefusal | None:
        self.now_s += 0.1
        return self.belief.apply_trade(D(price), number, self.now_s)

    def rest(self, bid: str, asked_ago_s: float = 0.0) -> bool:
        return self.belief.apply_rest_answer(
            BestPrices(D(bid), D(bid) + D("0.01")), self.now_s - asked_ago_s, self.now_s
        )

    @property
    def bid(self) -> D | None:
        return self.belief.best.bid if self.belief.best else None


# Possible


@pytest.mark.parametrize(
    ("bid", "ask", "refusal"),
    [
        ("100", "100.01", None),
        ("100", "100", None),  # locked, not crossed
        ("100.01", "100", PriceRefusal.CROSSED),
        ("0", "100", PriceRefusal.EMPTY),  # an empty side is reported as 0
        ("100", "0", PriceRefusal.EMPTY),
        ("-1", "1", PriceRefusal.EMPTY),
    ],
)
def test_both_sides_are_there_and_not_crossed(bid, ask, refusal):
    stream = Stream()
    assert stream.top(bid, ask) is refusal
    assert (stream.bid is None) is (refusal is not None)


def test_an_impossible_frame_does_not_use_up_its_id():
    stream = Stream("100")
    assert stream.top("100.02", "100", number=7) is PriceRefusal.CROSSED
    assert stream.top("100.01", number=7) is None


# Newer


def test_an_update_that_is_not_newer_is_refused():
    stream = Stream("100", "101")
    assert stream.top("100", number=2) is PriceRefusal.OLD
    assert stream.top("100", number=1) is PriceRefusal.OLD
    assert stream.bid == 101


def test_two_connections_that_say_the_same_count_once():
    once, twice = Stream(), Stream()
    for number in range(1, 50):
        bid = str(100 + number % 3)
        once.top(bid, number=number)
        answers = [twice.top(bid, number=number), twice.top(bid, number=max(1, number - 3))]
        assert answers == [None, PriceRefusal.OLD]
    assert once.belief.best == twice.belief.best


def test_a_trade_that_is_not_newer_is_refused():
    stream = Stream("100")
    assert stream.trade("100.01", 8) is None
    assert stream.trade("99", 7) is PriceRefusal.OLD
    assert stream.trade("99", 8) is PriceRefusal.OLD
    assert stream.belief.last == D("100.01")


def test_ids_that_stay_low_for_good_have_begun_anew():
    ids = GrowingIds()
    assert ids.accept(1_000, 0.0)
    assert not ids.accept(5, 1.0)
    assert not ids.accept(6, 1.0 + IDS_RESTART_AFTER_S / 2)
    assert ids.accept(7, 1.0 + IDS_RESTART_AFTER_S)
    assert not ids.accept(7, 7.0)
    assert ids.accept(8, 7.1)


def test_a_late_copy_does_not_begin_the_ids_anew():
    ids = GrowingIds()
    assert ids.accept(1_000, 0.0)
    assert not ids.accept(999, 60.0)
    assert not ids.accept(999, 120.0)
    assert ids.accept(1_001, 121.0)
    assert not ids.accept(1_000, 300.0)


def test_after_a_lost_connection_ids_may_begin_anywhere():
    stream = Stream("100", "100.5")
    stream.belief.start_over()
    assert stream.top("101", number=1) is None
    assert stream.bid == 101


# Near, or confirmed


def test_one_wrong_frame_moves_nothing():
    stream = Stream("100", "100.1")
    assert stream.top("50") is PriceRefusal.FAR
    assert stream.bid == D("100.1")
    assert stream.top("100.2") is None
    assert stream.bid == D("100.2")
    assert stream.top("50") is PriceRefusal.FAR, "the one that was dropped does not confirm the next"


def test_one_wrong_side_is_enough():
    stream = Stream("100")
    assert stream.top("100", "150") is PriceRefusal.FAR


def test_a_market_that_moved_is_believed_with_the_second_frame():
    stream = Stream("100")
    assert stream.top("90") is PriceRefusal.FAR
    assert stream.top("89.5") is None
    assert stream.bid == D("89.5")


def test_a_fall_without_end_is_believed_as_soon_as_two_frames_agree():
    stream = Stream("100")
    assert [stream.top(bid) for bid in ("90", "80", "70", "60")] == [PriceRefusal.FAR] * 4
    assert stream.belief.suspicious_since_s == pytest.approx(100.2), "held since the first of them"
    assert stream.top("59.9") is None
    assert stream.bid == D("59.9")


def test_the_same_frame_again_confirms_nothing():
    stream = Stream("100")
    stream.top("90", number=2)
    assert stream.top("90", number=2) is PriceRefusal.OLD
    assert stream.bid == 100


def test_a_trade_confirms_what_is_held():
    stream = Stream("100")
    stream.top("90")
    assert stream.trade("90.01", 1) is None
    assert stream.bid == 90


def test_a_trade_far_from_the_book_is_not_the_last_price():
    stream = Stream("100")
    assert stream.trade("50", 1) is PriceRefusal.FAR
    assert stream.belief.last == 0


def test_a_trade_within_a_wide_book_is():
    stream = Stream()
    stream.top("100", "200")
    assert stream.trade("150", 1) is None


def test_rest_confirms_what_is_held():
    stream = Stream("100")
    stream.top("90")
    assert stream.rest("89.9")
    assert stream.bid == 90


def test_rest_that_agrees_with_the_known_price_drops_what_is_held():
    stream = Stream("100")
    stream.top("90")
    assert not stream.rest("100.1")
    assert stream.top("90.1") is PriceRefusal.FAR
    assert stream.bid == 100


def test_what_rest_said_before_the_last_frame_says_nothing_about_it():
    stream = Stream("100")
    assert not stream.rest("50", asked_ago_s=5.0)
    assert stream.top("100.1") is None


def test_after_an_outage_frames_are_measured_by_rest():
    stream = Stream("100")
    stream.belief.start_over()
    stream.now_s += 60
    stream.rest("150")
    assert stream.top("150.1") is None
    assert stream.bid == D("150.1")


def test_an_impossible_answer_of_rest_says_nothing():
    stream = Stream("100")
    stream.belief.apply_rest_answer(BestPrices(D(200), D(100)), stream.now_s, stream.now_s)
    assert stream.top("100.1") is None


def test_a_price_off_the_tick_waits_for_a_second_one():
    stream = Stream("100")
    stream.belief.learn(D("0.01"), False, stream.now_s)
    assert stream.top("100.005", "100.02") is PriceRefusal.OFF_TICK
    assert stream.bid == 100
    assert stream.top("100.01") is None, "the right frame after a wrong one"
    assert stream.top("100.015", "100.03") is PriceRefusal.OFF_TICK
    assert stream.top("100.025", "100.04") is None, "the exchange has changed the tick, or old orders stand"
    assert stream.bid == D("100.025")


# The first price


def test_the_first_price_is_believed_but_not_confirmed():
    stream = Stream("100")
    assert (stream.bid, stream.belief.is_confirmed) == (100, False)
    stream.top("100.01")
    assert stream.belief.is_confirmed


@pytest.mark.parametrize(
    "word",
    [
        lambda stream: stream.top("100"),
        lambda stream: stream.trade("100.01", 1),
        lambda stream: stream.belief.apply_close(D("100.01"), 200.0),
        lambda stream: stream.rest("100"),
    ],
    ids=["the same again", "a trade", "the day's close", "REST"],
)
def test_any_second_word_confirms_it(word):
    stream = Stream("100")
    word(stream)
    assert stream.belief.is_confirmed


def test_a_close_that_came_before_confirms_it():
    stream = Stream()
    stream.belief.apply_close(D("100"), 1.0)
    stream.top("100.01")
    assert stream.belief.is_confirmed


def test_a_wrong_first_frame_is_forgotten():
    stream = Stream("1")
    assert stream.top("100") is PriceRefusal.FAR
    assert not stream.belief.is_confirmed
    assert stream.top("100.1") is None
    assert stream.belief.is_confirmed
    assert stream.bid == D("100.1")


# Halted


def test_while_the_pair_is_halted_nothing_is_believed_and_the_newest_counts_afterwards():
    stream = Stream("100")
    stream.belief.learn(D("0.01"), True, stream.now_s)
    assert stream.top("101") is PriceRefusal.HALTED
    assert stream.top("101.5") is PriceRefusal.HALTED
    assert stream.bid == 100
    stream.belief.learn(D("0.01"), False, stream.now_s)
    assert stream.bid == D("101.5")


# Whatever comes

prices = st.decimals(min_value="-1", max_value="1e30", places=10)
words = st.one_of(
    st.tuples(st.just("top"), prices, prices, st.integers(-5, 50)),
    st.tuples(st.just("trade"), prices, prices, st.integers(-5, 50)),
    st.tuples(st.just("rest"), prices, prices, st.integers(0, 50)),
    st.tuples(st.just("rules"), st.sampled_from([D(0), D("0.01"), D("1e-8")]), prices, st.integers(0, 1)),
)


def say(belief: ValidatedPrice, word: tuple[str, D, D, int], now_s: float) -> object:
    match word:
        case "top", bid, ask, number:
            return belief.apply_best_prices(BestPrices(bid, ask), number, now_s)
        case "trade", price, _, number:
            return belief.apply_trade(price, number, now_s)
        case "rest", bid, ask, ago_s:
            return belief.apply_rest_answer(BestPrices(bid, ask), now_s - ago_s, now_s)
        case "rules", tick, _, is_halted:
            return belief.learn(tick, bool(is_halted), now_s)
    raise AssertionError(word)


@given(st.lists(words, max_size=40))
def test_whatever_comes_what_is_believed_is_possible(said):
    belief = ValidatedPrice()
    for second, word in enumerate(said):
        say(belief, word, float(second))
        if belief.best is not None:
            assert 0 < belief.best.bid <= belief.best.ask
        assert belief.last >= 0


@given(st.lists(words, max_size=20), st.decimals("0.01", "1e9", places=2))
def test_two_later_frames_that_agree_are_believed_whatever_was_before(said, bid):
    belief = ValidatedPrice()
    for second, word in enumerate(said):
        say(belief, word, float(second))
    belief.learn(D(0), False, 100.0)
    quote = BestPrices(bid, bid + D("0.01"))
    for number in (1_000, 1_001):
        belief.apply_best_prices(quote, number, 100.0 + number)
    assert belief.best == quote


@given(st.lists(st.integers(-100, 100), min_size=3, max_size=30), st.data())
def test_one_wrong_frame_anywhere_is_never_believed(steps, data):
    """A walk of at most a percent from its beginning, and one frame elsewhere among them."""
    at = data.draw(st.integers(1, len(steps) - 1))
    wrong = BestPrices(*(data.draw(st.sampled_from(["1", "50", "90", "110", "1e9"])) for _ in range(2)))
    belief = ValidatedPrice()
    belief.apply_best_prices(BestPrices(D(100), D("100.01")), 1, 0.0)
    for number, step in enumerate(steps, 2):
        right = BestPrices(D(100) + D(step) / 200, D(100) + D(step) / 200 + D("0.01"))
        sent = BestPrices(D(wrong.bid), D(wrong.ask)) if number - 2 == at else right
        belief.apply_best_prices(BestPrices(*sent), number, float(number))
        assert belief.best is not None
        assert are_near(belief.best, BestPrices(D(100), D("100.01")))
