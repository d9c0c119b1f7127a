"""What a process sends: one connection to each receiver, so that a slow receiver delays nobody else's messages."""

import contextlib
import errno
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from thespian.system.transport import SendStatus

from lotkeeper.engine.transport import sockets
from lotkeeper.engine.transport.message_format import Packet, StateKey, pack, replace_state, state_key_of
from lotkeeper.engine.transport.shared_memory import AckPage
from lotkeeper.engine.transport.waiting import READ, WRITE, Poller, now

MAX_WAITING = 50_000  # messages for one receiver
MAX_WAITING_BYTES = 256 << 20
_BACKLOG_FULL = 0.005  # seconds until the next attempt when the receiver's backlog is full
_NO_DESCRIPTORS = 0.1  # the same when this process may open no more files
_MOST_LOOKS = 600
_CHECK_DELAYED = 0.25  # seconds after which a delayed state is looked at even though the receiver has sent no notice

Result = TypeVar("Result")


class SendOutcome(Enum):
    """What became of a message, or of those that waited."""

    SENT = "the kernel has all of it"
    WAITING = "kept until the receiver has room"
    DELAYED = "a state, kept until an older one is handled"
    FULL = "refused: too many messages wait already"
    DEAD = "nobody listens there"


@dataclass(slots=True)
class PendingMessage:
    """A message that is being sent."""

    intent: Any  # Thespian's TransmitIntent: receiver, message and callbacks
    packets: list[Packet]  # still to be sent, the next one last
    size: int  # bytes
    state_key: StateKey | None = None  # None for a fact


def make_pending(intent: Any) -> PendingMessage:
    """The intent's message, pickled; raises what pickling raises."""
    message = intent.message
    packets, size = pack(message)
    return PendingMessage(intent, packets, size, state_key_of(message))


