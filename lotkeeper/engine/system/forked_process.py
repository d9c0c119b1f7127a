"""A process made by fork alone.

Python's multiprocessing makes two pipes and touches much memory for each child, and each memory page that the parent
touches between two forks becomes a copy in the earlier child. Thespian needs only what is here.

Python's multiprocessing knows nothing of such a process: it neither waits for it nor ends it when the parent ends.
"""

import contextlib
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from lotkeeper.engine.system.stack import run_with_large_frame

_POLL_EVERY = 0.002  # seconds


class ForkContext:
    """Replaces the context of multiprocessing that Thespian uses to make children."""

    def __init__(self) -> None:
        self.parent = os.getpid()

    @staticmethod
    def Process(target: Callable[..., None], args: tuple[Any, ...], name: str) -> "ForkedProcess":  # noqa: N802
        """A child that is not started yet."""
        return ForkedProcess(target, args, name)


class ForkedProcess:
    """What Thespian and the engine use of multiprocessing's class Process."""

    def __init__(self, target: Callable[..., None], args: tuple[Any, ...] = (), name: str = "") -> None:
        self.name = name
        self.pid = 0
        self.exitcode: int | None = None  # negative: killed by that signal
        self._target = target
        self._args = args

    def start(self) -> None:
        """Forks. The child calls the target and never returns from here."""
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        self.pid = os.fork()
        if self.pid == 0:
            self._run_in_child()
        del self._target, self._args

    def is_alive(self) -> bool:
        """Whether it runs. Collects its exit code when it does not."""
        if self.exitcode is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:  # some other code has collected it
                self.exitcode = 255
                return False
            if pid:
                self.exitcode = os.waitstatus_to_exitcode(status)
        return self.exitcode is None

    def join(self, seconds: float) -> None:
        """Waits for its end, so many seconds at most."""
        deadline = time.monotonic() + seconds
        while self.is_alive() and time.monotonic() < deadline:
            time.sleep(_POLL_EVERY)

    def kill(self) -> None:
        """Ends it by SIGKILL. Its number cannot belong to another process before its exit code is collected."""
        if self.is_alive():
            os.kill(self.pid, signal.SIGKILL)

    def _run_in_child(self) -> NoReturn:
        code = 1
        try:
            run_with_large_frame(self._target, *self._args)
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else int(error.code is not None)
        except BaseException:
            traceback.print_exc()
        finally:
            for flush in (logging.shutdown, sys.stdout.flush, sys.stderr.flush):
                with contextlib.suppress(Exception):
                    flush()
            os._exit(code)
