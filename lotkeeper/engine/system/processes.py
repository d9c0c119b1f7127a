"""What holds for every process of a system: it dies with its parent, and of what kills others it dies too."""

import contextlib
import ctypes
import faulthandler
import logging.config
import os
import resource
import signal
from collections.abc import Callable, Iterable, Iterator
from types import FrameType
from typing import Any

from lotkeeper.engine.transport.hand import Hand

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)

ProcessHook = Callable[[str], None]


def die_with_parent(parent: int) -> None:
    """Has the kernel kill this process when process `parent`, which forked it, ends (or has ended already).

    Strictly the kernel watches the thread that forked: a system is to be started from a thread that lives on.
    """
    if _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:
        os._exit(1)


def show_fatal_signals() -> None:
    """Writes a Python traceback to standard error before a fatal signal kills."""
    with contextlib.suppress(Exception):
        if not faulthandler.is_enabled():
            faulthandler.enable(all_threads=True)


def become_leader() -> None:
    """Away from the terminal (Ctrl-C is the launcher's), and no core files."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    allow_descriptors()


def allow_descriptors() -> None:
    """As many as this user may have: one that talks to all others needs two for each."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def begin_child(parent: int) -> None:
    """The first thing in a process that an actor or the admin, process `parent`, has forked."""
    die_with_parent(parent)
    show_fatal_signals()


def log_as(log_defs: Any) -> None:
    """Configures logging in this process as `ActorSystem(logDefs=...)` said; else it is as the launcher had it."""
    if log_defs:
        logging.config.dictConfig(log_defs)


ENDING = (signal.SIGTERM, signal.SIGQUIT)
IGNORED = (signal.SIGINT, signal.SIGHUP, signal.SIGUSR2)  # the terminal's are the launcher's


def hear(numbers: Iterable[signal.Signals], act: Callable[[], object]) -> None:
    """Has `act` called when one of these signals comes; the fatal ones are left to kill."""

    def heard(_number: int, _frame: FrameType | None) -> None:
        act()

    for each in numbers:
        signal.signal(each, heard)


class Inheritance:
    """What actor processes find set up by who forked them."""

    def __init__(self) -> None:
        self.on_start: ProcessHook | None = None
        self._hand: Hand | None = None

    @contextlib.contextmanager
    def hooked(self, hook: ProcessHook | None) -> Iterator[None]:
        """Processes of systems started meanwhile call `hook` with their actor class's name."""
        before, self.on_start = self.on_start, hook
        try:
            yield
        finally:
            self.on_start = before

    @contextlib.contextmanager
    def handing(self, hand: Hand) -> Iterator[None]:
        """A process forked meanwhile finds this as its hand."""
        self._hand = hand
        try:
            yield
        finally:
            self._hand = None

    def taken_hand(self) -> Hand:
        """In a new process: its hand, which nobody forked from here gets."""
        assert self._hand is not None
        hand, self._hand = self._hand, None
        return hand

    def begin_actor(self, class_name: str) -> None:
        """In a new actor process, before the actor is made."""
        if self.on_start is not None:
            self.on_start(class_name)


INHERITANCE = Inheritance()
