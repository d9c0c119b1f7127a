"""A number shared by the two ends of a connection: how many messages the receiver has handled.

It outlives the receiver, so that the sender of a dead one knows which messages were never handled.
"""

import mmap
import os

_SIZE = mmap.PAGESIZE


class Tally:
    """The shared number; written by the receiver, read by the sender."""

    __slots__ = ("_map", "_view")

    def __init__(self, descriptor: int) -> None:
        self._map = mmap.mmap(descriptor, _SIZE)
        self._view = memoryview(self._map).cast("Q")

    @property
    def value(self) -> int:
        return self._view[0]

    def add_one(self) -> None:
        self._view[0] += 1

    def close(self) -> None:
        self._view.release()
        self._map.close()


def new_page() -> int:
    """A descriptor to hand to the other end; the caller closes it."""
    descriptor = os.memfd_create("handled", os.MFD_CLOEXEC)
    os.ftruncate(descriptor, _SIZE)
    return descriptor
