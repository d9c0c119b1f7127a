import os
import select
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from websocket import ABNF

from lotkeeper.exchange.websocket.connect_policy import FailureKind
from lotkeeper.exchange.websocket.socket import ConnectError, Drained, StreamSocket, text_frame
from tests.lotkeeper.exchange.peers import (
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    Peer,
    certificate,
    drained_until,
    server_frame,
)
from tests.ports import deaf_port


@pytest.fixture(params=["ws", "wss"])
def peer(request: pytest.FixtureRequest) -> Iterator[Peer]:
    """The same over TCP and over TLS."""
    file = request.getfixturevalue("trusted") if request.param == "wss" else None
    with Peer(certificate_file=file) as open_peer:
        yield open_peer


@pytest.fixture
def stream(peer: Peer) -> Iterator[StreamSocket]:
    opened = StreamSocket.open(peer.url)
    yield opened
    opened.close()


@pytest.mark.parametrize("size", [0, 1, 5, 125, 126, 300, 65_535, 65_536, 70_001])
def test_a_frame_of_ours_is_the_one_that_the_library_makes(size: int) -> None:
    text, key = os.urandom(size), os.urandom(4)
    theirs = ABNF(1, 0, 0, 0, ABNF.OPCODE_TEXT, 1, text)
    theirs.get_mask_key = lambda _: key
    assert text_frame(text, key) == theirs.format()


def test_nothing_has_arrived(stream: StreamSocket) -> None:
    assert stream.drain() == Drained([])
    assert stream.fileno() > 0


def test_small_packets_leave_at_once(stream: StreamSocket) -> None:
    copy = socket.socket(fileno=socket.dup(stream.fileno()))
    with copy:
        assert copy.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_burst_is_drained_to_the_last_frame(peer: Peer, stream: StreamSocket) -> None:
    sent = [f'{{"number":{number}}}'.encode() for number in range(100)]
    peer.send(*map(server_frame, sent))
    drained = drained_until(stream, lambda total: len(total.frames) >= 100)
    assert drained.frames == sent
    assert drained.has_received


def test_what_comes_after_a_drain_is_announced(peer: Peer, stream: StreamSocket) -> None:
    for number in range(3):
        peer.send(server_frame(str(number)), server_frame("second"))
        drained = drained_until(stream, lambda total: len(total.frames) >= 2)
        assert (drained.frames, drained.more) == ([str(number).encode(), b"second"], False)
        assert select.select([stream], [], [], 0)[0] == []


def test_long_burst_comes_in_parts_that_announce_more(peer: Peer, stream: StreamSocket) -> None:
    sent = [str(number).encode() for number in range(1000)]
    peer.send(*map(server_frame, sent))
    drained = drained_until(stream, lambda total: len(total.frames) >= 7, most=7)
    assert (len(drained.frames), drained.more) == (7, True)
    rest = drained_until(stream, lambda total: len(total.frames) >= 993, most=7)
    assert drained.frames + rest.frames == sent


def test_frame_in_pieces_is_one_frame(peer: Peer, stream: StreamSocket) -> None:
    whole = server_frame("x" * 300)
    for piece in (whole[:1], whole[1:3], whole[3:100]):
        peer.send(piece)
        assert drained_until(stream, lambda total: total.has_received).frames == []
    peer.send(whole[100:], server_frame("next"))
    assert drained_until(stream, lambda total: len(total.frames) >= 2).frames == [b"x" * 300, b"next"]


def test_fragments_are_joined_with_a_ping_between_them(peer: Peer, stream: StreamSocket) -> None:
    peer.send(
        server_frame("one ", TEXT, final=False),
        server_frame("p", PING),
        server_frame("two", CONTINUATION),
    )
    drained = drained_until(stream, lambda total: bool(total.frames))
    assert (drained.frames, drained.pings) == ([b"one two"], 1)


@pytest.mark.parametrize("size", [0, 125, 126, 65535, 65536, 1_000_000])
def test_frames_of_every_size(peer: Peer, stream: StreamSocket, size: int) -> None:
    peer.accepted().setblocking(True)
    sender = server_frame(b"x" * size)
    drained = Drained([])
    for start in range(0, len(sender), 30_000):  # no more than the buffers between us hold
        peer.send(sender[start : start + 30_000])
        drained = drained_until(stream, lambda total: total.has_received)
    if not drained.frames:
        drained = drained_until(stream, lambda total: bool(total.frames))
    assert drained.frames == [b"x" * size]


def test_pings_are_answered_with_their_own_payload(peer: Peer, stream: StreamSocket) -> None:
    peer.send(server_frame("1795342476665", PING), server_frame("", PING))
    drained = drained_until(stream, lambda total: total.pings >= 2)
    assert (drained.frames, drained.has_received) == ([], True)
    assert [peer.received(), peer.received()] == [(PONG, b"1795342476665"), (PONG, b"")]


def test_close_of_the_server_is_reported_with_code_and_reason(peer: Peer, stream: StreamSocket) -> None:
    peer.send(server_frame("last words"), server_frame(struct.pack("!H", 1008) + b"too many requests", CLOSE))
    drained = drained_until(stream, lambda total: total.closed is not None)
    assert drained.frames == [b"last words"]
    assert drained.closed == "closed by the server with code 1008: too many requests"
    assert (drained.more, stream.is_open, stream.fileno()) == (False, False, -1)
    assert peer.received()[0] == CLOSE
    assert stream.drain() == Drained([], closed=drained.closed)


def test_close_without_a_code(peer: Peer, stream: StreamSocket) -> None:
    peer.send(server_frame("", CLOSE))
    closed = drained_until(stream, lambda total: total.closed is not None).closed
    assert closed == "closed by the server without a code"


