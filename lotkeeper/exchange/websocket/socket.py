"""A websocket for an actor's loop: reading never blocks, and no frame stays behind unnoticed."""

import contextlib
import errno
import os
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

import websocket
from websocket import (
    ABNF,
    WebSocketAddressException,
    WebSocketBadStatusException,
    WebSocketConnectionClosedException,
    WebSocketException,
)

from lotkeeper.exchange.rest.connection import ca_file
from lotkeeper.exchange.websocket.connect_policy import ConnectFailure, FailureKind, failure_of_status
from lotkeeper.exchange.websocket.send_buffer import WOULD_BLOCK, SendBuffer

_CHUNK = 65536
_WHOLE_TEXT = 0x81  # the first byte of a text frame that is not in fragments (RFC 6455, section 5.2)
_TWO_BYTES_FOLLOW = 126  # in the place of a length: the two bytes after it have the length
_EIGHT_BYTES_FOLLOW = 127
_MASKED = 0x80  # the bit beside a length: the client's frames are masked
_SEND_TIMEOUT_S = 1.0
_UNREACHABLE = frozenset({errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})


class ConnectError(Exception):
    """A websocket could not be opened, or a text not sent; the text names the host and the cause."""

    def __init__(self, text: str, kind: FailureKind = FailureKind.ENDED, retry_after_s: float | None = None) -> None:
        super().__init__(text)
        self.kind = kind
        self.retry_after_s = retry_after_s  # 429 and 418 are about every request and connection of this address

    @property
    def failure(self) -> ConnectFailure:
        return ConnectFailure(self.kind, str(self), self.retry_after_s)


@dataclass(frozen=True, slots=True)
class Drained:
    """What one drain found."""

    frames: list[bytes]
    more: bool = False  # frames are left that no readiness of the socket will announce: drain again
    closed: str | None = None  # how the connection ended; None while it is open
    has_received: bool = False  # anything at all, even half a frame or a ping
    pings: int = 0
    pongs: int = 0


