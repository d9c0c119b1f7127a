"""A forked process, and nothing besides.

Python's multiprocessing makes two pipes and touches much memory for each child; every page that is touched between two
forks is one more for the child before. Thespian needs little of it.
"""

import contextlib
import multiprocessing.process
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from lotkeeper.engine.system.stack import with_room

_STEP = 0.002


class Forks:
    """What stands where Thespian has a context of multiprocessing: makes children of the process it was made in."""

    def __init__(self) -> None:
        self.parent = os.getpid()

    @staticmethod
    def Process(target: Callable[..., None], args: tuple[Any, ...], name: str) -> "Process":  # noqa: N802
        """A child, not started yet."""
        return Process(target, args, name)


class Process:
    """What Thespian and the engine use of multiprocessing's class of that name."""

    def __init__(self, target: Callable[..., None], args: tuple[Any, ...] = (), name: str = "") -> None:
        self.name = name
        self.pid = 0
        self.exitcode: int | None = None  # negative: killed by that signal
        self._target = target
        self._args = args

    def start(self) -> None:
        """Forks. The child calls the target, and never returns from here."""
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        self.pid = os.fork()
        if self.pid == 0:
            self._live()
        del self._target, self._args
        multiprocessing.process._children.add(self)  # type: ignore[attr-defined]  # Thespian takes it out again

    def is_alive(self) -> bool:
        """Whether it runs; collects it when it does not."""
        if self.exitcode is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:  # somebody else has collected it
                self.exitcode = 255
                return False
            if pid:
                self.exitcode = os.waitstatus_to_exitcode(status)
        return self.exitcode is None

    def join(self, seconds: float) -> None:
        """Waits for its end, so long at most."""
        deadline = time.monotonic() + seconds
        while self.is_alive() and time.monotonic() < deadline:
            time.sleep(_STEP)

    def kill(self) -> None:
        """Ends it by SIGKILL; its number cannot be another's as long as it was not collected."""
        if self.is_alive():
            os.kill(self.pid, signal.SIGKILL)

    def _live(self) -> NoReturn:
        code = 1
        try:
            with_room(self._target, *self._args)
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else int(error.code is not None)
        except BaseException:
            traceback.print_exc()
        finally:
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(Exception):
                    stream.flush()
            os._exit(code)
