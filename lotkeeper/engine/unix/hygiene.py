"""After a fork the child closes the descriptors it copied.

A copy would keep a dead parent's connections open, so that nobody notices the death, and its lock held.
"""

import contextlib
import os
import weakref
from collections.abc import Iterator
from typing import Protocol


class Holder(Protocol):
    """Something with descriptors that belong to one process."""

    def drop_after_fork(self) -> None:
        """Closes this process's copies, without any effect on the process that they were copied from."""


_holders: "weakref.WeakSet[Holder]" = weakref.WeakSet()
_spared: list[Holder] = []


def register(holder: Holder) -> None:
    """Has the holder's descriptors closed in children."""
    _holders.add(holder)


def forget(holder: Holder) -> None:
    """The holder has closed its descriptors."""
    _holders.discard(holder)


@contextlib.contextmanager
def spared(holder: Holder) -> Iterator[None]:
    """Children forked meanwhile keep this holder's descriptors (their own children do not)."""
    _spared.append(holder)
    try:
        yield
    finally:
        _spared.remove(holder)


def _in_child() -> None:
    kept = list(_spared)
    _spared.clear()
    for holder in list(_holders):
        if not any(holder is each for each in kept):
            holder.drop_after_fork()
            _holders.discard(holder)


os.register_at_fork(after_in_child=_in_child)
