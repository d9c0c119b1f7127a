"""One connection to one receiver: what was sent there, what it has handled, what waits."""

import array
import contextlib
import errno
import os
import socket
from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import Any

from thespian.system.transport import SendStatus

from lotkeeper.engine.delivery import Key, superseding
from lotkeeper.engine.transport import sockets, tally
from lotkeeper.engine.transport.tally import Tally
from lotkeeper.engine.transport.wakeups import now
from lotkeeper.engine.transport.wire import HELLO_BYTES, Packet, pack

MAX_WAITING = 50_000  # messages for one receiver
MAX_WAITING_BYTES = 256 << 20
_CROWDED = 0.005  # seconds until the next try when the receiver's backlog is full
_NO_DESCRIPTORS = 0.1  # and when this process has no descriptors left


class Outcome(Enum):
    """What became of a message, or of those that waited."""

    SENT = "wholly given to the kernel"
    WAITING = "kept until the receiver has room"
    HELD = "a state, kept until an older one is handled"
    FULL = "refused: too much is waiting already"
    DEAD = "nobody listens there"


@dataclass(slots=True)
class Parcel:
    """A message on its way: Thespian's intent and the packets still to go, the next one last. `key` marks a state."""

    intent: Any
    packets: list[Packet]
    size: int
    key: Key | None = None


class Outgoing:
    """The sender's end of a connection; in order, and bounded in what waits."""

    def __init__(self, path: str, own_path: str) -> None:
        self.path = path
        self.socket: socket.socket | None = None
        self.retry_at: float | None = None
        self.lacks_descriptors = False
        self._own_path = own_path
        self._waiting: deque[Parcel] = deque()  # facts, and states that may go
        self._held: dict[Key, Parcel] = {}  # the newest of each state, the one that waits longest first
        self._flown: dict[Key, int] = {}  # the place among all that was sent, of the last of each state
        self._told_at = 0
        self._waiting_bytes = 0
        self._tally: Tally | None = None
        self._sent = 0
        self._flying: deque[Any] = deque()  # intents given to the kernel, not known to be handled

    def offer(self, parcel: Parcel) -> Outcome:
        """Sends a message, or keeps it behind those that wait."""
        if parcel.key is not None and self._must_hold(parcel.key):
            return self._hold(parcel, parcel.key)
        if not self._waiting:
            outcome = self._put(parcel)
            if outcome is not Outcome.WAITING:
                return outcome
        elif self._is_full(parcel.size):
            return Outcome.FULL
        self._waiting.append(parcel)
        self._waiting_bytes += parcel.size
        return Outcome.WAITING

    def flush(self, *, even_held: bool = False) -> tuple[list[Any], Outcome]:
        """Sends what waits, as far as there is room: the intents that went, and how it ended.

        `even_held`: also states behind others that are not handled yet.
        """
        gone: list[Any] = []
        while self._waiting or self._release(even_held):
            outcome = self._put(self._waiting[0])
            if outcome is not Outcome.SENT:
                return gone, outcome
            parcel = self._waiting.popleft()
            self._waiting_bytes -= parcel.size
            gone.append(parcel.intent)
        return gone, Outcome.HELD if self._held else Outcome.SENT

    def wants_to_be_told(self) -> bool:
        """Asks the receiver to tell when a held state may go; False when one may go already."""
        assert self._tally is not None
        soonest = min(self._flown[key] for key in self._held)
        if soonest != self._told_at:
            self._told_at = soonest
            self._tally.tell_at(soonest)
        return self._tally.handled < soonest  # read after it is written: the receiver may be handling just now

    def hear(self) -> None:
        """Takes in what the receiver tells."""
        self._told_at = 0
        if self._tally is not None:
            self._tally.tell_at(0)
        if self.socket is not None:
            with contextlib.suppress(OSError):
                while self.socket.recv(64):
                    pass

    def waits(self) -> int:
        """How many messages wait."""
        return len(self._waiting) + len(self._held)

    def take_waiting(self) -> list[Any]:
        """Takes out the intents that wait, facts first."""
        intents = [each.intent for each in (*self._waiting, *self._held.values())]
        self._waiting.clear()
        self._held.clear()
        self._waiting_bytes = 0
        return intents

    def look_at_waiting(self) -> list[Any]:
        """The intents that wait, facts first."""
        return [each.intent for each in (*self._waiting, *self._held.values())]

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

    # States

    def _must_hold(self, key: Key) -> bool:
        return bool(self._waiting) or key in self._held or self._is_flying(key)

    def _is_flying(self, key: Key) -> bool:
        return self._tally is not None and self._flown.get(key, 0) > self._tally.handled

    def _hold(self, parcel: Parcel, key: Key) -> Outcome:
        older = self._held.get(key)
        if older is not None:
            self._supersede(older, parcel)
        elif self._is_full(parcel.size):
            return Outcome.FULL
        self._held[key] = parcel
        self._waiting_bytes += parcel.size
        return Outcome.WAITING if self._waiting else Outcome.HELD

    def _supersede(self, older: Parcel, newer: Parcel) -> None:
        self._waiting_bytes -= older.size
        message = superseding(newer.intent.message, older.intent.message)
        if message is not newer.intent.message:
            newer.intent.changeMessage(message)
            newer.packets, newer.size = pack(message)
        older.intent.tx_done(SendStatus.Sent)

    def _release(self, even_held: bool) -> bool:
        """Lets held states go whose older ones are handled; whether there were any."""
        free = [key for key in self._held if even_held or not self._is_flying(key)]
        self._waiting.extend(self._held.pop(key) for key in free)
        return bool(free)

    # Sending

    def _is_full(self, size: int) -> bool:
        return self.waits() >= MAX_WAITING or self._waiting_bytes + size > MAX_WAITING_BYTES

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
        if parcel.key is not None:
            self._flown[parcel.key] = self._sent
        self._land()
        return Outcome.SENT

    def _land(self) -> None:
        if self._tally is not None:
            landed = self._tally.handled - (self._sent - len(self._flying))
            for _ in range(min(landed, len(self._flying))):
                self._flying.popleft()

    def _connect(self) -> Outcome:
        try:
            sock = sockets.connect(self.path)
            return self._greet(sock)
        except BlockingIOError:
            self.retry_at = now() + _CROWDED
            return Outcome.WAITING
        except OSError as error:
            if error.errno in sockets.NO_MORE_DESCRIPTORS:
                self.retry_at, self.lacks_descriptors = now() + _NO_DESCRIPTORS, True
                return Outcome.WAITING
            return Outcome.DEAD

    def _greet(self, sock: socket.socket) -> Outcome:
        try:
            page = tally.new_page()
            try:
                rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [page]))]
                sock.sendmsg([HELLO_BYTES, os.fsencode(self._own_path)], rights)
                self._tally = Tally(page)
            finally:
                os.close(page)
        except BaseException:
            sock.close()
            raise
        self.socket, self.retry_at, self.lacks_descriptors = sock, None, False
        return Outcome.SENT