class OutgoingConnection:
    """The sender's end of a connection. Keeps the order, and limits how much may wait."""

    def __init__(self, path: str, own_path: str) -> None:
        self.path = path
        self.socket: socket.socket | None = None
        self.retry_at: float | None = None  # when to try to connect again
        self.lacks_descriptors = False
        self._own_path = own_path
        self._waiting: deque[PendingMessage] = deque()  # facts, and states that may be sent
        self._delayed: dict[StateKey, PendingMessage] = {}  # the newest of each state, in the order of their first ones
        self._last_sent: dict[StateKey, int] = {}  # the serial number of the newest state that was sent, by key
        self._waiting_bytes = 0
        self._ack_page: AckPage | None = None
        self._notify_at = 0
        self._sent = 0
        self._unhandled: deque[Any] = deque()  # intents given to the kernel, not known to be handled
        self._looks: deque[tuple[int, float]] = deque(maxlen=_MOST_LOOKS)  # how many were offered by when

    def offer(self, message: PendingMessage) -> SendOutcome:
        """Sends a message, or keeps it behind those that wait."""
        if message.state_key is not None and self._must_delay(message.state_key):
            return self._delay(message, message.state_key)
        if not self._waiting:
            outcome = self._send(message) if self.socket is None else self._transmit(message)
            if outcome is not SendOutcome.WAITING:
                return outcome
        elif self._is_full(message.size):
            return SendOutcome.FULL
        self._waiting.append(message)
        self._waiting_bytes += message.size
        return SendOutcome.WAITING

    def flush(self, *, even_delayed: bool = False) -> tuple[list[Any], SendOutcome]:
        """Sends what waits, as far as there is room. Returns the intents that were sent, and how it ended.

        `even_delayed`: also states whose older ones are not handled yet.
        """
        sent: list[Any] = []
        while self._waiting or self._release_delayed(even_delayed):
            outcome = self._send(self._waiting[0])
            if outcome is not SendOutcome.SENT:
                return sent, outcome
            message = self._waiting.popleft()
            self._waiting_bytes -= message.size
            sent.append(message.intent)
        return sent, SendOutcome.DELAYED if self._delayed else SendOutcome.SENT

    def request_notice(self) -> bool:
        """Asks the receiver for a notice when a delayed state may be sent; False when one may be sent already."""
        assert self._ack_page is not None
        soonest = min(self._last_sent[key] for key in self._delayed)
        if soonest != self._notify_at:
            self._notify_at = soonest
            self._ack_page.notify_at(soonest)
        return self._ack_page.handled < soonest  # read after the request, for the receiver may be handling just now

    def read_notice(self) -> None:
        """Reads the receiver's notice."""
        self._notify_at = 0
        if self._ack_page is not None:
            self._ack_page.notify_at(0)
        if self.socket is not None:
            with contextlib.suppress(OSError):
                while self.socket.recv(64):
                    pass

    def waiting_count(self) -> int:
        """How many messages wait."""
        return len(self._waiting) + len(self._delayed)

    def waiting_intents(self) -> list[Any]:
        """The intents that wait, facts first."""
        return [each.intent for each in (*self._waiting, *self._delayed.values())]

    def remove_waiting(self) -> list[Any]:
        """Removes and returns the intents that wait, facts first."""
        intents = self.waiting_intents()
        self._waiting.clear()
        self._delayed.clear()
        self._waiting_bytes = 0
        return intents

    def unhandled_intents(self) -> list[Any]:
        """The intents given to the kernel that the receiver, now dead, had not handled."""
        self._forget_handled()
        return list(self._unhandled)

    def look(self, moment: float) -> tuple[int, float]:
        """How many messages the receiver has not handled, and how long the oldest of them has waited at least, in s.

        The time is known from earlier looks, so that sending need not note it: what was offered at a look and is not
        handled is older than that look.
        """
        self._forget_handled()
        handled, looks = self._sent - len(self._unhandled), self._looks
        while looks and looks[0][0] <= handled:
            looks.popleft()
        unhandled = len(self._unhandled) + self.waiting_count()
        oldest = moment - looks[0][1] if looks and unhandled else 0.0
        if unhandled:
            looks.append((handled + unhandled, moment))
        return unhandled, oldest

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None
        if self._ack_page is not None:
            self._ack_page.close()
            self._ack_page = None

    # States

    def _must_delay(self, key: StateKey) -> bool:
        return bool(self._waiting) or key in self._delayed or self._is_unhandled(key)

    def _is_unhandled(self, key: StateKey) -> bool:
        return self._ack_page is not None and self._last_sent.get(key, 0) > self._ack_page.handled

    def _delay(self, message: PendingMessage, key: StateKey) -> SendOutcome:
        older = self._delayed.get(key)
        if older is not None:
            self._replace(older, message)
        elif self._is_full(message.size):
            return SendOutcome.FULL
        self._delayed[key] = message
        self._waiting_bytes += message.size
        return SendOutcome.WAITING if self._waiting else SendOutcome.DELAYED

    def _replace(self, older: PendingMessage, newer: PendingMessage) -> None:
        self._waiting_bytes -= older.size
        message = replace_state(older.intent.message, newer.intent.message)
        if message is not newer.intent.message:
            newer.intent.changeMessage(message)
            newer.packets, newer.size = pack(message)
        older.intent.tx_done(SendStatus.Sent)

    def _release_delayed(self, even_unhandled: bool) -> bool:
        """Lets delayed states go whose older ones are handled. Returns whether there were any."""
        free = [key for key in self._delayed if even_unhandled or not self._is_unhandled(key)]
        self._waiting.extend(self._delayed.pop(key) for key in free)
        return bool(free)

    # Sending

    def _is_full(self, size: int) -> bool:
        return self.waiting_count() >= MAX_WAITING or self._waiting_bytes + size > MAX_WAITING_BYTES

    def _send(self, message: PendingMessage) -> SendOutcome:
        if self.socket is None:
            outcome = self._connect()
            if outcome is not SendOutcome.SENT:
                return outcome
        return self._transmit(message)

    def _transmit(self, message: PendingMessage) -> SendOutcome:
        assert self.socket is not None
        try:
            while message.packets:
                self.socket.sendmsg(message.packets[-1])
                message.packets.pop()
        except BlockingIOError:
            return SendOutcome.WAITING
        except OSError as error:
            return SendOutcome.WAITING if error.errno == errno.ENOBUFS else SendOutcome.DEAD
        self._sent += 1
        self._unhandled.append(message.intent)
        if message.state_key is not None:
            self._last_sent[message.state_key] = self._sent
        self._forget_handled()
        return SendOutcome.SENT

    def _forget_handled(self) -> None:
        if self._ack_page is not None:
            newly_handled = self._ack_page.handled - (self._sent - len(self._unhandled))
            for _ in range(min(newly_handled, len(self._unhandled))):
                self._unhandled.popleft()

    def _connect(self) -> SendOutcome:
        try:
            sock = sockets.connect(self.path)
            try:
                self._ack_page = sockets.send_hello(sock, self._own_path)
            except BaseException:
                sock.close()
                raise
        except BlockingIOError:
            self.retry_at = now() + _BACKLOG_FULL
            return SendOutcome.WAITING
        except OSError as error:
            if error.errno in sockets.NO_MORE_DESCRIPTORS:
                self.retry_at, self.lacks_descriptors = now() + _NO_DESCRIPTORS, True
                return SendOutcome.WAITING
            return SendOutcome.DEAD
        self.socket, self.retry_at, self.lacks_descriptors = sock, None, False
        return SendOutcome.SENT


