"""What every process of a system sets up first: it dies with its parent, and fatal signals kill it."""

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

from lotkeeper.engine.transport.shared_memory import CurrentMessageSlot

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)

ProcessHook = Callable[[str], None]


def die_with_parent(parent: int) -> None:
    """Has the kernel kill this process when process `parent`, which forked it, ends or has ended already.

    Strictly, the kernel watches the thread that forked: start a system from a thread that lasts as long as the system.
    """
    if _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:
        os._exit(1)


def enable_fault_traceback() -> None:
    """Has a Python traceback written to standard error before a fatal signal kills the process."""
    with contextlib.suppress(Exception):
        if not faulthandler.is_enabled():
            faulthandler.enable(all_threads=True)


def become_session_leader() -> None:
    """Separates the system from the terminal, because Ctrl-C is for the launcher, and disables core files."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    raise_descriptor_limit()


def raise_descriptor_limit() -> None:
    """Allows as many descriptors as this user may have: a process needs two for each one that it talks to."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def begin_child(parent: int) -> None:
    """The first call in a process that an actor or the admin, process `parent`, has forked."""
    die_with_parent(parent)
    enable_fault_traceback()


def configure_logging(log_defs: Any) -> None:
    """Configures logging as `ActorSystem(logDefs=...)` says; without it logging stays as the launcher had it."""
    if log_defs:
        logging.config.dictConfig(log_defs)


EXIT_SIGNALS = (signal.SIGTERM, signal.SIGQUIT)
IGNORED_SIGNALS = (signal.SIGINT, signal.SIGHUP, signal.SIGUSR2)  # those of the terminal are for the launcher


def on_signals(numbers: Iterable[signal.Signals], act: Callable[[], object]) -> None:
    """Has `act` called at these signals. The fatal signals keep their effect, which is to kill."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        act()

    for each in numbers:
        signal.signal(each, handle)


def _unchanged(text: str) -> str:
    return text


def _ignored(_level: str) -> None:
    """Nobody has said how a level is set."""


class Inheritance:
    """What a forked process finds set up by the process that forked it."""

    def __init__(self) -> None:
        self.on_start: ProcessHook | None = None
        self.subject_fields: tuple[str, ...] = ()  # the fields of a message that the log of handled messages shows
        self.mask_text: Callable[[str], str] = _unchanged  # hides the secrets in the text of a traced message
        self.set_log_level: Callable[[str], None] = _ignored  # of this process; empty: as it was started
        self._slot: CurrentMessageSlot | None = None

    @contextlib.contextmanager
    def configured(
        self,
        hook: ProcessHook | None,
        subject_fields: tuple[str, ...] = (),
        mask_text: Callable[[str], str] | None = None,
        set_log_level: Callable[[str], None] | None = None,
    ) -> Iterator[None]:
        """What processes of systems started inside the block call with the name of their actor class, and show."""
        before = self.on_start, self.subject_fields, self.mask_text, self.set_log_level
        self.on_start, self.subject_fields, self.mask_text = hook, subject_fields, mask_text or _unchanged
        self.set_log_level = set_log_level or _ignored
        try:
            yield
        finally:
            self.on_start, self.subject_fields, self.mask_text, self.set_log_level = before

    @contextlib.contextmanager
    def passing_slot(self, slot: CurrentMessageSlot) -> Iterator[None]:
        """A process forked inside the block finds this slot."""
        self._slot = slot
        try:
            yield
        finally:
            self._slot = None

    def pop_slot(self) -> CurrentMessageSlot:
        """In a new process: its slot. Processes that it forks itself do not find it."""
        assert self._slot is not None
        slot, self._slot = self._slot, None
        return slot

    def begin_actor(self, class_name: str) -> None:
        """Call it in a new actor process, before the actor is made."""
        if self.on_start is not None:
            self.on_start(class_name)


INHERITANCE = Inheritance()
