"""What a process receives: its listening socket and one connection from each sender."""

import os
import socket
from collections.abc import Callable, Generator
from typing import Any

from lotkeeper.engine.transport import sockets
from lotkeeper.engine.transport.addresses import address_of
from lotkeeper.engine.transport.incoming_connection import IncomingConnection
from lotkeeper.engine.transport.message_format import CHUNK
from lotkeeper.engine.transport.sockets import OutOfDescriptorsError
from lotkeeper.engine.transport.waiting import READ, Poller, now

_NOTHING = READ & ~READ
_PAUSE = 0.1  # seconds without accepting after this process ran out of descriptors


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
        connection = IncomingConnection(sock, address_of)
        self._connections.add(connection)
        self._poller.add(sock.fileno(), connection, READ)

    def _remove(self, connection: IncomingConnection) -> None:
        if connection in self._connections:
            self._connections.discard(connection)
            self._paused = [each for each in self._paused if each is not connection]
            self._poller.remove(connection.socket.fileno())
            connection.close()