def test_close_is_reported_though_it_cannot_be_answered(peer: Peer, stream: StreamSocket) -> None:
    with socket.socket(fileno=socket.dup(stream.fileno())) as copy:
        copy.shutdown(socket.SHUT_WR)
    peer.send(server_frame(struct.pack("!H", 1001), CLOSE))
    closed = drained_until(stream, lambda total: total.closed is not None).closed
    assert closed == "closed by the server with code 1001"


def test_end_without_a_close_frame(peer: Peer, stream: StreamSocket) -> None:
    peer.send(server_frame("whole"), server_frame("half of it")[:5])
    peer.accepted().close()
    drained = drained_until(stream, lambda total: total.closed is not None)
    assert drained.frames == [b"whole"]
    assert drained.closed == "connection was lost without a close frame"


def test_reset_is_reported_and_does_not_raise(peer: Peer, stream: StreamSocket) -> None:
    peer.abort()
    closed = drained_until(stream, lambda total: total.closed is not None).closed
    assert closed
    with pytest.raises(ConnectError, match="is closed"):
        stream.send_text("too late")


def test_bytes_that_are_no_frame_end_the_connection(peer: Peer, stream: StreamSocket) -> None:
    peer.send(b"\xf3\x02no")
    closed = drained_until(stream, lambda total: total.closed is not None).closed
    assert closed == "rsv is not implemented, yet"


def test_text_is_sent_and_reading_goes_on_without_blocking(peer: Peer, stream: StreamSocket) -> None:
    stream.send_text('{"id":1,"symbol":"币安"}')
    assert peer.received() == (TEXT, '{"id":1,"symbol":"币安"}'.encode())
    assert stream.drain() == Drained([])
    peer.send(server_frame("answer"))
    assert drained_until(stream, lambda total: bool(total.frames)).frames == [b"answer"]


def test_server_that_reads_nothing_does_not_hold_us_up(peer: Peer, stream: StreamSocket) -> None:
    peer.accepted()
    with pytest.raises(ConnectError, match="no text sent to localhost"):
        stream.send_text("x" * 20_000_000)
    assert not stream.is_open


def test_pings_to_a_server_that_reads_nothing_end_the_connection(peer: Peer, stream: StreamSocket) -> None:
    ping = server_frame(b"x" * 100, PING)

    def drained_pings() -> Drained:
        peer.send(ping * 1000)
        return drained_until(stream, lambda total: total.closed is not None or total.pings >= 1000)

    drained = next(each for each in iter(drained_pings, None) if each.closed is not None)
    assert drained.closed == "a ping could not be answered"


def test_closing_says_goodbye(peer: Peer, stream: StreamSocket) -> None:
    stream.close()
    assert peer.received() == (CLOSE, struct.pack("!H", 1000))
    assert stream.drain() == Drained([], closed="closed by us")
    stream.close()


# ---- opening


def test_headers_go_with_the_request() -> None:
    with Peer() as peer:
        StreamSocket.open(peer.url, headers={"X-MBX-APIKEY": "key"}).close()
        assert b"\r\nX-MBX-APIKEY: key\r\n" in peer.request
        assert b"Origin" not in peer.request


@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_frames_that_come_with_the_handshake_are_found_by_the_first_drain(scheme: str, trusted: Path) -> None:
    greeting = b"".join(server_frame(str(number)) for number in range(50))
    with Peer(certificate_file=trusted if scheme == "wss" else None, greeting=greeting) as peer:
        stream = StreamSocket.open(peer.url)
        assert len(stream.drain().frames) == 50
        stream.close()


def test_certificate_of_an_unknown_authority_is_refused(tmp_path: Path) -> None:
    with Peer(certificate_file=certificate(tmp_path)) as peer, pytest.raises(ConnectError, match="certificate"):
        StreamSocket.open(peer.url)


def test_the_proxy_of_the_environment_is_used(trusted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Peer(certificate_file=trusted, as_proxy=True) as peer:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{peer.port}")
        monkeypatch.setenv("no_proxy", "example.org")
        stream = StreamSocket.open("wss://localhost:9443/ws")
        peer.send(server_frame("through the tunnel"))
        assert drained_until(stream, lambda total: bool(total.frames)).frames == [b"through the tunnel"]
        assert peer.proxy_request.startswith(b"CONNECT localhost:9443 ")
        stream.close()


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 302 Found\r\nLocation: ws://localhost:1/\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"not HTTP\r\n\r\n",
    ],
)
def test_other_replies_are_connect_errors(reply: bytes) -> None:
    with Peer(reply=reply) as peer, pytest.raises(ConnectError, match="no websocket to localhost"):
        StreamSocket.open(peer.url)


def test_refusal_says_how_long_to_wait() -> None:
    reply = b"HTTP/1.1 418 I'm a teapot\r\nRetry-After: 120\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"
    with Peer(reply=reply) as peer, pytest.raises(ConnectError, match=r"refused with HTTP 418$") as caught:
        StreamSocket.open(peer.url)
    assert (caught.value.kind, caught.value.retry_after_s) == (FailureKind.LIMITED, 120.0)


def test_a_port_without_a_listener() -> None:
    with deaf_port() as port, pytest.raises(ConnectError, match=r"no websocket to 127\.0\.0\.1: .*refused"):
        StreamSocket.open(f"ws://127.0.0.1:{port}/ws")


def test_server_that_never_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, pytest.raises(ConnectError, match="timed out"):
        StreamSocket.open(f"ws://127.0.0.1:{listening.getsockname()[1]}/ws", timeout_s=0.2)


def test_address_that_is_none() -> None:
    with pytest.raises(ConnectError, match="no websocket to"):
        StreamSocket.open("http//nowhere")
