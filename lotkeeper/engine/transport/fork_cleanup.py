"""Closes in a forked child the engine's descriptors that it inherited from its parent.

An inherited copy would keep a dead parent's connections open, so that nobody notices the death, and its locks held.
All descriptors of the engine have high numbers. A child therefore closes them with one call and touches none of the
parent's objects: each memory page that it touched would become a copy of its own.
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

_LOWEST = 512  # the engine's descriptors have this number or a higher one; still below the 1,024 of select()
_HIGHEST = 1 << 20


class HighDescriptors(Protocol):
    """An owner of high descriptors, which are of no use after a fork."""

    def mark_closed_by_fork(self) -> None:
        """Called in the child, where the descriptors are closed already: must not close them again, now or later."""


class LowDescriptor(Protocol):
    """An owner of a low descriptor, which one child may be allowed to keep."""

    def close_inherited(self) -> None:
        """Called in the child: closes its copy without any effect on the parent."""


class _ForkState:
    """What this process owns that a child must not keep."""

    def __init__(self) -> None:
        self.lowest: int | None = None  # None until the first descriptor was moved up
        self.high: weakref.WeakSet[HighDescriptors] = weakref.WeakSet()
        # The parent's owners are kept for ever: garbage collection would close numbers that belong to others by now.
        self.closed_by_fork: list[HighDescriptors] = []
        self.low: weakref.WeakSet[LowDescriptor] = weakref.WeakSet()
        self.kept_by_children: list[LowDescriptor] = []


_state = _ForkState()


def move_high(descriptor: int) -> int:
    """Gives the descriptor a high number and closes the low one. OSError (EMFILE) when no number is left."""
    try:
        return copy_high(descriptor)
    finally:
        os.close(descriptor)


def copy_high(descriptor: int) -> int:
    """Makes a copy with a high number. OSError (EMFILE) when no number is left."""
    if _state.lowest is None:
        _state.lowest = _find_lowest()
    try:
        return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _state.lowest)
    except OSError as error:
        if error.errno == errno.EINVAL:  # the lowest high number is beyond the limit of this process
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE)) from error
        raise


def register(owner: HighDescriptors) -> None:
    """Has the owner told in each forked child that its descriptors, all of them high, are closed there."""
    _state.high.add(owner)


def forget(owner: HighDescriptors) -> None:
    """Ends `register`: the owner has closed its descriptors."""
    _state.high.discard(owner)


def register_low(owner: LowDescriptor) -> None:
    """Has the owner's descriptor closed in each forked child, unless `kept_by_children` says otherwise."""
    _state.low.add(owner)


def forget_low(owner: LowDescriptor) -> None:
    """Ends `register_low`: the owner has closed its descriptor."""
    _state.low.discard(owner)


@contextlib.contextmanager
def kept_by_children(owner: LowDescriptor) -> Iterator[None]:
    """Lets children that are forked inside the block keep the owner's descriptor. Their own children do not."""
    _state.kept_by_children.append(owner)
    try:
        yield
    finally:
        _state.kept_by_children.remove(owner)


def _find_lowest() -> int:
    """A number above all descriptors open by now, or as high as the limit of this process lets it be."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max((int(each) for each in os.listdir("/proc/self/fd")), default=0)
    return max(min(_LOWEST, limit // 2), highest + 1)


def _clean_up_in_child() -> None:
    if _state.lowest is not None:
        os.closerange(_state.lowest, _HIGHEST)
    for owner in list(_state.high):
        owner.mark_closed_by_fork()
        _state.closed_by_fork.append(owner)
    _state.high.clear()
    for holder in list(_state.low):
        if not any(holder is each for each in _state.kept_by_children):
            holder.close_inherited()
            _state.low.discard(holder)
    _state.kept_by_children.clear()
    if _state.lowest is not None:  # the parent has a transport, so that this child is a process of a system
        gc.freeze()  # the collector leaves the parent's objects alone, so that their pages are not copied


os.register_at_fork(after_in_child=_clean_up_in_child)
