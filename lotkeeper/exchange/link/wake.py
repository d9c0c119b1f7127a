"""How a thread wakes up the actor that it works for: a descriptor that becomes readable."""

import os
import threading


class Wake:
    """Watch `fileno()`. Threads call `signal`, the actor calls everything else."""

    def __init__(self) -> None:
        self._descriptor = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._lock = threading.Lock()
        self._is_open = True

    def fileno(self) -> int:
        return self._descriptor

    def signal(self) -> None:
        """Makes the descriptor readable. After `close` it does nothing: the number may belong to another file."""
        with self._lock:
            if self._is_open:
                os.eventfd_write(self._descriptor, 1)

    def clear(self) -> None:
        """The descriptor is not readable until the next signal."""
        try:
            os.eventfd_read(self._descriptor)
        except BlockingIOError:
            return

    def close(self) -> None:
        with self._lock:
            if self._is_open:
                self._is_open = False
                os.close(self._descriptor)
