"""What holds for every process of a system: it dies with its parent, and of what kills others it dies too."""

import contextlib
import ctypes
import faulthandler
import logging
import os
import resource
import signal
from collections.abc import Callable, Iterator
from typing import Any

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)

# Python's handler only sets a flag and returns to the faulting instruction: the process would loop for ever.
FATAL = frozenset({signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT})

ProcessHook = Callable[[str], None]


def die_with_parent(parent: int) -> None:
    """Has the kernel kill this process when process `parent`, which forked it, ends (or has ended already).

    Strictly the kernel watches the thread that forked: a system is to be started from a thread that lives on.
    """
    if _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:
        os._exit(1)


def take_handler(signal_number: int, handler: Any) -> None:
    """Sets a signal handler, except for what is to kill."""
    if signal_number not in FATAL:
        signal.signal(signal_number, handler)


def show_fatal_signals() -> None:
    """Writes a Python traceback to standard error before a fatal signal kills."""
    with contextlib.suppress(Exception):
        if not faulthandler.is_enabled():
            faulthandler.enable(all_threads=True)


def become_leader() -> None:
    """Away from the terminal (Ctrl-C is the launcher's), no core files, as many descriptors as allowed."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Inheritance:
    """What actor processes find set up by the launcher, by way of the fork."""

    def __init__(self) -> None:
        self.on_start: ProcessHook | None = None
        self._logging = (logging.root, logging.Logger.manager)

    def note_logging(self) -> None:
        """Remembers the launcher's logging: Thespian replaces it in each process by one that sends messages."""
        self._logging = (logging.root, logging.Logger.manager)

    def restore_logging(self) -> None:
        """Makes logging ordinary again: 7 s for 2,000 lines is too slow, and they would queue with the messages."""
        root, manager = self._logging
        logging.root = logging.Logger.root = root
        logging.Logger.manager = manager

    @contextlib.contextmanager
    def hooked(self, hook: ProcessHook | None) -> Iterator[None]:
        """Processes of systems started meanwhile call `hook` with their actor class's name."""
        before, self.on_start = self.on_start, hook
        try:
            yield
        finally:
            self.on_start = before

    def begin_actor(self, class_name: str) -> None:
        """In a new actor process, before the actor is made."""
        self.restore_logging()
        if self.on_start is not None:
            self.on_start(class_name)


INHERITANCE = Inheritance()
