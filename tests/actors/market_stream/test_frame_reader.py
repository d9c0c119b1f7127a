"""Which frames are decoded, and what became of each."""

import logging

import orjson
import pytest

from actors.market_stream.frame_reader import FrameReader
from lotkeeper.exchange.shapes import ServerShutdown, SubscriptionsChanged
from tests.actors.market_stream.bench import OTHER, SYMBOL, top


@pytest.fixture
def reader() -> FrameReader:
    return FrameReader([SYMBOL, OTHER], logging.getLogger("test"), "market stream 1")


def frame(bid: int, update_id: int, symbol: str = SYMBOL) -> bytes:
    return orjson.dumps(top(str(bid), str(bid + 1), update_id, symbol))


def read(reader: FrameReader, *frames: bytes, now_s: float = 1.0) -> int:
    """How many frames were decoded at once."""
    decoded = 0
    for each in reader.sort(list(frames), now_s):
        reader.apply(each, now_s)
        decoded += 1
    return decoded


def test_each_frame_is_decoded_until_the_first_price_is_confirmed(reader):
    assert read(reader, frame(100, 1), frame(100, 2), frame(100, 3), frame(100, 4)) == 2
    assert reader.pairs[SYMBOL].is_settled
    assert [each for each, _ in reader.take_newest()] == [frame(100, 4)]
    assert reader.pairs[SYMBOL].tally.superseded == 1


def test_while_a_price_waits_for_confirmation_each_frame_is_decoded(reader):
    read(reader, frame(100, 1), frame(100, 2))
    reader.apply(frame(50, 3), 2.0)
    assert read(reader, frame(100, 4), frame(100, 5), frame(100, 6)) == 1  # the first one ends the doubt
    assert len(list(reader.take_newest())) == 1


def test_a_pair_in_doubt_costs_the_others_nothing(reader):
    for symbol in (SYMBOL, OTHER):
        read(reader, frame(100, 1, symbol), frame(100, 2, symbol))
    reader.apply(frame(50, 3), 2.0)
    assert read(reader, frame(20, 4), frame(100, 3, OTHER), frame(30, 5), frame(101, 4, OTHER)) == 2
    assert [each for each, _ in reader.take_newest()] == [frame(101, 4, OTHER)]


def test_doubt_that_ended_otherwise_is_noticed(reader):
    read(reader, frame(100, 1), frame(100, 2))
    reader.apply(frame(50, 3), 2.0)
    reader.pairs[SYMBOL].belief.start_over()
    reader.apply(frame(100, 4), 3.0)
    assert read(reader, frame(100, 5), frame(100, 6)) == 0


def test_what_a_frame_shows(reader):
    assert reader.apply(frame(100, 1), 1.0) is reader.pairs[SYMBOL]
    assert reader.apply(frame(100, 1), 1.0) is reader.pairs[SYMBOL]  # an old one was delivered as well
    assert reader.apply(frame(-1, 2), 1.0) is None
    assert reader.apply(b'{"result":null,"id":2}', 1.0) == SubscriptionsChanged()
    assert reader.apply(b'{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":7}}', 1.0) == ServerShutdown(7)
    assert reader.frames == 5


def test_frames_of_a_pair_that_cannot_be_read_are_counted_at_the_pair(reader):
    reader.apply(b'{"stream":"ethusdt@bookTicker","data":{', 1.0)
    reader.apply(b"{", 1.0)
    assert reader.pairs[OTHER].tally.refused == 1
    assert reader.tally.refused == 1
    assert reader.refused == 2


def test_frames_are_counted_by_event_type_also_those_that_were_not_decoded(reader):
    read(reader, *(frame(100, number) for number in range(1, 6)))
    assert len(list(reader.take_newest())) == 1  # which a caller would apply now
    reader.apply(b'{"stream":"ethusdt@bookTicker","data":{', 1.0)
    reader.apply(b'{"result":null,"id":2}', 1.0)
    assert dict(reader.kinds.rows()) == {
        "bookTicker": 4, "24hrMiniTicker": 0, "trade": 0, "reply": 1, "serverShutdown": 0, "other": 1
    }  # fmt: skip


def test_pairs_come_and_go_and_what_is_read_late_of_one_that_went_is_counted(reader):
    read(reader, frame(100, 1, OTHER), frame(100, 2, OTHER), frame(100, 3, OTHER))
    kept = reader.pairs[SYMBOL]
    reader.serve([SYMBOL, "SOLUSDT"])
    assert reader.pairs[SYMBOL] is kept
    assert list(reader.take_newest()) != []  # read before it went
    assert reader.apply(frame(100, 4, OTHER), 2.0) is None
    assert reader.refused == 1
    assert reader.apply(frame(20, 1, "SOLUSDT"), 2.0) is reader.pairs["SOLUSDT"]
    reader.serve([SYMBOL, OTHER])
    assert reader.apply(frame(100, 5, OTHER), 3.0) is reader.pairs[OTHER]
