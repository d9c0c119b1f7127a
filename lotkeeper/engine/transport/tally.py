"""Two numbers shared by the two ends of a connection.

`handled`, written by the receiver: how many messages it has handled. It outlives the receiver, so that the sender of a
dead one knows which messages were never handled. `tell_at`, written by the sender: at how many handled ones it wants to
be told so (0: not at all), because it holds something back until then.
"""

import ctypes
import fcntl
import mmap
import os

_SIZE = mmap.PAGESIZE
_SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW
_MAP_FAILED = ctypes.c_void_p(-1).value

# Python's own mmap keeps a copy of the descriptor for as long as it lives: one more for each connection.
_libc = ctypes.CDLL(None, use_errno=True)
_mmap = _libc.mmap
_mmap.restype = ctypes.c_void_p
_mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long)
_munmap = _libc.munmap
_munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)


class Tally:
    """The shared numbers; OSError when the descriptor is no such page."""

    __slots__ = ("_address", "_words")

    def __init__(self, descriptor: int) -> None:
        # Reading beyond the end of a file kills: it must be the right size, and stay so.
        if os.fstat(descriptor).st_size != _SIZE or fcntl.fcntl(descriptor, fcntl.F_GET_SEALS) & _SEALS != _SEALS:
            raise OSError(f"descriptor {descriptor} is no tally")
        address = _mmap(None, _SIZE, mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_SHARED, descriptor, 0)
        if address == _MAP_FAILED:
            raise OSError(ctypes.get_errno(), "mmap failed")
        self._address = address
        self._words = (ctypes.c_uint64 * 2).from_address(address)

    @property
    def handled(self) -> int:
        return self._words[0]

    def add_one(self) -> int:
        """One more is handled; gives the number at which the sender wanted to be told, once it is reached, else 0."""
        words = self._words
        words[0] = handled = words[0] + 1
        wanted = words[1]
        return wanted if handled >= wanted else 0

    def tell_at(self, handled: int) -> None:
        """Wants to be told when so many are handled; 0: no more."""
        self._words[1] = handled

    def close(self) -> None:
        """Unmaps the page; the numbers cannot be read any more."""
        if self._address:
            self._words = (ctypes.c_uint64 * 2)()
            _munmap(self._address, _SIZE)
            self._address = 0


def new_page() -> int:
    """A descriptor to hand to the other end; the caller closes it."""
    descriptor = os.memfd_create("handled", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, _SIZE)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
    return descriptor
