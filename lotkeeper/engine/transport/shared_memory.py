"""Memory shared between processes: what a process has handled, readable also after its death.

The *ack page* belongs to a connection and is shared by its two ends. The *current message slot* belongs to an actor's
process and is shared with its parent.
"""

import ctypes
import fcntl
import mmap
import os
from collections import deque

_PAGE = mmap.PAGESIZE
_SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW
_MAP_FAILED = ctypes.c_void_p(-1).value

# Python's own mmap keeps a copy of the descriptor open: one more descriptor for each connection.
_libc = ctypes.CDLL(None, use_errno=True)
_mmap = _libc.mmap
_mmap.restype = ctypes.c_void_p
_mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long)
_munmap = _libc.munmap
_munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)

_SLOT = 1 << 20  # bytes of one slot; only pages that were written to take memory
_SLOTS_AT_ONCE = 16
_HEADER = 24  # three numbers: size of the message, count of handled messages, 1 while the process waits
_LONGEST = _SLOT - _HEADER


class AckPage:
    """Two numbers shared by the ends of a connection.

    `handled`, written by the receiver: how many messages it has handled. The number outlives the receiver, so that the
    sender knows which messages a dead receiver never handled. `notify_at`, written by the sender: at which `handled` it
    wants to be notified (0: never), because it delays a state until then.
    """

    __slots__ = ("_address", "_numbers")

    def __init__(self, descriptor: int) -> None:
        """Maps the page; OSError when the descriptor is no such page."""
        # Reading beyond the end of a file kills the process: the file must have the right size and must not shrink.
        if os.fstat(descriptor).st_size != _PAGE or fcntl.fcntl(descriptor, fcntl.F_GET_SEALS) & _SEALS != _SEALS:
            raise OSError(f"descriptor {descriptor} is no ack page")
        address = _mmap(None, _PAGE, mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_SHARED, descriptor, 0)
        if address == _MAP_FAILED:
            raise OSError(ctypes.get_errno(), "mmap failed")
        self._address = address
        self._numbers = (ctypes.c_uint64 * 2).from_address(address)

    @property
    def handled(self) -> int:
        return self._numbers[0]

    def count_handled(self) -> int:
        """Counts one more handled message. Returns `notify_at` once that is reached, else 0."""
        numbers = self._numbers
        numbers[0] = handled = numbers[0] + 1
        wanted = numbers[1]
        return wanted if handled >= wanted else 0

    def notify_at(self, handled: int) -> None:
        """Asks the receiver for a notice when so many are handled; 0 for none."""
        self._numbers[1] = handled

    def close(self) -> None:
        """Unmaps the page; the numbers cannot be read any more."""
        if self._address:
            self._numbers = (ctypes.c_uint64 * 2)()
            _munmap(self._address, _PAGE)
            self._address = 0


def create_ack_page() -> int:
    """Makes the memory of an ack page and returns its descriptor, which the caller closes."""
    descriptor = os.memfd_create("handled", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, _PAGE)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
    return descriptor


class NoMessageSlot:
    """Stands in for the slot in a process that no parent observes, such as a client."""

    def set_message(self, pickled: bytes | memoryview) -> None:
        """Notes the message that is about to be handled."""

    def clear_message(self) -> None:
        """Notes that the message is handled."""

    def count_handled(self) -> None:
        """Counts something handled: this process does not hang."""

    @property
    def handled_count(self) -> int:
        """How often `count_handled` was called, where that is counted."""
        return 0

    def mark_waiting(self) -> None:
        """Notes that the process waits, because it has nothing to do."""

    def mark_busy(self) -> None:
        """Notes that the wait is over."""


class CurrentMessageSlot(NoMessageSlot):
    """The message that an actor's process is handling, how much it has handled, and whether it waits.

    The parent makes the memory before the fork, without a descriptor or a name: only it and its children see it.
    """

    def __init__(self, memory: memoryview) -> None:
        self._memory = memory
        self._numbers = memory[:_HEADER].cast("Q")
        for at in range(len(self._numbers)):
            self._numbers[at] = 0

    def set_message(self, pickled: bytes | memoryview) -> None:
        size = len(pickled)
        if size <= _LONGEST:
            self._memory[_HEADER : _HEADER + size] = pickled
            self._numbers[0] = size

    def clear_message(self) -> None:
        self._numbers[0] = 0

    def count_handled(self) -> None:
        self._numbers[1] += 1

    def mark_waiting(self) -> None:
        self._numbers[2] = 1

    def mark_busy(self) -> None:
        self._numbers[2] = 0

    def set_failure(self, text: str) -> None:
        """Leaves the reason why the process cannot go on, in place of a message."""
        self.set_message(text.encode(errors="replace")[:_LONGEST])

    @property
    def handled_count(self) -> int:
        """How often `count_handled` was called."""
        return self._numbers[1]

    @property
    def is_waiting(self) -> bool:
        """Whether the process waits, or waited when it was stopped."""
        return self._numbers[2] != 0

    @property
    def message(self) -> bytes | None:
        """The pickle of the message that is being handled, or was at the death; None also for more than 1 MiB."""
        size = self._numbers[0]
        return bytes(self._memory[_HEADER : _HEADER + size]) if 0 < size <= _LONGEST else None

    @property
    def memory(self) -> memoryview:
        return self._memory


class SlotPool:
    """The slots of a process's children."""

    def __init__(self) -> None:
        self._free: deque[memoryview] = deque()

    def lend(self) -> CurrentMessageSlot:
        """An empty slot for the next child."""
        if not self._free:
            block = memoryview(mmap.mmap(-1, _SLOT * _SLOTS_AT_ONCE))
            self._free.extend(block[at : at + _SLOT] for at in range(0, len(block), _SLOT))
        return CurrentMessageSlot(self._free.popleft())

    def give_back(self, slot: CurrentMessageSlot) -> None:
        """Takes back the slot of a dead child, once its message was read."""
        self._free.appendleft(slot.memory)
