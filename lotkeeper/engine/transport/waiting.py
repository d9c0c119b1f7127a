"""What a process waits for: readable or writable descriptors, wake-ups that come due, and signals."""

import contextlib
import heapq
import itertools
import os
import select
import signal
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from thespian.actors import WakeupMessage

from lotkeeper.engine.transport import fork_cleanup

now = time.perf_counter  # Thespian's own clock

READ, WRITE, ENDED = select.EPOLLIN, select.EPOLLOUT, select.EPOLLHUP | select.EPOLLERR
_EVENTS_AT_ONCE = 256
_SELECT_LIMIT = 1024  # select() refuses descriptors from this number on

Event = tuple[Any, int, int]  # owner, descriptor, mask of what is ready


class _Actor:
    """The owner of the descriptors that the actor itself watches."""


ACTOR = _Actor()


class Poller:
    """One epoll, which knows who owns each descriptor."""

    def __init__(self) -> None:
        self._epoll = _new_epoll()
        self._owners: dict[int, Any] = {}
        self._masks: dict[int, int] = {}
        self._watched: list[int] = []

    def add(self, descriptor: int, owner: Any, mask: int) -> None:
        """Watches a descriptor of the engine. HUP and ERR are always reported."""
        self._owners[descriptor] = owner
        self._masks[descriptor] = mask
        self._epoll.register(descriptor, mask)

    def mask(self, descriptor: int) -> int:
        """What is waited for at a descriptor."""
        return self._masks[descriptor]

    def change(self, descriptor: int, mask: int) -> None:
        """Sets what to wait for from now on."""
        self._masks[descriptor] = mask
        self._epoll.modify(descriptor, mask)

    def remove(self, descriptor: int) -> None:
        """Forgets a descriptor. Call it before closing, because the number may be used again at once."""
        del self._owners[descriptor], self._masks[descriptor]
        with contextlib.suppress(OSError):
            self._epoll.unregister(descriptor)

    def watch_for_actor(self, descriptors: Iterable[int]) -> list[int]:
        """Watches these descriptors for the actor, and no others. Returns those that cannot be watched."""
        wanted = list(descriptors)
        if not wanted and not self._watched:
            return []
        for each in self._watched:
            if each not in wanted and self._owners.get(each) is ACTOR:
                self.remove(each)
        refused = [each for each in wanted if not self._watch_one(each)]
        self._watched = [each for each in wanted if each not in refused]
        return refused

    def _watch_one(self, descriptor: int) -> bool:
        if self._owners.get(descriptor, ACTOR) is not ACTOR:
            return False  # the actor has closed it, and the number is one of the engine's now
        try:
            try:
                self._epoll.modify(descriptor, READ)
            except FileNotFoundError:
                self._epoll.register(descriptor, READ)
        except (OSError, ValueError):
            self._owners.pop(descriptor, None)
            self._masks.pop(descriptor, None)
            return False
        self._owners[descriptor], self._masks[descriptor] = ACTOR, READ
        return True

    def is_current(self, event: Event) -> bool:
        """Whether the descriptor still belongs to the owner that the event was for."""
        return self._owners.get(event[1]) is event[0]

    def wait(self, limit: float | None) -> list[Event]:
        """Waits until something is ready or `limit` (perf_counter seconds; None: no limit) has passed."""
        events: list[Event] = []
        for descriptor, mask in self._poll(limit):
            owner = self._owners.get(descriptor)
            if owner is None:
                self._start_over()
            else:
                events.append((owner, descriptor, mask))
        return events

    def _poll(self, limit: float | None) -> list[tuple[int, int]]:
        if limit is None:
            return self._epoll.poll(-1, _EVENTS_AT_ONCE)
        remaining = limit - now()
        if remaining <= 0:
            return self._epoll.poll(0, _EVENTS_AT_ONCE)
        if self._epoll.fileno() >= _SELECT_LIMIT:
            return self._epoll.poll(remaining, _EVENTS_AT_ONCE)
        # epoll waits in whole milliseconds, select in microseconds.
        select.select([self._epoll], [], [], remaining)
        return self._epoll.poll(0, _EVENTS_AT_ONCE)

    def _start_over(self) -> None:
        """A descriptor that was closed here stays registered while a child has a copy, and has no number any more."""
        self._epoll.close()
        self._epoll = _new_epoll()
        for descriptor, mask in list(self._masks.items()):
            try:
                self._epoll.register(descriptor, mask)
            except OSError:
                del self._owners[descriptor], self._masks[descriptor]

    def close(self) -> None:
        self._epoll.close()
        self._owners.clear()
        self._masks.clear()
        self._watched = []


def _new_epoll() -> select.epoll:
    with select.epoll() as low:
        return select.epoll.fromfd(fork_cleanup.move_high(os.dup(low.fileno())))


class WakeupPipe:
    """The self-pipe: writing into it ends a wait.

    With `for_signals` the interpreter itself writes into it at the moment of a signal. Otherwise a signal that comes
    just before the wait begins would not be handled until something else ends the wait.
    """

    def __init__(self, *, for_signals: bool) -> None:
        reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.descriptor, self._write_end = fork_cleanup.move_high(reading), fork_cleanup.move_high(writing)
        self._for_signals = for_signals
        if for_signals:
            signal.set_wakeup_fd(self._write_end, warn_on_full_buffer=False)

    def write(self) -> None:
        """Ends the wait that is going on, or the next one."""
        with contextlib.suppress(BlockingIOError):
            os.write(self._write_end, b"!")

    def drain(self) -> None:
        """Reads what was written, so that the next wait waits again."""
        with contextlib.suppress(BlockingIOError):
            os.read(self.descriptor, 4096)

    def close(self) -> None:
        if self._for_signals:
            signal.set_wakeup_fd(-1)  # before the number can be given to another file
        os.close(self.descriptor)
        os.close(self._write_end)


class Wakeups:
    """The wake-ups that an actor asked for: exact to the microsecond, in order, none lost."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Any, Any]] = []  # due at, serial number, delay as asked for, payload
        self._number = itertools.count()

    def add(self, delay: timedelta | float, payload: Any) -> None:
        """Adds a wake-up `delay` (seconds, or a timedelta) from now."""
        seconds = delay.total_seconds() if isinstance(delay, timedelta) else float(delay)
        heapq.heappush(self._heap, (now() + seconds, next(self._number), delay, payload))

    def next_at(self) -> float | None:
        """When the next one is due."""
        return self._heap[0][0] if self._heap else None

    def pop_due(self, moment: float) -> WakeupMessage | None:
        """Removes the earliest one that is due by `moment` and returns it as Thespian's message."""
        if not self._heap or self._heap[0][0] > moment:
            return None
        _, _, delay, payload = heapq.heappop(self._heap)
        return WakeupMessage(delay, payload)

    def all_at(self) -> list[float]:
        """When they are due, in order."""
        return sorted(each[0] for each in self._heap)
