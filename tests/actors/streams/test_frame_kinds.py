"""Frames are counted by event type; what the exchange may send has no bound, what is counted has."""

import pytest

from actors.streams.frame_kinds import MARKET_KINDS, USER_KINDS, FrameKinds
from lotkeeper.exchange.shapes import Ignored, RequestFailed, ServerShutdown
from lotkeeper.exchange.websocket.decode import decode_market_frame, decode_user_frame


def counted(kinds: FrameKinds) -> dict[str, int]:
    return {kind: count for kind, count in kinds.rows() if count}


def test_each_kind_is_counted_from_zero() -> None:
    assert FrameKinds(USER_KINDS).rows() == tuple((kind, 0) for kind in USER_KINDS)


@pytest.mark.parametrize("kind", sorted(set(USER_KINDS) - {"reply", "other"}))
def test_an_event_of_the_account_has_its_name_also_where_it_is_damaged(kind: str) -> None:
    kinds = FrameKinds(USER_KINDS)
    kinds.count(decode_user_frame(b'{"e":"%s"}' % kind.encode()))
    assert counted(kinds) == {kind: 1}


@pytest.mark.parametrize("kind", ["24hrMiniTicker", "trade", "serverShutdown"])
def test_a_frame_of_the_market_has_its_name(kind: str) -> None:
    kinds = FrameKinds(MARKET_KINDS)
    kinds.count(decode_market_frame(b'{"e":"%s"}' % kind.encode()))
    assert counted(kinds) == {kind: 1}


def test_answers_are_replies_and_what_has_no_name_is_another_one() -> None:
    kinds = FrameKinds(USER_KINDS)
    for shape in (RequestFailed(1, -1, "no"), ServerShutdown(1), Ignored("reply"), Ignored("x"), Ignored("no event")):
        kinds.count(shape)
    for number in range(1000):
        kinds.count(Ignored(f"event {number}"))
    assert counted(kinds) == {"reply": 2, "serverShutdown": 1, "other": 1002}


def test_what_was_not_decoded_is_known_by_its_stream() -> None:
    kinds = FrameKinds(MARKET_KINDS)
    for stream, number in (("btcusdt@bookTicker", 5), ("btcusdt@miniTicker", 2), ("ethbtc@trade", 3), ("odd", 1)):
        kinds.count_superseded(b'{"stream":"' + stream.encode(), number)
    assert counted(kinds) == {"bookTicker": 5, "24hrMiniTicker": 2, "trade": 3, "other": 1}
