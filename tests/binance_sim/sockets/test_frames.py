"""Frames as bytes, read by another implementation."""

import pytest
from websocket import ABNF

from binance_sim.sockets.frames import ping_frame, text_frame
from binance_sim.sockets.peers import MessageRate


def read(raw):
    """A frame by RFC 6455: whether it is final, its opcode and its payload."""
    first, second = raw[:2]
    size, start = second & 0x7F, 2
    if size > 125:
        start = 4 if size == 126 else 10
        size = int.from_bytes(raw[2:start], "big")
    assert second & 0x80 == 0, "a server does not mask"
    assert len(raw) == start + size
    return first >> 7, first & 0x0F, raw[start:]


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
def test_each_size_is_framed_as_it_has_to_be(size):
    payload = b"x" * size
    assert read(text_frame(payload)) == (1, ABNF.OPCODE_TEXT, payload)
    assert len(text_frame(payload)) - size == (2 if size < 126 else 4 if size < 65_536 else 10)


def test_a_ping():
    assert read(ping_frame(b"1700000000000")) == (1, ABNF.OPCODE_PING, b"1700000000000")


# The rate of incoming messages


def test_messages_are_counted_by_the_second():
    pace = MessageRate(5)
    assert [pace.is_exceeded(100.1) for _ in range(6)] == [False] * 5 + [True]
    assert not pace.is_exceeded(101.0)


def test_no_limit():
    pace = MessageRate(0)
    assert not any(pace.is_exceeded(1.0) for _ in range(1000))