class _BufferedWebSocket(websocket.WebSocket):
    """Reads from the socket in large pieces: the library reads each part of each frame in a call of its own.

    It also takes whole text frames out of the buffer by itself, which costs a tenth of what the library needs for one.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._buffer = b""
        self._at = 0
        self._is_read_out = False
        self.received = 0
        self.outgoing = SendBuffer()

    def _send(self, data: str | bytes) -> int:
        """A pong or a close must not cut a message in two of which a part still waits."""
        if self.outgoing and isinstance(data, bytes):
            self.outgoing.put(data)
            return len(data)
        return super()._send(data)

    def _recv(self, bufsize: int) -> bytes:
        if self._at >= len(self._buffer):
            self._fill()
        part = self._buffer[self._at : self._at + bufsize]
        self._at += len(part)
        return part

    @property
    def is_between_frames(self) -> bool:
        """Whether the next byte is the first one of a frame, and no fragments of a message are kept."""
        half = self.frame_buffer
        return half.header is None and not half.recv_buffer and not self.cont_frame.recving_frames

    @property
    def is_taken(self) -> bool:
        """Whether all that was read is taken."""
        return self._at >= len(self._buffer)

    @property
    def is_read_out(self) -> bool:
        """Whether all that had arrived is taken, so that the socket announces whatever comes next."""
        return self._is_read_out and self._at >= len(self._buffer)

    def take_text_frames(self, most: int) -> list[bytes]:
        """The whole text frames at the beginning of what was read, reading first when all of it is taken.

        Stops before everything else: control frames, fragments, frames of more than 64 kB, half a frame.
        """
        if self._at >= len(self._buffer):
            self._fill()
        buffer, at, size = self._buffer, self._at, len(self._buffer)
        frames: list[bytes] = []
        while len(frames) < most and at + 4 <= size and buffer[at] == _WHOLE_TEXT:
            length, begin = buffer[at + 1], at + 2
            if length == _TWO_BYTES_FOLLOW:
                length, begin = buffer[at + 2] << 8 | buffer[at + 3], at + 4
            elif length > _TWO_BYTES_FOLLOW:
                break
            end = begin + length
            if end > size:
                break
            frames.append(buffer[begin:end])
            at = end
        self._at = at
        return frames

    def _fill(self) -> None:
        if self.sock is None:
            raise WebSocketConnectionClosedException("connection is closed")
        piece = self.sock.recv(_CHUNK)
        if not piece:
            raise WebSocketConnectionClosedException("connection was lost without a close frame")
        self._buffer, self._at = piece, 0
        self.received += len(piece)
        # TLS gives one record at a time, whatever else has arrived.
        self._is_read_out = len(piece) < _CHUNK and not isinstance(self.sock, ssl.SSLSocket)

    def pong(self, payload: str | bytes = "") -> None:
        # A pong that does not fit means that the server reads nothing. It must not look like "nothing to read".
        try:
            super().pong(payload)
        except WOULD_BLOCK as error:
            raise WebSocketConnectionClosedException("a ping could not be answered") from error

    def send_close(self, *args: Any, **kwargs: Any) -> None:
        # The answer to a close is optional; its failure must not hide the close.
        with contextlib.suppress(OSError, WebSocketException):
            super().send_close(*args, **kwargs)


class StreamSocket:
    """An open websocket. Watch `fileno()`, call `drain()` when it is readable and once after opening."""

    def __init__(self, connection: _BufferedWebSocket, host: str) -> None:
        self._connection = connection
        self._host = host
        self._closed: str | None = None

    @classmethod
    def open(cls, url: str, *, timeout_s: float = 5.0, headers: Mapping[str, str] | None = None) -> Self:
        """Connects, through the proxy of the environment if it names one; raises ConnectError.

        `timeout_s` (seconds) bounds each step: connecting, the TLS handshake, each read of the reply. Certificates are
        verified. Redirects are not followed.
        """
        host = urlsplit(url).hostname or url
        try:
            connection = _connected(url, timeout_s, dict(headers or {}))
        except WebSocketBadStatusException as error:
            raise _refused(host, error) from error
        except (OSError, WebSocketException, ValueError) as error:
            raise ConnectError(f"no websocket to {host}: {_text_of(error)}", _failure_kind(error)) from error
        return cls(connection, host)

    @property
    def is_open(self) -> bool:
        return self._closed is None

    def fileno(self) -> int:
        """The descriptor to watch; -1 once closed."""
        sock = self._connection.sock
        return sock.fileno() if sock is not None and self._closed is None else -1

    def drain(self, max_frames: int = 200) -> Drained:
        """What has arrived, up to `max_frames` frames; answers pings. Never blocks, never raises."""
        frames: list[bytes] = []
        before, pings, pongs = self._connection.received, 0, 0
        while self._closed is None and len(frames) + pings + pongs < max_frames:
            try:
                if self._connection.is_between_frames:
                    frames += self._connection.take_text_frames(max_frames - len(frames) - pings - pongs)
                    if self._connection.is_read_out:
                        return Drained(frames, False, None, self._connection.received > before, pings, pongs)
                    if len(frames) + pings + pongs >= max_frames:
                        break
                    if self._connection.is_taken:
                        continue
                opcode, frame = self._connection.recv_data_frame(True)
            except WOULD_BLOCK:
                return Drained(frames, False, None, self._connection.received > before, pings, pongs)
            except (WebSocketException, OSError, ValueError) as error:
                self._end(_text_of(error))
                break
            if opcode == ABNF.OPCODE_CLOSE:
                self._end(_close_text(frame.data))
            elif opcode in (ABNF.OPCODE_TEXT, ABNF.OPCODE_BINARY):
                frames.append(frame.data)
            else:
                pings += opcode == ABNF.OPCODE_PING
                pongs += opcode == ABNF.OPCODE_PONG
        return Drained(frames, self._closed is None, self._closed, self._connection.received > before, pings, pongs)

    def ping(self) -> None:
        """Sends a ping. A ping that does not fit is ignored: the server reads nothing, which its silence will show."""
        if self._closed is None:
            with contextlib.suppress(OSError, WebSocketException):
                self._connection.ping()

    def send_text(self, text: str) -> None:
        """Sends a text frame, waits a second at most; raises ConnectError after closing the socket."""
        sock = self._connection.sock
        if sock is None or self._closed is not None:
            raise ConnectError(f"the websocket to {self._host} is closed: {self._closed}")
        try:
            sock.settimeout(_SEND_TIMEOUT_S)
            self._connection.send(text)
            sock.settimeout(0)
        except (OSError, WebSocketException) as error:
            self._end(f"sending failed: {_text_of(error)}")
            raise ConnectError(f"no text sent to {self._host}: {_text_of(error)}") from error

    @property
    def outgoing(self) -> SendBuffer:
        """What `post` has sent, and what of it still waits."""
        return self._connection.outgoing

    @staticmethod
    def frame(text: bytes) -> bytes:
        """The text as a frame, for `post`."""
        return text_frame(text, os.urandom(4))

    def post(self, frame: bytes) -> None:
        """Sends a frame without waiting; raises ConnectError after closing the socket.

        What does not fit waits in `outgoing`; call `flush()` until it is empty.
        """
        outgoing = self._connection.outgoing
        self._write(lambda sock: outgoing.send(frame, sock))

    def flush(self) -> None:
        """Sends what waits, as much as fits; raises ConnectError after closing the socket."""
        if self.outgoing:
            self._write(self.outgoing.flush)

    def close(self) -> None:
        """Sends a close frame if that needs no waiting, and closes."""
        if self._closed is None:
            self._connection.send_close()
            self._end("closed by us")

    def _write(self, write: Callable[[socket.socket], None]) -> None:
        sock = self._connection.sock
        if sock is None or self._closed is not None:
            raise ConnectError(f"the websocket to {self._host} is closed: {self._closed}")
        try:
            write(sock)
        except OSError as error:
            self._end(f"sending failed: {_text_of(error)}")
            raise ConnectError(f"no text sent to {self._host}: {_text_of(error)}") from error

    def _end(self, reason: str) -> None:
        self._closed = reason
        self._connection.shutdown()  # type: ignore[no-untyped-call]


def text_frame(text: bytes, key: bytes) -> bytes:
    """A whole text frame of a client, masked with the four bytes of `key` (RFC 6455, section 5.2).

    The library's own way makes an object of several parts, and takes ten calls.
    """
    size = len(text)
    if size < _TWO_BYTES_FOLLOW:
        length = bytes((_MASKED | size,))
    elif size < 1 << 16:
        length = bytes((_MASKED | _TWO_BYTES_FOLLOW,)) + size.to_bytes(2)
    else:
        length = bytes((_MASKED | _EIGHT_BYTES_FOLLOW,)) + size.to_bytes(8)
    mask = (key * (size // 4 + 1))[:size]
    masked = (int.from_bytes(text) ^ int.from_bytes(mask)).to_bytes(size)
    return bytes((_WHOLE_TEXT,)) + length + key + masked


def _connected(url: str, timeout_s: float, headers: dict[str, str]) -> _BufferedWebSocket:
    options: dict[str, Any] = {
        "sockopt": [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        "sslopt": {"context": ssl.create_default_context(cafile=ca_file())} if url.startswith("wss:") else {},
        "header": headers,
        "suppress_origin": True,
        "redirect_limit": 0,
        "enable_multithread": False,
        "skip_utf8_validation": True,  # decoding the JSON does it
    }
    connection = websocket.create_connection(url, timeout=timeout_s, class_=_BufferedWebSocket, **options)
    assert isinstance(connection, _BufferedWebSocket)  # what class_ asked for
    connection.settimeout(0)
    return connection


def _refused(host: str, error: WebSocketBadStatusException) -> ConnectError:
    wait = (error.resp_headers or {}).get("retry-after", "")
    text = f"no websocket to {host}: refused with HTTP {error.status_code}"
    seconds = float(wait) if wait.isascii() and wait.isdigit() else None
    return ConnectError(text, failure_of_status(error.status_code), seconds)


def _failure_kind(error: Exception) -> FailureKind:
    """Whether a server was reached: yes when the handshake hangs, no when connecting hangs."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return FailureKind.CERTIFICATE
    if isinstance(error, OSError) and error.errno in _UNREACHABLE:
        return FailureKind.UNREACHABLE
    hangs = type(error) is TimeoutError and str(error) == "timed out"  # time-outs of the handshake have other texts
    return FailureKind.UNREACHABLE if hangs or isinstance(error, WebSocketAddressException) else FailureKind.ENDED


def _text_of(error: Exception) -> str:
    return str(error)[:200] or type(error).__name__


def _close_text(data: bytes) -> str:
    if len(data) < 2:
        return "closed by the server without a code"
    reason = data[2:].decode("utf-8", "replace")
    return f"closed by the server with code {int.from_bytes(data[:2])}" + (f": {reason}" if reason else "")
