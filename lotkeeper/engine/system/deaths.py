"""What a parent knows of its children's processes, and of their ends."""

import signal
from pathlib import Path
from typing import Any

from thespian.actors import ActorAddress, ChildActorExited

from lotkeeper.engine.transport.hand import Hand


class ChildEnded(ChildActorExited):  # type: ignore[misc]
    """The process of a child has ended; unlike Thespian's own notice, this one says how.

    `in_hand` is the pickle of the message that it was handling, None when it was handling none. Sent by the parent's
    process to itself, once for each child; Thespian's own notice may come as well, before or after.
    """

    def __init__(self, address: ActorAddress, pid: int, exit_code: int | None, in_hand: bytes | None) -> None:
        super().__init__(address)
        self.pid = pid
        self.exit_code = exit_code
        self.in_hand = in_hand

    @property
    def how(self) -> str:
        """In words."""
        return ending_in_words(self.exit_code)


class ChildProcess:
    """A child that lives, as far as its parent knows."""

    def __init__(self, process: Any, hand: Hand) -> None:
        self._process = process
        self._hand = hand

    @property
    def pid(self) -> int:
        pid: int = self._process.pid
        return pid

    @property
    def beats(self) -> int:
        """How much it has handled in its life; a number that stands still is that of an idle or a hung process."""
        return self._hand.beats

    @property
    def rests(self) -> bool:
        """Whether it waits for something to do, or did when it was stopped."""
        return self._hand.rests

    def is_stopped(self) -> bool:
        """Whether SIGSTOP or a debugger keeps it from doing anything; proc(5) has the letters."""
        try:
            state = Path(f"/proc/{self.pid}/stat").read_bytes().rpartition(b")")[2].split(maxsplit=1)[0]
        except OSError:
            return True
        return state in (b"T", b"t")

    def kill(self) -> None:
        """Ends it by SIGKILL; nothing happens when it is dead already."""
        self._process.kill()


def ending_in_words(exit_code: int | None) -> str:
    """What an exit code of Python's multiprocessing says, negative for a signal."""
    if exit_code is None:
        return "ended"
    if exit_code < 0:
        try:
            return f"was killed by {signal.Signals(-exit_code).name}"
        except ValueError:
            return f"was killed by signal {-exit_code}"
    return "exited" if exit_code == 0 else f"exited with code {exit_code}"
