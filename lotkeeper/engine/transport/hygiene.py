"""After a fork the child closes the descriptors it copied.

A copy would keep a dead parent's connections open, so that nobody notices the death, and its lock held. The engine's
own descriptors all have high numbers, so that the child closes them with one call and touches none of the parent's
objects: each page that it touched would become a copy of its own.
"""

import contextlib
import errno
import fcntl
import gc
import os
import resource
import weakref
from collections.abc import Iterator
from typing import Protocol

_FLOOR = 512  # from here on all descriptors are the engine's; below select()'s 1,024
_HIGHEST = 1 << 20


class Buried(Protocol):
    """Something whose descriptors are high, and of no use after a fork."""

    def bury(self) -> None:
        """In a child: the descriptors are closed already; closes nothing, and never will."""


class Holder(Protocol):
    """Something with a low descriptor, which a child may be spared the loss of."""

    def drop_after_fork(self) -> None:
        """Closes this process's copy, without any effect on the process that it was copied from."""


class _Household:
    """What this process has that a child must not keep."""

    def __init__(self) -> None:
        self.floor: int | None = None
        self.living: weakref.WeakSet[Buried] = weakref.WeakSet()
        self.dead: list[Buried] = []  # kept for ever: collected, they would close numbers that are others' by now
        self.holders: weakref.WeakSet[Holder] = weakref.WeakSet()
        self.spared: list[Holder] = []


_household = _Household()


def lifted(descriptor: int) -> int:
    """The same with a high number; the low one is closed. OSError (EMFILE) when there is none left."""
    try:
        return high_copy(descriptor)
    finally:
        os.close(descriptor)


def high_copy(descriptor: int) -> int:
    """A copy with a high number. OSError (EMFILE) when there is none left."""
    if _household.floor is None:
        _household.floor = _floor()
    try:
        return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _household.floor)
    except OSError as error:
        if error.errno == errno.EINVAL:  # the lowest of the high numbers is beyond the limit
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE)) from error
        raise


def register(owner: Buried) -> None:
    """Its descriptors, all of them lifted, are closed in children."""
    _household.living.add(owner)


def forget(owner: Buried) -> None:
    """It has closed its descriptors."""
    _household.living.discard(owner)


def hold(holder: Holder) -> None:
    """Its descriptor is closed in children, unless they are spared."""
    _household.holders.add(holder)


def let_go(holder: Holder) -> None:
    """It has closed its descriptor."""
    _household.holders.discard(holder)


@contextlib.contextmanager
def spared(holder: Holder) -> Iterator[None]:
    """Children forked meanwhile keep this holder's descriptor (their own children do not)."""
    _household.spared.append(holder)
    try:
        yield
    finally:
        _household.spared.remove(holder)


def _floor() -> int:
    """Above everything that is open by now, and as high as this process's limit lets it."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max((int(each) for each in os.listdir("/proc/self/fd")), default=0)
    return max(min(_FLOOR, limit // 2), highest + 1)


def _in_child() -> None:
    if _household.floor is None:
        return
    os.closerange(_household.floor, _HIGHEST)
    for owner in list(_household.living):
        owner.bury()
        _household.dead.append(owner)
    _household.living.clear()
    for holder in list(_household.holders):
        if not any(holder is each for each in _household.spared):
            holder.drop_after_fork()
            _household.holders.discard(holder)
    _household.spared.clear()
    gc.freeze()  # what the parent left is not looked through, and so not copied


os.register_at_fork(after_in_child=_in_child)
