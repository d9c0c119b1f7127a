"""Of the prices that come only those go on that can be true; the others are counted, by kind and reason."""

from collections import Counter
from decimal import Decimal as D

import pytest

from lotkeeper.trading.prices.best_prices import BestPrices
from messages.health import FrameCounts, FramesCounted
from messages.prices import (
    FeedState,
    PriceChecked,
    RulesLearned,
)
from tests.actors.market_stream.bench import NAME, OLD, OTHER, SYMBOL, top, trade

FAR = "far from the last, held until it is confirmed"


REFUSED = {
    "crossed": (top("60002", "60001", 3), "bookTicker", "crossed"),
    "no bid": (top("0", "60001", 3), "bookTicker", "an empty side"),
    "no ask": (top("60000", "0", 3), "bookTicker", "an empty side"),
    "old": (top("60000", "60001", 1), "bookTicker", OLD),
    "far": (top("30000", "30001", 3), "bookTicker", FAR),
    "another pair": (top("1", "2", 3, "ETHUSDT"), "BookTop", "another pair"),
    "no price": (trade("0", 9), "trade", "not above zero"),
    "a far trade": (trade("30000", 9), "trade", FAR),
    "no JSON": (b"{not json", "not JSON", "not for us"),
    "HTML": (b"<html><body>502 Bad Gateway</body></html>", "not JSON", "not for us"),
    "half of a frame": (b'{"stream":"btcusdt@bookTicker","data":{"u":3,', "not JSON", "not for us"),
    "64 kB": (b'{"e":"' + b"x" * 65_536 + b'"}', "x" * 40, "not for us"),
    "an array": (b"[1,2,3]", "a JSON list", "not for us"),
    "a number": (b"17", "a JSON int", "not for us"),
    "an unknown event": ({"e": "blockTrade", "s": SYMBOL}, "blockTrade", "not for us"),
    "no number": (
        {"stream": "btcusdt@bookTicker", "data": {"u": 3, "s": SYMBOL, "b": "NaN", "B": "1", "a": "1", "A": "1"}},
        "bookTicker",
        "b should be a decimal number of sane size",
    ),
    "a reply": ({"result": {}, "id": 1}, "no event", "not for us"),
    "another pair in a frame of ours": (
        {"stream": "btcusdt@bookTicker", "data": {"u": 3, "s": OTHER, "b": "1", "B": "1", "a": "2", "A": "1"}},
        "BookTop",
        "another pair",
    ),
}


@pytest.mark.parametrize(("frame", "kind", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_believed_is_counted_by_kind_and_reason_and_said_once(
    bench, server, caplog, frame, kind, reason
):
    bench.take(server, top("60000", "60001", 1), top("60000", "60001", 2))
    bench.price()
    with caplog.at_level("WARNING"):
        for _ in range(2):
            bench.take(server, frame)
            bench.desk.advance(0.5)
    assert bench.seen() == []
    second = OLD if reason == FAR else reason  # the same frame again confirms nothing
    assert Counter(bench.refused()) == Counter([(kind, reason), (kind, second)])
    assert bench.state().ignored == 2
    assert bench.accounted()
    assert bench.bid == 60000
    assert len([each for each in caplog.records if "counted from now on" in each.message]) == len(bench.refused())


def test_the_counts_reach_the_monitor(bench, server):
    bench.take(server, top("60000", "60001", 1), b"{", trade("60000", 1), top("60000", "60001", 1))
    bench.desk.advance(5.0)
    counts = [each for each in bench.monitor.received if isinstance(each, FramesCounted)][-1]
    others = FrameCounts("", 0, 0, (("not JSON", "not for us", 1),))
    assert counts == FramesCounted(NAME, (others, FrameCounts(SYMBOL, 2, 0, (("bookTicker", OLD, 1),))))


def test_a_frame_with_fields_that_are_new_is_read(bench, server):
    frame = top("60000", "60001", 1)
    frame["data"]["zz"] = {"new": [1, None]}
    bench.take(server, frame)
    assert bench.price().best.bid == 60000


def test_one_wrong_frame_moves_nothing_and_a_second_one_is_believed(bench, server):
    bench.take(server, top("60000", "60001", 1), top("60000", "60001", 2), top("30000", "30001", 3))
    assert bench.price().best.bid == 60000
    bench.take(server, top("30010", "30011", 4))
    assert bench.price().best.bid == 30010


def test_a_price_that_is_held_for_long_is_said_and_rest_settles_it(bench, server):
    bench.take(server, top("60000", "60001", 1), top("60000", "60001", 2))
    assert bench.feed() == FeedState(SYMBOL, True, "", "")
    bench.take(server, top("30000", "30001", 3))
    bench.desk.advance(0.5)
    assert bench.feed().doubt == f"its newest price is {FAR}"
    bench.desk.tell(PriceChecked(SYMBOL, BestPrices(D(30001), D(30002)), bench.desk.now))
    assert bench.price().best.bid == 30000
    assert bench.feed().doubt == ""


def test_a_halted_pair_has_no_new_price(bench, server):
    bench.take(server, top("60000", "60001", 1), top("60000", "60001", 2))
    bench.price()
    bench.desk.tell(RulesLearned(SYMBOL, D("0.01"), False))
    bench.take(server, top("60002", "60003", 3))
    bench.desk.advance(0.1)
    assert bench.seen() == []
    assert bench.refused() == {("bookTicker", "the pair does not trade"): 1}
    bench.desk.tell(RulesLearned(SYMBOL, D("0.01"), True))
    assert bench.price().best.bid == 60002
