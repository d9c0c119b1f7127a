"""Streams at the Gateway: permits to connect, and pauses."""

import pytest

from messages.connections import ConnectPermitGranted, LimitHit, PauseConnecting, RequestConnectPermit
from messages.orders import SellPlaced, SellRefused
from tests.actors.gateway.bench import ORDER, SYMBOL, TIME, bench, error, locked
from tests.lotkeeper.exchange.http_peer import answer

__all__ = ["bench", "locked"]

NOW_MS = 1_700_000_000_000


def test_a_stream_gets_its_permit_at_once_even_before_the_key_is_here(locked):
    stream = locked.desk.probe("stream")
    locked.desk.tell(RequestConnectPermit(SYMBOL, 1, ()), stream)
    assert stream.received == [ConnectPermitGranted(SYMBOL, 1)]
    locked.desk.tell(RequestConnectPermit(SYMBOL, 1, ()), stream)
    assert stream.received == [ConnectPermitGranted(SYMBOL, 1)] * 2
    connections = next(each for each in locked.report().limits if each.name == "CONNECTIONS")
    assert (connections.used, connections.most) == (1, 300)
    assert locked.peer.asked == []


def test_a_restarted_gateway_learns_what_was_spent_before(locked):
    market, account = locked.desk.probe("market"), locked.desk.probe("account")
    attempts = tuple(NOW_MS - 60_000 - number for number in range(210))
    locked.desk.tell(RequestConnectPermit(SYMBOL, 211, attempts), market)
    locked.desk.tell(RequestConnectPermit("", 1, ()), account)
    reason = "210 of 300 connections in 5 minutes are used, the rest is kept for what comes first"
    assert market.received == [PauseConnecting(1_700_000_101_000, reason)]
    assert account.received == [ConnectPermitGranted("", 1)]
    locked.desk.advance(100.0)  # five minutes begin at 22:15
    assert len(market.received) == 1
    locked.desk.advance(2.0)
    assert market.received[1:] == [ConnectPermitGranted(SYMBOL, 211)]


def test_when_all_connections_are_used_up_every_stream_pauses(locked):
    first, second = locked.desk.probe("first"), locked.desk.probe("second")
    locked.desk.tell(RequestConnectPermit("ETHUSDT", 1, ()), first)
    first.received.clear()
    locked.desk.tell(RequestConnectPermit(SYMBOL, 300, tuple(NOW_MS - number for number in range(299))), second)
    used_up = "300 of 300 connections in 5 minutes are used"
    assert first.received == [PauseConnecting(1_700_000_101_000, used_up)]
    assert {each.until_ms for each in second.received} == {1_700_000_101_000}
    locked.desk.advance(50.0)
    assert len(first.received) == 1
    locked.desk.advance(52.0)
    assert second.received[-1] == ConnectPermitGranted(SYMBOL, 300)


@pytest.mark.parametrize("by", ["429", "418", "a stream"])
def test_whatever_was_refused_every_stream_pauses(bench, by):
    streams = [bench.desk.probe(f"stream {number}") for number in range(3)]
    for number, stream in enumerate(streams):
        bench.desk.tell(RequestConnectPermit(f"PAIR{number}", 1, ()), stream)
        stream.received.clear()
    if by == "a stream":
        bench.desk.tell(LimitHit(30.0, "HTTP 429"), streams[0])
    else:
        bench.place(error(-1003, "Too many.", int(by), Retry_After="30"))
    for stream in streams:
        (pause,) = stream.received
        assert isinstance(pause, PauseConnecting)
        assert pause.until_ms == pytest.approx(NOW_MS + 30_000, abs=2)
    late = bench.desk.probe("a late stream")
    bench.desk.tell(RequestConnectPermit("LATE", 1, ()), late)
    assert [type(each) for each in late.received] == [PauseConnecting]
    bench.peer.replies.append(TIME)
    bench.desk.advance(29.0)
    assert [type(each) for each in late.received] == [PauseConnecting]
    assert isinstance(bench.place(), SellRefused)
    bench.desk.advance(2.0)
    assert late.received[1:] == [ConnectPermitGranted("LATE", 1)]
    assert isinstance(bench.place(answer(ORDER)), SellPlaced)
    assert all(len(stream.received) == 1 for stream in streams)


def test_a_longer_pause_is_announced_again_and_a_shorter_one_is_not(bench):
    stream = bench.desk.probe("stream")
    bench.desk.tell(RequestConnectPermit(SYMBOL, 1, ()), stream)
    for seconds in (30.0, 10.0, 60.0):
        bench.desk.tell(LimitHit(seconds, "HTTP 429"), stream)
    assert [each.until_ms - NOW_MS for each in stream.received if isinstance(each, PauseConnecting)] == [30_000, 60_000]
