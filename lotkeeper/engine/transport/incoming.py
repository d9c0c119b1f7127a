"""What a process receives: its listening socket and one connection from each sender."""

import array
import contextlib
import os
import socket
from collections.abc import Callable, Generator
from typing import Any

from lotkeeper.engine.transport import sockets
from lotkeeper.engine.transport.poller import READ, Poller
from lotkeeper.engine.transport.tally import Tally
from lotkeeper.engine.transport.wakeups import now
from lotkeeper.engine.transport.wire import CHUNK, HELLO_BYTES, LAST, PART, TELL_BYTES, WHOLE, unpack

_SUSPENDED = READ & ~READ
_PAUSE = 0.1  # seconds without accepting after this process ran out of descriptors


class UndecodableError(Exception):
    """A message that this process cannot unpickle; `sender` is the path it came from."""

    def __init__(self, sender: str, cause: Exception) -> None:
        super().__init__(f"undecodable message: {type(cause).__name__}: {cause}")
        self.sender = sender


class ShortError(Exception):
    """Who wants to send cannot be taken in: this process may open no more files."""


class Incoming:
    """The receiver's end of a connection."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        self.sender = ""
        self._tally: Tally | None = None
        self._told = 0
        self._parts: list[bytes] = []

    def read(self, buffer: bytearray) -> tuple[Any, bytes | memoryview] | None:
        """The next message and its pickle, or None when there is none yet.

        EOFError when the sender is gone or speaks something else; UndecodableError counts as handled; ShortError when
        the page that comes with the sender's first words cannot be taken now.
        """
        while True:
            if self._tally is None:
                if not self._read_hello():
                    return None
                continue
            size = self._receive(buffer)
            if size is None:
                return None
            data = self._whole(buffer[0], memoryview(buffer)[1:size])
            if data is not None:
                return self._decoded(data), data

    def handled(self) -> None:
        """Lets the sender know that its oldest unhandled message is handled."""
        if self._tally is not None:
            wanted = self._tally.add_one()
            if wanted and wanted != self._told:
                self._tell(wanted)

    def _tell(self, wanted: int) -> None:
        self._told = wanted
        with contextlib.suppress(OSError):  # it looks by itself after a while
            self.socket.send(TELL_BYTES)

    def close(self) -> None:
        self.socket.close()
        if self._tally is not None:
            self._tally.close()
            self._tally = None

    def _receive(self, buffer: bytearray) -> int | None:
        while True:
            try:
                size = self.socket.recv_into(buffer)
            except BlockingIOError:
                return None
            except ConnectionResetError:
                continue  # the sender died with unread data from us; what it sent can still be read
            except OSError as error:
                raise EOFError from error
            if not size:
                raise EOFError
            return size

    def _whole(self, kind: int, body: memoryview) -> bytes | memoryview | None:
        if kind == WHOLE:
            return body
        if kind not in (PART, LAST):
            raise EOFError
        self._parts.append(bytes(body))
        if kind == PART:
            return None
        data = b"".join(self._parts)
        self._parts.clear()
        return data

    def _decoded(self, data: bytes | memoryview) -> Any:
        try:
            return unpack(data)
        except Exception as error:
            self.handled()
            raise UndecodableError(self.sender, error) from error

    def _read_hello(self) -> bool:
        _check_room(self.socket)
        try:
            data, extra, _, _ = self.socket.recvmsg(4096, socket.CMSG_SPACE(4))
        except BlockingIOError:
            return False
        except OSError as error:
            raise EOFError from error
        descriptors = _descriptors(extra)
        try:
            if data[: len(HELLO_BYTES)] != HELLO_BYTES or not descriptors:
                raise EOFError
            self._tally = Tally(descriptors[0])
        except (OSError, ValueError) as error:  # a descriptor that is no such page, or none left to map it
            raise EOFError from error
        finally:
            for each in descriptors:
                os.close(each)
        self.sender = os.fsdecode(data[len(HELLO_BYTES) :])
        return True


class Inbox:
    """Accepts connections of this user's processes only, and reads from them.

    `short` is called when this process may open no more files.
    """

    def __init__(self, path: str, poller: Poller, short: Callable[[], None]) -> None:
        self._poller = poller
        self._short = short
        self._connections: set[Incoming] = set()
        self._listener = sockets.listen(path)
        self._resume_at: float | None = None
        self._paused: list[Incoming] = []
        self._buffer = bytearray(CHUNK + 1)
        poller.add(self._listener.fileno(), self, READ)

    def accept(self) -> None:
        """Takes in those who want to connect."""
        while True:
            try:
                sock = sockets.accept(self._listener)
            except OSError as error:
                if error.errno in sockets.NO_MORE_DESCRIPTORS:
                    self._poller.change(self._listener.fileno(), _SUSPENDED)
                    self._wait_for_room()
                return
            self._take(sock)

    def resume(self) -> None:
        """Accepts again after a pause."""
        if self._resume_at is not None and now() >= self._resume_at:
            self._resume_at = None
            paused, self._paused = self._paused, []
            for descriptor in [self._listener.fileno(), *(each.socket.fileno() for each in paused)]:
                self._poller.change(descriptor, READ)

    def resume_at(self) -> float | None:
        """When `resume` has something to do."""
        return self._resume_at

    def read(self, incoming: Incoming, most: int) -> Generator[tuple[Any, bytes | memoryview], None, None]:
        """Up to `most` messages, each with its pickle, which is gone when the next one is asked for.

        A message counts as handled when the next one is asked for. Raises UndecodableError.
        """
        try:
            for _ in range(most):
                got = incoming.read(self._buffer)
                if got is None:
                    return
                try:
                    yield got
                finally:
                    incoming.handled()
        except EOFError:
            self._drop(incoming)
        except ShortError:
            self._poller.change(incoming.socket.fileno(), _SUSPENDED)
            self._paused.append(incoming)
            self._wait_for_room()

    def close(self) -> None:
        for each in self._connections:
            each.close()
        self._connections.clear()
        self._listener.close()

    def _wait_for_room(self) -> None:
        self._short()
        self._resume_at = now() + _PAUSE

    def _take(self, sock: socket.socket) -> None:
        if sockets.peer(sock)[1] != os.geteuid():
            sock.close()
            return
        incoming = Incoming(sock)
        self._connections.add(incoming)
        self._poller.add(sock.fileno(), incoming, READ)

    def _drop(self, incoming: Incoming) -> None:
        if incoming in self._connections:
            self._connections.discard(incoming)
            self._paused = [each for each in self._paused if each is not incoming]
            self._poller.remove(incoming.socket.fileno())
            incoming.close()


def _check_room(sock: socket.socket) -> None:
    """Without room the kernel would drop the descriptor that comes with the hello, and its sender would seem mad."""
    try:
        os.close(os.dup(sock.fileno()))
    except OSError as error:
        raise ShortError from error


def _descriptors(extra: list[tuple[int, int, bytes]]) -> list[int]:
    found: list[int] = []
    for level, kind, data in extra:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            found.extend(array.array("i", data[: len(data) - len(data) % 4]))
    return found
