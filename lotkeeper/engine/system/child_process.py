"""What a parent knows of its children's processes, and of their ends."""

import os
import signal
from typing import Any

from thespian.actors import ActorAddress, ChildActorExited

from lotkeeper.engine.transport.shared_memory import CurrentMessageSlot

_STAT_BYTES = 4096  # more than there are


class ChildEnded(ChildActorExited):  # type: ignore[misc]
    """The process of a child has ended. Unlike Thespian's own notice, this one says how.

    The parent's process sends it to itself, once for each child. Thespian's own notice may come before or after.
    """

    def __init__(self, address: ActorAddress, pid: int, exit_code: int | None, current_message: bytes | None) -> None:
        super().__init__(address)
        self.pid = pid
        self.exit_code = exit_code  # negative: the signal that killed it; None: not known
        self.current_message = current_message  # the pickle of what it was handling; None when it was handling nothing

    @property
    def how(self) -> str:
        """How it ended, for people."""
        return describe_exit(self.exit_code)


class ChildProcess:
    """A child's process that runs, as far as its parent knows."""

    def __init__(self, process: Any, slot: CurrentMessageSlot) -> None:
        self._process = process
        self._slot = slot

    @property
    def pid(self) -> int:
        pid: int = self._process.pid
        return pid

    @property
    def handled_count(self) -> int:
        """How many messages it has handled; the number of an idle or a hung process does not grow."""
        return self._slot.handled_count

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for something to do, or waited when it was stopped."""
        return self._slot.is_waiting

    @property
    def current_message(self) -> bytes | None:
        """The pickle of what it is handling; None for nothing. It may change while it is read."""
        return self._slot.message

    def is_stopped(self) -> bool:
        """Whether SIGSTOP or a debugger has stopped it; proc(5) explains the letters."""
        try:
            descriptor = os.open(f"/proc/{self.pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return True
        try:
            state = os.read(descriptor, _STAT_BYTES).rpartition(b")")[2].split(maxsplit=1)[0]
        except OSError:
            return True
        finally:
            os.close(descriptor)
        return state in (b"T", b"t")

    def kill(self) -> None:
        """Ends it by SIGKILL; does nothing when it is dead already."""
        self._process.kill()


def describe_exit(exit_code: int | None) -> str:
    """What an exit code means, for people. As in Python's multiprocessing a negative one is a signal."""
    if exit_code is None:
        return "ended"
    if exit_code < 0:
        try:
            return f"was killed by {signal.Signals(-exit_code).name}"
        except ValueError:
            return f"was killed by signal {-exit_code}"
    return "exited" if exit_code == 0 else f"exited with code {exit_code}"
