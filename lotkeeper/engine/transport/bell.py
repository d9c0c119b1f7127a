"""What ends a wait when a signal comes."""

import contextlib
import os
import signal

from lotkeeper.engine.transport import hygiene


class Bell:
    """A pipe that a signal is written into.

    By the interpreter itself (`hears_signals`), at the moment of the signal: one that comes just before the wait
    begins would otherwise not be handled until something else ends the wait.
    """

    def __init__(self, *, hears_signals: bool) -> None:
        reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.descriptor, self._rope = hygiene.lifted(reading), hygiene.lifted(writing)
        self._hears_signals = hears_signals
        if hears_signals:
            signal.set_wakeup_fd(self._rope, warn_on_full_buffer=False)

    def ring(self) -> None:
        """Ends the wait that goes on, or the next one."""
        with contextlib.suppress(BlockingIOError):
            os.write(self._rope, b"!")

    def hush(self) -> None:
        """Heard."""
        with contextlib.suppress(BlockingIOError):
            os.read(self.descriptor, 4096)

    def close(self) -> None:
        if self._hears_signals:
            signal.set_wakeup_fd(-1)  # before the number can become somebody else's
        os.close(self.descriptor)
        os.close(self._rope)
