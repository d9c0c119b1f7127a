"""All that a process sends: one connection for each receiver, so that nobody waits for anybody else's receiver."""

from collections.abc import Callable
from typing import Any

from thespian.system.transport import SendStatus

from lotkeeper.engine.unix.outgoing import Outcome, Outgoing, Parcel
from lotkeeper.engine.unix.poller import READ, WRITE, Poller
from lotkeeper.engine.unix.wakeups import now
from lotkeeper.engine.unix.wire import pack

_IDLE = READ & ~READ  # no wish: only the end of the connection is told


class Outbox:
    """Keeps the connections.

    `lost` is called with a dead receiver's path and the intents that it took but never handled, `refused` with an
    intent for which there was no room.
    """

    def __init__(
        self,
        own_path: str,
        poller: Poller,
        lost: Callable[[str, list[Any]], None],
        refused: Callable[[Any, str], None],
    ) -> None:
        self._own_path = own_path
        self._poller = poller
        self._lost = lost
        self._refused = refused
        self._by_path: dict[str, Outgoing] = {}
        self._with_mail: dict[str, Outgoing] = {}

    def send(self, path: str, intent: Any) -> None:
        """Sends the intent's message; its callback is told how it went, now or later. Raises what pickling raises."""
        packets, size = pack(intent.message)
        out = self._by_path.get(path)
        if out is None:
            out = self._by_path[path] = Outgoing(path, self._own_path)
        connected = out.socket is not None
        outcome = out.offer(Parcel(intent, packets, size))
        if not connected and out.socket is not None:
            self._poller.add(out.socket.fileno(), out, _IDLE)
        match outcome:
            case Outcome.SENT:
                intent.tx_done(SendStatus.Sent)
            case Outcome.WAITING:
                self._expect_room(out)
            case Outcome.FULL:
                self._refused(intent, f"{len(out.waiting)} messages wait for {path} already")
            case Outcome.DEAD:
                self.ended(out)
                intent.tx_done(SendStatus.DeadTarget)

    def flush(self, out: Outgoing) -> int:
        """Sends what waits for one receiver, which has room again; gives how many messages went."""
        connected = out.socket is not None
        gone, outcome = out.flush()
        if not connected and out.socket is not None:
            self._poller.add(out.socket.fileno(), out, WRITE)
        if outcome is Outcome.SENT:
            self._expect_nothing(out)
        for intent in gone:
            intent.tx_done(SendStatus.Sent)
        if outcome is Outcome.DEAD:
            self.ended(out)
        return len(gone)

    def retry(self) -> None:
        """Tries again to connect where it was not possible a moment ago."""
        for out in list(self._with_mail.values()):
            if out.socket is None and (out.retry_at is None or now() >= out.retry_at):
                self.flush(out)

    def retry_at(self) -> float | None:
        """When `retry` has something to do."""
        return min((each.retry_at for each in self._with_mail.values() if each.retry_at is not None), default=None)

    def ended(self, out: Outgoing) -> None:
        """The receiver is dead: what it has not handled becomes dead letters."""
        if self._by_path.get(out.path) is not out:
            return
        del self._by_path[out.path]
        self._with_mail.pop(out.path, None)
        unhandled, waiting = out.unhandled(), list(out.waiting)
        self._close(out)
        self._lost(out.path, unhandled)
        for parcel in waiting:
            parcel.intent.tx_done(SendStatus.DeadTarget)

    def crowd(self) -> list[Outgoing]:
        """The receivers for whom something waits."""
        return list(self._with_mail.values())

    def waiting(self) -> int:
        """How many messages wait, for whomever."""
        return sum(len(each.waiting) for each in self._with_mail.values())

    def abandon(self) -> None:
        """The process ends: what still waits is told to its senders as dead letters."""
        for out in self.crowd():
            parcels = list(out.waiting)
            out.waiting.clear()
            self._with_mail.pop(out.path, None)
            for parcel in parcels:
                parcel.intent.tx_done(SendStatus.DeadTarget)

    def close(self) -> None:
        """Closes all connections; the receivers still get what the kernel has."""
        for out in list(self._by_path.values()):
            out.close()
        self._by_path.clear()
        self._with_mail.clear()

    def _expect_room(self, out: Outgoing) -> None:
        self._with_mail[out.path] = out
        if out.socket is not None:
            self._poller.change(out.socket.fileno(), WRITE)

    def _expect_nothing(self, out: Outgoing) -> None:
        if self._with_mail.pop(out.path, None) is not None and out.socket is not None:
            self._poller.change(out.socket.fileno(), _IDLE)

    def _close(self, out: Outgoing) -> None:
        if out.socket is not None:
            self._poller.remove(out.socket.fileno())
        out.close()
