"""What a process has in hand: shared memory that its parent can read, also after its death.

The parent makes it before the fork, so that there is no descriptor and no name: only it and its children see it.
"""

import mmap
from collections import deque

_SIZE = 1 << 20  # of one hand; only what was written to takes memory
_AT_ONCE = 16
_HEAD = 24
_ROOM = _SIZE - _HEAD


class EmptyHand:
    """Of a process that nobody watches."""

    def take(self, message: bytes | memoryview) -> None:
        """A message begins to be handled; given as its pickle."""

    def lay_down(self) -> None:
        """It is handled."""

    def beat(self) -> None:
        """Something has been handled: this process is not hung."""

    def rest(self) -> None:
        """Nothing is to be done: the process waits."""

    def rise(self) -> None:
        """The wait is over."""


class Hand(EmptyHand):
    """Of an actor's process: the message that is being handled, how much has been handled, and whether it waits."""

    def __init__(self, room: memoryview) -> None:
        self._room = room
        self._words = room[:_HEAD].cast("Q")
        for at in range(len(self._words)):
            self._words[at] = 0

    def take(self, message: bytes | memoryview) -> None:
        size = len(message)
        if size <= _ROOM:
            self._room[_HEAD : _HEAD + size] = message
            self._words[0] = size

    def lay_down(self) -> None:
        self._words[0] = 0

    def beat(self) -> None:
        self._words[1] += 1

    def rest(self) -> None:
        self._words[2] = 1

    def rise(self) -> None:
        self._words[2] = 0

    def leave(self, words: str) -> None:
        """Last words of a process that cannot go on."""
        self.take(words.encode(errors="replace")[:_ROOM])

    @property
    def beats(self) -> int:
        """How often `beat` was called."""
        return self._words[1]

    @property
    def rests(self) -> bool:
        """Whether the process waits."""
        return self._words[2] != 0

    @property
    def message(self) -> bytes | None:
        """The pickle of the message that is, or at the death was, in hand; None also for one of more than 1 MiB."""
        size = self._words[0]
        return bytes(self._room[_HEAD : _HEAD + size]) if 0 < size <= _ROOM else None

    @property
    def room(self) -> memoryview:
        """Where it lies."""
        return self._room


class Rack:
    """The hands of a process's children."""

    def __init__(self) -> None:
        self._free: deque[memoryview] = deque()

    def lend(self) -> Hand:
        """An empty hand for the next child."""
        if not self._free:
            place = memoryview(mmap.mmap(-1, _SIZE * _AT_ONCE))
            self._free.extend(place[at : at + _SIZE] for at in range(0, len(place), _SIZE))
        return Hand(self._free.popleft())

    def take_back(self, hand: Hand) -> None:
        """The child is dead, and nobody reads what it had in hand any more."""
        self._free.appendleft(hand.room)
