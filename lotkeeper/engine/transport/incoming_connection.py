"""The receiver's end of a connection: packets become messages. Knows nothing of Thespian."""

import contextlib
import socket
from collections.abc import Callable
from typing import Any

from lotkeeper.engine.transport import sockets
from lotkeeper.engine.transport.message_format import LAST, NOTIFY_BYTES, PART, WHOLE, unpack
from lotkeeper.engine.transport.shared_memory import AckPage


class UndecodableError(Exception):
    """A message that this process cannot unpickle; `sender` is the path it came from."""

    def __init__(self, sender: str, cause: Exception) -> None:
        super().__init__(f"undecodable message: {type(cause).__name__}: {cause}")
        self.sender = sender


class IncomingConnection:
    """The receiver's end of a connection."""

    def __init__(self, sock: socket.socket, make_address: Callable[[str], Any] = str) -> None:
        """`make_address` gives what `address` is to be, of the sender's path."""
        self.socket = sock
        self._make_address = make_address
        self.sender = ""  # the path of the sender's own socket, once the hello has come
        self.address = make_address("")  # of the sender; one for all of its messages
        self._ack_page: AckPage | None = None
        self._notified_at = 0
        self._parts: list[bytes] = []

    def read(self, buffer: bytearray) -> tuple[Any, bytes | memoryview] | None:
        """The next message and its pickle, or None when there is none yet.

        EOFError when the sender is gone or speaks another format. UndecodableError: the message counts as handled.
        OutOfDescriptorsError when the ack page that comes with the hello cannot be taken now.
        """
        while True:
            if self._ack_page is None:
                hello = sockets.receive_hello(self.socket)
                if hello is None:
                    return None
                self.sender, self._ack_page = hello
                self.address = self._make_address(self.sender)
                continue
            size = self._receive(buffer)
            if size is None:
                return None
            kind, body = buffer[0], memoryview(buffer)[1:size]
            data = body if kind == WHOLE else self._join_parts(kind, body)
            if data is None:
                continue
            try:
                return unpack(data), data
            except Exception as error:
                self.count_handled()
                raise UndecodableError(self.sender, error) from error

    def count_handled(self) -> None:
        """Lets the sender know that its oldest unhandled message is handled."""
        if self._ack_page is not None:
            wanted = self._ack_page.count_handled()
            if wanted and wanted != self._notified_at:
                self._notify_sender(wanted)

    def close(self) -> None:
        self.socket.close()
        if self._ack_page is not None:
            self._ack_page.close()
            self._ack_page = None

    def _notify_sender(self, wanted: int) -> None:
        self._notified_at = wanted
        with contextlib.suppress(OSError):  # the sender also looks at the page by itself after a while
            self.socket.send(NOTIFY_BYTES)

    def _receive(self, buffer: bytearray) -> int | None:
        while True:
            try:
                size = self.socket.recv_into(buffer)
            except BlockingIOError:
                return None
            except ConnectionResetError:
                continue  # the sender died without reading our notice; what it sent can still be read
            except OSError as error:
                raise EOFError from error
            if not size:
                raise EOFError
            return size

    def _join_parts(self, kind: int, body: memoryview) -> bytes | None:
        """The pickle of a message in parts; None while more of them have to come."""
        if kind not in (PART, LAST):
            raise EOFError
        self._parts.append(bytes(body))
        if kind == PART:
            return None
        data = b"".join(self._parts)
        self._parts.clear()
        return data
