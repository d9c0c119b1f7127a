"""What a process receives: its listening socket and one connection from each sender."""

import contextlib
import os
import socket
from collections.abc import Callable, Generator
from typing import Any

from lotkeeper.engine.transport import sockets
from lotkeeper.engine.transport.addresses import address_of
from lotkeeper.engine.transport.message_format import CHUNK, LAST, NOTIFY_BYTES, PART, WHOLE, unpack
from lotkeeper.engine.transport.shared_memory import AckPage
from lotkeeper.engine.transport.sockets import OutOfDescriptorsError
from lotkeeper.engine.transport.waiting import READ, Poller, now

_NOTHING = READ & ~READ
_PAUSE = 0.1  # seconds without accepting after this process ran out of descriptors


class UndecodableError(Exception):
    """A message that this process cannot unpickle; `sender` is the path it came from."""

    def __init__(self, sender: str, cause: Exception) -> None:
        super().__init__(f"undecodable message: {type(cause).__name__}: {cause}")
        self.sender = sender


class IncomingConnection:
    """The receiver's end of a connection."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        self.sender = ""  # the path of the sender's own socket, once the hello has come
        self.address = address_of("")  # of the sender; one for all of its messages
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
                self.address = address_of(self.sender)
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


class IncomingConnections:
    """Accepts connections of this user's processes only, and reads from them."""

    def __init__(self, path: str, poller: Poller, on_out_of_descriptors: Callable[[], None]) -> None:
        self._poller = poller
        self._on_out_of_descriptors = on_out_of_descriptors
        self._connections: set[IncomingConnection] = set()
        self._listener = sockets.listen(path)
        self._resume_at: float | None = None  # while this process may open no more files
        self._paused: list[IncomingConnection] = []  # connections whose hello cannot be read until then
        self._buffer = bytearray(CHUNK + 1)
        poller.add(self._listener.fileno(), self, READ)

    def accept(self) -> None:
        """Accepts all connections that wait."""
        while True:
            try:
                sock = sockets.accept(self._listener)
            except OSError as error:
                if error.errno in sockets.NO_MORE_DESCRIPTORS:
                    self._poller.change(self._listener.fileno(), _NOTHING)
                    self._pause()
                return
            self._add(sock)

    def resume(self) -> None:
        """Accepts again when a pause is over."""
        if self._resume_at is not None and now() >= self._resume_at:
            self._resume_at = None
            paused, self._paused = self._paused, []
            for descriptor in [self._listener.fileno(), *(each.socket.fileno() for each in paused)]:
                self._poller.change(descriptor, READ)

    def resume_at(self) -> float | None:
        """When `resume` has something to do."""
        return self._resume_at

    def read(self, connection: IncomingConnection, most: int) -> Generator[tuple[Any, bytes | memoryview], None, None]:
        """Up to `most` messages, each with its pickle, which is valid until the next one is asked for.

        A message counts as handled when the next one is asked for. Raises UndecodableError.
        """
        try:
            for _ in range(most):
                message = connection.read(self._buffer)
                if message is None:
                    return
                try:
                    yield message
                finally:
                    connection.count_handled()
        except EOFError:
            self._remove(connection)
        except OutOfDescriptorsError:
            self._poller.change(connection.socket.fileno(), _NOTHING)
            self._paused.append(connection)
            self._pause()

    def close(self) -> None:
        for each in self._connections:
            each.close()
        self._connections.clear()
        self._listener.close()

    def _pause(self) -> None:
        self._on_out_of_descriptors()
        self._resume_at = now() + _PAUSE

    def _add(self, sock: socket.socket) -> None:
        if sockets.peer_credentials(sock)[1] != os.geteuid():
            sock.close()
            return
        connection = IncomingConnection(sock)
        self._connections.add(connection)
        self._poller.add(sock.fileno(), connection, READ)

    def _remove(self, connection: IncomingConnection) -> None:
        if connection in self._connections:
            self._connections.discard(connection)
            self._paused = [each for each in self._paused if each is not connection]
            self._poller.remove(connection.socket.fileno())
            connection.close()