class OutgoingConnections:
    """The connections to all receivers.

    `on_lost` is called with a dead receiver's path and the intents that it never handled, `on_refused` with an intent
    for which there was no room and the reason, `on_out_of_descriptors` when this process may open no more files.
    """

    def __init__(
        self,
        own_path: str,
        poller: Poller,
        on_lost: Callable[[str, list[Any]], None],
        on_refused: Callable[[Any, str], None],
        on_out_of_descriptors: Callable[[], None],
    ) -> None:
        self._own_path = own_path
        self._poller = poller
        self._on_lost = on_lost
        self._on_refused = on_refused
        self._on_out_of_descriptors = on_out_of_descriptors
        self._by_path: dict[str, OutgoingConnection] = {}
        self._backlogged: dict[str, OutgoingConnection] = {}  # something waits for these receivers,
        self._unconnected: dict[str, OutgoingConnection] = {}  # because they cannot be connected to yet,
        self._with_delayed: dict[str, OutgoingConnection] = {}  # or because states are delayed
        self._check_delayed_at: float | None = None

    def send(self, path: str, pending: PendingMessage) -> None:
        """Sends a message; its intent's callback is called, now or later."""
        intent = pending.intent
        connection = self._by_path.get(path)
        if connection is None:
            connection = self._by_path[path] = OutgoingConnection(path, self._own_path)
        if connection.socket is not None:
            outcome = connection.offer(pending)
        else:
            outcome = self._call_and_register(connection, lambda: connection.offer(pending))
        match outcome:
            case SendOutcome.SENT:
                intent.tx_done(SendStatus.Sent)
            case SendOutcome.WAITING:
                self._expect_room(connection)
            case SendOutcome.DELAYED:
                self._expect_notice(connection)
            case SendOutcome.FULL:
                self._on_refused(intent, f"{connection.waiting_count()} messages wait for {path} already")
            case SendOutcome.DEAD:
                self.end(connection)
                intent.tx_done(SendStatus.DeadTarget)

    def flush(self, connection: OutgoingConnection, *, even_delayed: bool = False) -> int:
        """Sends what waits for one receiver. Returns how many messages were sent."""
        sent, outcome = self._call_and_register(connection, lambda: connection.flush(even_delayed=even_delayed))
        match outcome:
            case SendOutcome.SENT:
                self._expect_nothing(connection)
            case SendOutcome.WAITING:
                self._expect_room(connection)
            case SendOutcome.DELAYED:
                self._expect_notice(connection)
        for intent in sent:
            intent.tx_done(SendStatus.Sent)
        if outcome is SendOutcome.DEAD:
            self.end(connection)
        return len(sent)

    def read_notice(self, connection: OutgoingConnection) -> None:
        """The receiver has handled what delayed states wait for: sends them."""
        connection.read_notice()
        self.flush(connection)

    def retry(self) -> None:
        """Tries again to connect where that failed a moment ago, and looks at the delayed states from time to time."""
        for connection in list(self._unconnected.values()):
            if connection.retry_at is None or now() >= connection.retry_at:
                self.flush(connection)
        if self._check_delayed_at is not None and now() >= self._check_delayed_at:
            self._check_delayed_at = None
            for connection in list(self._with_delayed.values()):
                self.flush(connection)

    @property
    def has_retries(self) -> bool:
        """Whether `retry` has something to do, now or later."""
        return bool(self._unconnected) or self._check_delayed_at is not None

    def retry_at(self) -> float | None:
        """When `retry` has something to do."""
        times = [each.retry_at for each in self._unconnected.values()]
        return min((each for each in (self._check_delayed_at, *times) if each is not None), default=None)

    def lacks_descriptors(self) -> bool:
        """Whether a receiver cannot be connected to because this process may open no more files."""
        return any(each.lacks_descriptors for each in self._unconnected.values())

    def end(self, connection: OutgoingConnection) -> None:
        """The receiver is dead: reports what it has not handled."""
        if self._by_path.get(connection.path) is not connection:
            return
        del self._by_path[connection.path]
        self._expect_nothing(connection)
        unhandled, waiting = connection.unhandled_intents(), connection.remove_waiting()
        if connection.socket is not None:
            self._poller.remove(connection.socket.fileno())
        connection.close()
        self._on_lost(connection.path, unhandled)
        for intent in waiting:
            intent.tx_done(SendStatus.DeadTarget)

    def connections(self) -> list[OutgoingConnection]:
        """All of them."""
        return list(self._by_path.values())

    def backlogged(self) -> list[OutgoingConnection]:
        """The connections on which messages wait."""
        return list(self._backlogged.values())

    def waiting_count(self) -> int:
        """How many messages wait, for all receivers together."""
        return sum(each.waiting_count() for each in self._backlogged.values())

    def abandon(self) -> None:
        """The process ends: reports what still waits as not delivered."""
        for connection in self.backlogged():
            intents = connection.remove_waiting()
            self._expect_nothing(connection)
            for intent in intents:
                intent.tx_done(SendStatus.DeadTarget)

    def close(self) -> None:
        """Closes all connections; the receivers still get what the kernel has."""
        for connection in list(self._by_path.values()):
            connection.close()
        for each in (self._by_path, self._backlogged, self._unconnected, self._with_delayed):
            each.clear()

    def _call_and_register(self, connection: OutgoingConnection, call: Callable[[], Result]) -> Result:
        """Calls what may open the connection, and watches the connection if it did."""
        was_connected = connection.socket is not None
        result = call()
        if not was_connected and connection.socket is not None:
            self._poller.add(connection.socket.fileno(), connection, READ)
            self._unconnected.pop(connection.path, None)
        return result

    def _expect_room(self, connection: OutgoingConnection) -> None:
        self._backlogged[connection.path] = connection
        if connection.socket is None:
            self._unconnected[connection.path] = connection
            if connection.lacks_descriptors:
                self._on_out_of_descriptors()
        else:
            self._poller.change(connection.socket.fileno(), READ | WRITE)

    def _expect_notice(self, connection: OutgoingConnection) -> None:
        self._backlogged[connection.path] = self._with_delayed[connection.path] = connection
        self._set_mask(connection, READ)
        if not connection.request_notice():
            self._check_delayed_at = now()  # handled just now: no notice will come
        elif self._check_delayed_at is None:
            self._check_delayed_at = now() + _CHECK_DELAYED

    def _expect_nothing(self, connection: OutgoingConnection) -> None:
        for each in (self._backlogged, self._unconnected, self._with_delayed):
            each.pop(connection.path, None)
        self._set_mask(connection, READ)

    def _set_mask(self, connection: OutgoingConnection, mask: int) -> None:
        if connection.socket is not None and self._poller.mask(connection.socket.fileno()) != mask:
            self._poller.change(connection.socket.fileno(), mask)
