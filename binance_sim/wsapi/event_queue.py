"""Queues of events: events may be held until the request that caused them is answered, then leave together."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from binance_sim.journal.writer import Journal, stamp
from binance_sim.sockets.frames import text_frame
from binance_sim.sockets.peers import SocketPeer

Item = TypeVar("Item")


@dataclass(slots=True, eq=False)
class _Barrier:
    """Items behind it wait until it is lifted."""

    is_lifted: bool = False


@dataclass(slots=True)
class EventQueue(Generic[Item]):
    """A queue that releases items at once, in order, unless there is a barrier."""

    release_item: Callable[[Item], None]
    _queue: deque[Item | _Barrier] = field(default_factory=deque)

    def put(self, item: Item) -> None:
        if self._queue:
            self._queue.append(item)
        else:
            self.release_item(item)

    def hold(self) -> Callable[[], None]:
        """Hold all later items until the returned function is called."""
        barrier = _Barrier()
        self._queue.append(barrier)

        def lift() -> None:
            barrier.is_lifted = True
            self._drain()

        return lift

    def _drain(self) -> None:
        while self._queue:
            first = self._queue[0]
            if isinstance(first, _Barrier) and not first.is_lifted:
                return
            self._queue.popleft()
            if not isinstance(first, _Barrier):
                self.release_item(first)


class EventOutbox:
    """Events by connection, each as its frame and as its journal line."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waiting: dict[SocketPeer, list[tuple[bytes, bytes]]] = {}

    def put(self, peer: SocketPeer, number: int, raw: bytes) -> None:
        """Add an event of the subscription with this number."""
        frame = text_frame(b'{"subscriptionId":%d,"event":%b}' % (number, raw))
        self._waiting.setdefault(peer, []).append((frame, raw))

    def flush(self) -> None:
        """Write all events.

        The time is taken before: the client may wake up and occupy the processor before this process continues.
        """
        waiting, self._waiting = self._waiting, {}
        for peer, events in waiting.items():
            now = stamp()
            sent = peer.send(b"".join(frame for frame, _ in events))
            for _, raw in events:
                self._journal.write_of(now, "event", conn=peer.number, sent=sent, body=raw)
