import ssl
from typing import cast

import pytest

from lotkeeper.exchange.websocket.send_buffer import SendBuffer, socket


class FakeSocket:
    """Takes as many bytes as `room` says, one entry for each call; an exception is raised."""

    def __init__(self, *room: int | Exception) -> None:
        self.room = list(room)
        self.taken = b""
        self.offered: list[bytes] = []

    def send(self, data: bytes) -> int:
        self.offered.append(bytes(data))
        room = self.room.pop(0) if self.room else len(data)
        if isinstance(room, Exception):
            raise room
        self.taken += bytes(data[:room])
        return min(room, len(data))


def sent(buffer: SendBuffer, data: bytes, sock: FakeSocket) -> None:
    buffer.send(data, cast(socket.socket, sock))


def flushed(buffer: SendBuffer, sock: FakeSocket) -> None:
    buffer.flush(cast(socket.socket, sock))


def test_what_fits_is_sent_in_one_call() -> None:
    buffer, sock = SendBuffer(), FakeSocket()
    sent(buffer, b"abc", sock)
    assert (sock.offered, len(buffer), buffer.put_count, buffer.sent_count) == ([b"abc"], 0, 3, 3)


def test_the_rest_waits_and_later_messages_go_behind_it() -> None:
    buffer, sock = SendBuffer(), FakeSocket(2, BlockingIOError(), BlockingIOError())
    sent(buffer, b"abc", sock)
    sent(buffer, b"def", sock)
    buffer.put(b"gh")
    assert (sock.taken, len(buffer), buffer.sent_count, buffer.touched_count) == (b"ab", 6, 2, 2)
    flushed(buffer, sock)
    assert len(buffer) == 6
    flushed(buffer, sock)
    assert (sock.taken, len(buffer), buffer.sent_count) == (b"abcdefgh", 0, 8)


def test_flushing_nothing_sends_nothing() -> None:
    sock = FakeSocket()
    flushed(SendBuffer(), sock)
    assert sock.offered == []


@pytest.mark.parametrize("error", [ssl.SSLWantWriteError(), ssl.SSLWantReadError()])
def test_a_part_of_a_tls_record_may_have_left(error: Exception) -> None:
    buffer, sock = SendBuffer(), FakeSocket(10, error, error)
    sent(buffer, bytes(10), sock)
    sent(buffer, bytes(20_000), sock)
    assert (buffer.sent_count, buffer.touched_count) == (10, 10 + 16_384)
    sent(buffer, bytes(5), sock)
    assert (buffer.sent_count, buffer.touched_count) == (10, 10 + 16_384)
    flushed(buffer, sock)
    assert (buffer.sent_count, buffer.touched_count, len(sock.taken)) == (20_015, 20_015, 20_015)


@pytest.mark.parametrize("error", [ConnectionResetError(), ssl.SSLEOFError()])
def test_a_broken_socket_has_taken_nothing(error: Exception) -> None:
    buffer, sock = SendBuffer(), FakeSocket(3, error)
    sent(buffer, b"abc", sock)
    with pytest.raises(type(error)):
        sent(buffer, b"def", sock)
    assert buffer.touched_count == 3


def test_after_an_error_the_count_of_what_left_stays() -> None:
    buffer, sock = SendBuffer(), FakeSocket(1, ConnectionResetError())
    sent(buffer, b"abc", sock)
    with pytest.raises(ConnectionResetError):
        flushed(buffer, sock)
    assert (buffer.sent_count, buffer.put_count) == (1, 3)
