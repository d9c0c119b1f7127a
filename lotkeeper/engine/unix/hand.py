"""What a process has in hand: shared memory that its parent can read, also after its death.

The parent makes it before the fork, so that there is no descriptor and no name: only these two processes see it.
"""

import mmap

from lotkeeper.engine.unix import hygiene

_SIZE = 1 << 20  # only what was written to takes memory
_HEAD = 16
_ROOM = _SIZE - _HEAD


class EmptyHand:
    """Of a process that nobody watches."""

    def take(self, message: bytes | memoryview) -> None:
        """A message begins to be handled; given as its pickle."""

    def lay_down(self) -> None:
        """It is handled."""

    def beat(self) -> None:
        """Something has been handled: this process is not hung."""


class Hand(EmptyHand):
    """Of an actor's process: the message that is being handled, and how much has been handled so far."""

    def __init__(self) -> None:
        self._map = mmap.mmap(-1, _SIZE)
        self._room = memoryview(self._map)
        self._words = self._room[:_HEAD].cast("Q")
        hygiene.register(self)

    def take(self, message: bytes | memoryview) -> None:
        size = len(message)
        if size <= _ROOM:
            self._room[_HEAD : _HEAD + size] = message
            self._words[0] = size

    def lay_down(self) -> None:
        self._words[0] = 0

    def beat(self) -> None:
        self._words[1] += 1

    def leave(self, words: str) -> None:
        """Last words of a process that cannot go on."""
        self.take(words.encode(errors="replace")[:_ROOM])

    @property
    def beats(self) -> int:
        """How often `beat` was called."""
        return self._words[1]

    @property
    def message(self) -> bytes | None:
        """The pickle of the message that is, or at the death was, in hand; None also for one of more than 1 MiB."""
        size = self._words[0]
        return bytes(self._room[_HEAD : _HEAD + size]) if 0 < size <= _ROOM else None

    def close(self) -> None:
        """Gives the memory back."""
        self._words.release()
        self._room.release()
        self._map.close()
        hygiene.forget(self)

    def drop_after_fork(self) -> None:
        self._words.release()
        self._room.release()
        self._map.close()
