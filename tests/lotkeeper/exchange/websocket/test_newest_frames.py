"""Of frames that arrived together only the newest of each stream is decoded."""

import pytest

from lotkeeper.exchange.websocket.newest_frames import NewestFrames, head_of, head_of_stream

BTC, ETH = "btcusdt@bookTicker", "ethusdt@bookTicker"


def frame(name: str, number: int) -> bytes:
    return b'{"stream":"%b","data":{"u":%d}}' % (name.encode(), number)


@pytest.fixture
def newest() -> NewestFrames:
    found = NewestFrames()
    for name in (BTC, ETH):
        found.reduce(head_of_stream(name), is_reduced=True)
    return found


def taken(newest: NewestFrames) -> list[tuple[bytes, float]]:
    return [(each, read_s) for _, each, read_s in newest.take()]


def test_the_stream_is_read_from_the_first_bytes():
    assert head_of(frame(BTC, 1)) == head_of_stream(BTC)
    assert head_of(frame("€@bookTicker", 1)) == head_of_stream("€@bookTicker")


def test_of_the_frames_of_a_stream_the_newest_is_kept(newest):
    assert list(newest.sort([frame(BTC, 1), frame(ETH, 1), frame(BTC, 2), frame(BTC, 3)], 5.0)) == []
    assert taken(newest) == [(frame(BTC, 3), 5.0), (frame(ETH, 1), 5.0)]
    assert newest.take_superseded() == {head_of_stream(BTC): 2}
    assert not newest
    assert not newest.take_superseded()


def test_a_frame_that_was_not_decoded_yet_is_superseded_by_a_later_one(newest):
    newest.sort([frame(BTC, 1)], 5.0)
    newest.sort([frame(BTC, 2), frame(ETH, 1)], 6.0)
    assert taken(newest) == [(frame(BTC, 2), 6.0), (frame(ETH, 1), 6.0)]
    assert newest.take_superseded() == {head_of_stream(BTC): 1}


@pytest.mark.parametrize("other", [b"", b"{", b'{"result":null,"id":1}', frame("bnbusdt@trade", 1), b'{"x' * 10_000])
def test_every_other_frame_is_handled(newest, other):
    assert list(newest.sort([frame(BTC, 1), other, frame(BTC, 2), other], 5.0)) == [other, other]
    assert taken(newest) == [(frame(BTC, 2), 5.0)]


def test_a_stream_may_be_reduced_from_a_frame_on(newest):
    newest.reduce(head_of_stream(BTC), is_reduced=False)
    handled = []
    for each in newest.sort([frame(BTC, number) for number in range(5)], 5.0):
        handled.append(each)
        newest.reduce(head_of_stream(BTC), is_reduced=len(handled) == 2)
    assert handled == [frame(BTC, 0), frame(BTC, 1)]
    assert taken(newest) == [(frame(BTC, 4), 5.0)]
