"""A connection between a distant client and the server: the server's own protocol sees everything later.

The real connection is on loopback, where nothing takes time. Both directions, the end of the connection included, go
through delay lines. When the server ends a connection, it ends for the server at once.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable, Iterable
from typing import Any

from binance_sim.distance.delay_line import DelayLine
from binance_sim.distance.delays import Distance

Data = bytes | bytearray | memoryview
_MOST_READ = 262_144  # bytes at once


class DistantTransport(asyncio.Transport):
    """What the server writes to. Data leaves the machine only after its way to the client."""

    def __init__(
        self, real: asyncio.Transport, line: DelayLine, on_end: Callable[[], None], on_data: Callable[[bytes], None]
    ) -> None:
        """`on_end` is called when the server ends the connection, `on_data` with what the client has sent."""
        super().__init__()
        self._real, self._line, self._on_end, self._on_data = real, line, on_end, on_data
        self._is_closing = False
        self._bytes_under_way = 0

    def write(self, data: Data) -> None:
        if self._is_closing:
            return
        payload = bytes(data)
        self._bytes_under_way += len(payload)
        self._line.put(lambda: self._arrive(payload))

    def _arrive(self, payload: bytes) -> None:
        self._bytes_under_way -= len(payload)
        if not self._real.is_closing():
            self._take_arrived()
            self._real.write(payload)

    def _take_arrived(self) -> None:
        """Reads what the client has sent: if it was killed, the write fails, and asyncio drops what was not read."""
        sock = self._real.get_extra_info("socket")
        if sock is None or not self._real.is_reading():
            return
        with contextlib.suppress(OSError):  # nothing has arrived; or the end has, which the real transport tells
            while data := os.read(sock.fileno(), _MOST_READ):
                self._on_data(data)

    def writelines(self, list_of_data: Iterable[Data]) -> None:
        self.write(b"".join(list_of_data))

    def get_write_buffer_size(self) -> int:
        """Bytes that the client has not received, those under way included."""
        return self._real.get_write_buffer_size() + self._bytes_under_way

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self._real.set_write_buffer_limits(high, low)

    def close(self) -> None:
        self._end(self._real.close)

    def abort(self) -> None:
        self._end(self._real.abort)

    def _end(self, how: Callable[[], None]) -> None:
        if not self._is_closing:
            self._is_closing = True
            self._line.put(how)
            self._on_end()

    def is_closing(self) -> bool:
        return self._is_closing

    def mark_lost(self) -> None:
        """The client has ended the connection, and the server has learned of it."""
        self._is_closing = True

    def can_write_eof(self) -> bool:
        return False

    def is_reading(self) -> bool:
        return self._real.is_reading()

    def pause_reading(self) -> None:
        self._real.pause_reading()

    def resume_reading(self) -> None:
        self._real.resume_reading()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._real.get_extra_info(name, default)


class DistantConnection(asyncio.Protocol):
    """The protocol of the real connection; passes everything on to the server's protocol, later."""

    def __init__(self, inner: asyncio.Protocol, distance: Distance, loop: asyncio.AbstractEventLoop) -> None:
        self._inner, self._distance, self._loop = inner, distance, loop
        self._arriving = DelayLine(loop, distance.draw_one_way_s, loop.time() + distance.draw_handshake_s())
        self._transport: DistantTransport | None = None
        self._is_over = False  # for the server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        leaving = DelayLine(self._loop, self._distance.draw_one_way_s)
        self._transport = DistantTransport(transport, leaving, self._end_by_server, self.data_received)
        self._inner.connection_made(self._transport)

    def data_received(self, data: bytes) -> None:
        self._arriving.put(lambda: self._deliver(data))

    def _deliver(self, data: bytes) -> None:
        if not self._is_over:
            self._inner.data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has ended the connection. The server learns of it after everything that was sent before.

        And a step of the event loop later, as with a real connection, so that its tasks have taken the last data.
        """
        self._arriving.put(lambda: self._loop.call_soon(self._tell_end, exc))

    def _end_by_server(self) -> None:
        self._arriving.clear()
        self._loop.call_soon(self._tell_end, None)

    def _tell_end(self, exc: Exception | None) -> None:
        if self._is_over:
            return
        self._is_over = True
        if self._transport is not None:
            self._transport.mark_lost()
        self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        if not self._is_over:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        if not self._is_over:
            self._inner.resume_writing()
