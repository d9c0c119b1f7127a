"""Waiting for descriptors: one epoll, and who owns which descriptor."""

import contextlib
import os
import select
from collections.abc import Iterable
from typing import Any

from lotkeeper.engine.transport import hygiene
from lotkeeper.engine.transport.wakeups import now

READ, WRITE, ENDED = select.EPOLLIN, select.EPOLLOUT, select.EPOLLHUP | select.EPOLLERR
_MANY = 256
_SELECTABLE = 1024  # select() takes no descriptor from here on

Event = tuple[Any, int, int]


class Watched:
    """Owner of the descriptors that the actor itself watches."""


WATCHED = Watched()


def _epoll() -> select.epoll:
    with select.epoll() as low:
        return select.epoll.fromfd(hygiene.lifted(os.dup(low.fileno())))


class Poller:
    """Says which owners have something to do."""

    def __init__(self) -> None:
        self._epoll = _epoll()
        self._owners: dict[int, Any] = {}
        self._masks: dict[int, int] = {}
        self._watched: list[int] = []

    def add(self, descriptor: int, owner: Any, mask: int) -> None:
        """Watches a descriptor of the engine's own; HUP and ERR are always told."""
        self._owners[descriptor] = owner
        self._masks[descriptor] = mask
        self._epoll.register(descriptor, mask)

    def mask(self, descriptor: int) -> int:
        """What is waited for."""
        return self._masks[descriptor]

    def change(self, descriptor: int, mask: int) -> None:
        """What to wait for from now on."""
        self._masks[descriptor] = mask
        self._epoll.modify(descriptor, mask)

    def remove(self, descriptor: int) -> None:
        """Forgets a descriptor; call before closing it, since its number may be used again at once."""
        del self._owners[descriptor], self._masks[descriptor]
        with contextlib.suppress(OSError):
            self._epoll.unregister(descriptor)

    def watch(self, descriptors: Iterable[int]) -> list[int]:
        """Watches these for the actor, and no others; gives those that cannot be watched."""
        wanted = list(descriptors)
        if not wanted and not self._watched:
            return []
        for each in self._watched:
            if each not in wanted and self._owners.get(each) is WATCHED:
                self.remove(each)
        refused = [each for each in wanted if not self._watch_one(each)]
        self._watched = [each for each in wanted if each not in refused]
        return refused

    def _watch_one(self, descriptor: int) -> bool:
        if self._owners.get(descriptor, WATCHED) is not WATCHED:
            return False  # a number of a closed descriptor that has become one of ours
        try:
            try:
                self._epoll.modify(descriptor, READ)
            except FileNotFoundError:
                self._epoll.register(descriptor, READ)
        except (OSError, ValueError):
            self._owners.pop(descriptor, None)
            self._masks.pop(descriptor, None)
            return False
        self._owners[descriptor], self._masks[descriptor] = WATCHED, READ
        return True

    def is_current(self, event: Event) -> bool:
        """Whether the descriptor still belongs to the owner that the event was for."""
        return self._owners.get(event[1]) is event[0]

    def wait(self, limit: float | None) -> list[Event]:
        """What is ready; waits until `limit` (perf_counter; None: for ever) when nothing is."""
        events = [(self._owners.get(each), each, mask) for each, mask in self._poll(limit)]
        if any(owner is None for owner, _, _ in events):
            self._start_over()
        return [each for each in events if each[0] is not None]

    def _poll(self, limit: float | None) -> list[tuple[int, int]]:
        if limit is None:
            return self._epoll.poll(-1, _MANY)
        remaining = limit - now()
        if remaining <= 0:
            return self._epoll.poll(0, _MANY)
        if self._epoll.fileno() >= _SELECTABLE:
            return self._epoll.poll(remaining, _MANY)
        # epoll waits in whole milliseconds, select in microseconds.
        select.select([self._epoll], [], [], remaining)
        return self._epoll.poll(0, _MANY)

    def _start_over(self) -> None:
        """A descriptor closed here lives on in a child that copied it, and cannot be unregistered by its number."""
        self._epoll.close()
        self._epoll = _epoll()
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
