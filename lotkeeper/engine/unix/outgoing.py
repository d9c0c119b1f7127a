"""One connection to one receiver: what was sent there, what it has handled, what waits."""

import array
import errno
import os
import socket
from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import Any

from lotkeeper.engine.unix import sockets, tally
from lotkeeper.engine.unix.tally import Tally
from lotkeeper.engine.unix.wakeups import now
from lotkeeper.engine.unix.wire import Packet

MAX_WAITING = 50_000  # messages for one receiver
MAX_WAITING_BYTES = 256 << 20
_CROWDED = 0.005  # seconds until the next try when the receiver's backlog is full
_NO_DESCRIPTORS = 0.1  # and when this process has no descriptors left


class Outcome(Enum):
    """What became of a message."""

    SENT = "wholly given to the kernel"
    WAITING = "kept until the receiver has room"
    FULL = "refused: too much is waiting already"
    DEAD = "nobody listens there"


@dataclass(slots=True)
class Parcel:
    """A message on its way: Thespian's intent and the packets still to go, the next one last."""

    intent: Any
    packets: list[Packet]
    size: int


class Outgoing:
    """The sender's end of a connection; in order, and bounded in what waits."""

    def __init__(self, path: str, own_path: str) -> None:
        self.path = path
        self.socket: socket.socket | None = None
        self.waiting: deque[Parcel] = deque()
        self.retry_at: float | None = None
        self._own_path = own_path
        self._waiting_bytes = 0
        self._tally: Tally | None = None
        self._sent = 0
        self._flying: deque[Any] = deque()  # intents given to the kernel, not known to be handled

    def offer(self, parcel: Parcel) -> Outcome:
        """Sends a message, or keeps it behind those that wait."""
        if not self.waiting:
            outcome = self._put(parcel)
            if outcome is not Outcome.WAITING:
                return outcome
        elif len(self.waiting) >= MAX_WAITING or self._waiting_bytes + parcel.size > MAX_WAITING_BYTES:
            return Outcome.FULL
        self.waiting.append(parcel)
        self._waiting_bytes += parcel.size
        return Outcome.WAITING

    def flush(self) -> tuple[list[Any], Outcome]:
        """Sends what waits, as far as there is room: the intents that went, and how it ended."""
        gone: list[Any] = []
        while self.waiting:
            outcome = self._put(self.waiting[0])
            if outcome is not Outcome.SENT:
                return gone, outcome
            parcel = self.waiting.popleft()
            self._waiting_bytes -= parcel.size
            gone.append(parcel.intent)
        return gone, Outcome.SENT

    def unhandled(self) -> list[Any]:
        """The intents given to the kernel that the receiver, now dead, had not handled."""
        self._land()
        return list(self._flying)

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None
        if self._tally is not None:
            self._tally.close()
            self._tally = None

    def _put(self, parcel: Parcel) -> Outcome:
        if self.socket is None:
            outcome = self._connect()
            if outcome is not Outcome.SENT:
                return outcome
        return self._transmit(parcel)

    def _transmit(self, parcel: Parcel) -> Outcome:
        assert self.socket is not None
        try:
            while parcel.packets:
                self.socket.sendmsg(parcel.packets[-1])
                parcel.packets.pop()
        except BlockingIOError:
            return Outcome.WAITING
        except OSError as error:
            return Outcome.WAITING if error.errno == errno.ENOBUFS else Outcome.DEAD
        self._sent += 1
        self._flying.append(parcel.intent)
        self._land()
        return Outcome.SENT

    def _land(self) -> None:
        if self._tally is not None:
            for _ in range(self._tally.value - (self._sent - len(self._flying))):
                self._flying.popleft()

    def _connect(self) -> Outcome:
        try:
            sock = sockets.connect(self.path)
        except BlockingIOError:
            self.retry_at = now() + _CROWDED
            return Outcome.WAITING
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                self.retry_at = now() + _NO_DESCRIPTORS
                return Outcome.WAITING
            return Outcome.DEAD
        return self._greet(sock)

    def _greet(self, sock: socket.socket) -> Outcome:
        page = tally.new_page()
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [page]))]
        try:
            sock.sendmsg([b"H", os.fsencode(self._own_path)], rights)
            self._tally = Tally(page)
        except OSError:
            sock.close()
            return Outcome.DEAD
        finally:
            os.close(page)
        self.socket, self.retry_at = sock, None
        return Outcome.SENT
