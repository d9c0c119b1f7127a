"""All that a process sends: one connection for each receiver, so that nobody waits for anybody else's receiver."""

from collections.abc import Callable
from typing import Any, TypeVar

from thespian.system.transport import SendStatus

from lotkeeper.engine.delivery import key_of
from lotkeeper.engine.transport.outgoing import Outcome, Outgoing, Parcel
from lotkeeper.engine.transport.poller import READ, WRITE, Poller
from lotkeeper.engine.transport.wakeups import now
from lotkeeper.engine.transport.wire import pack

Result = TypeVar("Result")

_LOOK_AGAIN = 0.25  # seconds after which a held state is looked at even though the receiver has told nothing


class Outbox:
    """Keeps the connections.

    `lost` is called with a dead receiver's path and the intents that it took but never handled, `refused` with an
    intent for which there was no room, `short` when this process may open no more files.
    """

    def __init__(
        self,
        own_path: str,
        poller: Poller,
        lost: Callable[[str, list[Any]], None],
        refused: Callable[[Any, str], None],
        short: Callable[[], None],
    ) -> None:
        self._own_path = own_path
        self._poller = poller
        self._lost = lost
        self._refused = refused
        self._short = short
        self._by_path: dict[str, Outgoing] = {}
        self._with_mail: dict[str, Outgoing] = {}
        self._unconnected: dict[str, Outgoing] = {}
        self._holding: dict[str, Outgoing] = {}
        self._look_at: float | None = None  # when those that hold states are looked at

    def send(self, path: str, intent: Any) -> None:
        """Sends the intent's message; its callback is told how it went, now or later. Raises what pickling raises."""
        message = intent.message
        key = key_of(message)
        packets, size = pack(message)
        out = self._by_path.get(path)
        if out is None:
            out = self._by_path[path] = Outgoing(path, self._own_path)
        parcel = Parcel(intent, packets, size, key)
        outcome = out.offer(parcel) if out.socket is not None else self._connecting(out, lambda: out.offer(parcel))
        match outcome:
            case Outcome.SENT:
                intent.tx_done(SendStatus.Sent)
            case Outcome.WAITING:
                self._expect_room(out)
            case Outcome.HELD:
                self._expect_news(out)
            case Outcome.FULL:
                self._refused(intent, f"{out.waits()} messages wait for {path} already")
            case Outcome.DEAD:
                self.ended(out)
                intent.tx_done(SendStatus.DeadTarget)

    def flush(self, out: Outgoing, *, even_held: bool = False) -> int:
        """Sends what waits for one receiver, which has room again; gives how many messages went."""
        gone, outcome = self._connecting(out, lambda: out.flush(even_held=even_held))
        match outcome:
            case Outcome.SENT:
                self._expect_nothing(out)
            case Outcome.WAITING:
                self._expect_room(out)
            case Outcome.HELD:
                self._expect_news(out)
        for intent in gone:
            intent.tx_done(SendStatus.Sent)
        if outcome is Outcome.DEAD:
            self.ended(out)
        return len(gone)

    def heard(self, out: Outgoing) -> None:
        """The receiver has handled what held states wait behind."""
        out.hear()
        self.flush(out)

    def retry(self) -> None:
        """Tries again to connect where it was not possible a moment ago, and looks at what is held."""
        for out in list(self._unconnected.values()):
            if out.retry_at is None or now() >= out.retry_at:
                self.flush(out)
        if self._look_at is not None and now() >= self._look_at:
            self._look_at = None
            for out in list(self._holding.values()):
                self.flush(out)

    def retry_at(self) -> float | None:
        """When `retry` has something to do."""
        times = [each.retry_at for each in self._unconnected.values()]
        return min((each for each in (self._look_at, *times) if each is not None), default=None)

    def lacks_descriptors(self) -> bool:
        """Whether somebody cannot be connected to because this process may open no more files."""
        return any(each.lacks_descriptors for each in self._unconnected.values())

    def ended(self, out: Outgoing) -> None:
        """The receiver is dead: what it has not handled becomes dead letters."""
        if self._by_path.get(out.path) is not out:
            return
        del self._by_path[out.path]
        self._expect_nothing(out)
        unhandled, waiting = out.unhandled(), out.take_waiting()
        self._close(out)
        self._lost(out.path, unhandled)
        for intent in waiting:
            intent.tx_done(SendStatus.DeadTarget)

    def crowd(self) -> list[Outgoing]:
        """The receivers for whom something waits."""
        return list(self._with_mail.values())

    def waiting(self) -> int:
        """How many messages wait, for whomever."""
        return sum(each.waits() for each in self._with_mail.values())

    def abandon(self) -> None:
        """The process ends: what still waits is told to its senders as dead letters."""
        for out in self.crowd():
            intents = out.take_waiting()
            self._expect_nothing(out)
            for intent in intents:
                intent.tx_done(SendStatus.DeadTarget)

    def close(self) -> None:
        """Closes all connections; the receivers still get what the kernel has."""
        for out in list(self._by_path.values()):
            out.close()
        for each in (self._by_path, self._with_mail, self._unconnected, self._holding):
            each.clear()

    def _connecting(self, out: Outgoing, act: Callable[[], Result]) -> Result:
        """Does what may open the connection, and takes it in when it did."""
        connected = out.socket is not None
        done = act()
        if not connected and out.socket is not None:
            self._poller.add(out.socket.fileno(), out, READ)
            self._unconnected.pop(out.path, None)
        return done

    def _expect_room(self, out: Outgoing) -> None:
        self._with_mail[out.path] = out
        if out.socket is None:
            self._unconnected[out.path] = out
            if out.lacks_descriptors:
                self._short()
        else:
            self._poller.change(out.socket.fileno(), READ | WRITE)

    def _expect_news(self, out: Outgoing) -> None:
        self._with_mail[out.path] = self._holding[out.path] = out
        self._want(out, READ)
        if not out.wants_to_be_told():
            self._look_at = now()  # it was handled just now
        elif self._look_at is None:
            self._look_at = now() + _LOOK_AGAIN

    def _expect_nothing(self, out: Outgoing) -> None:
        for each in (self._with_mail, self._unconnected, self._holding):
            each.pop(out.path, None)
        self._want(out, READ)

    def _want(self, out: Outgoing, mask: int) -> None:
        if out.socket is not None and self._poller.mask(out.socket.fileno()) != mask:
            self._poller.change(out.socket.fileno(), mask)

    def _close(self, out: Outgoing) -> None:
        if out.socket is not None:
            self._poller.remove(out.socket.fileno())
        out.close()
