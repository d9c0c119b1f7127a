"""The system base: `ActorSystem("lotkeeperUnixBase", {"Unix Directory": ...})`, once this module is imported."""

import contextlib
import os
import sys
import time
from pathlib import Path
from typing import Any

from thespian.system import multiprocCommon, transport, utilis
from thespian.system.messages.admin import SystemShutdown, SystemShutdownCompleted
from thespian.system.messages.multiproc import EndpointConnected
from thespian.system.multiprocCommon import detach_child, multiprocessCommon
from thespian.system.transport import ReceiveEnvelope, Thespian__Run_Terminated

from lotkeeper.engine.errors import StartFailedError, StartRefusedError
from lotkeeper.engine.system.admin import admin_main
from lotkeeper.engine.system.force_end import GRACE, end_by_force, find_members
from lotkeeper.engine.system.forked_process import ForkedProcess
from lotkeeper.engine.system.manager import actor_main, use_actor_maker
from lotkeeper.engine.system.process_setup import INHERITANCE
from lotkeeper.engine.transport import fork_cleanup
from lotkeeper.engine.transport.directory import DirectoryLock, make_private, unlink_sockets
from lotkeeper.engine.transport.shared_memory import CurrentMessageSlot, SlotPool
from lotkeeper.engine.transport.transport import DIRECTORY, UnixTransport

NAME = "lotkeeperUnixBase"
LABEL = "Unix Label"  # capability: tells clients which program this is
START_ONLY = "Unix Start Only"  # capability: refuse where a system runs already, instead of joining it
_LOG = "thespian.log"
_START_TIMEOUT = 10.0  # seconds for the admin to come up
_LOCK_TIMEOUT = 2.0  # seconds for an earlier system to be gone, once its launcher is
_STOP_TIMEOUT = 10.0


def _patch_thespian() -> None:
    """Changes Thespian from outside where nothing can be overridden. May be called more than once."""
    multiprocCommon.startChild = actor_main
    multiprocCommon.detach_child = _detach_child
    use_actor_maker()
    # Thespian renders every message to text, three times a hop, for a debug line that is not written.
    transport.TransmitIntent.__str__ = lambda intent: f"{type(intent.message).__name__} to {intent.targetAddr}"
    transport.ReceiveEnvelope.__str__ = lambda envelope: f"{type(envelope.message).__name__} from {envelope.sender}"
    transport.TransmitIntent.identify = transport.ReceiveEnvelope.identify = lambda either: either


def _detach_child(child: Any) -> None:
    """Takes the child of another base from multiprocessing's list of children; a forked process is not on it."""
    if not isinstance(child, ForkedProcess):
        detach_child(child)


def _redirect_thespian_log(directory: Path) -> None:
    """Has Thespian write its own small log into the system's directory instead of one that all users share."""
    path = os.path.join(directory, _LOG)
    utilis._thesplog_file, utilis._thesplog_old_file = path, f"{path}.old"


_patch_thespian()


class ActorSystemBase(multiprocessCommon):  # type: ignore[misc]
    """One system in a directory. It runs as long as the process that started it."""

    transportType = UnixTransport  # noqa: N815 (Thespian's name)

    def __init__(self, system: Any, logDefs: Any = None) -> None:  # noqa: N803
        if not system.capabilities.get(DIRECTORY):
            raise ValueError(f"the capability {DIRECTORY!r} names no directory")
        self.directory = Path(system.capabilities[DIRECTORY])
        self.label: str = system.capabilities.get(LABEL, "")
        self.lock: DirectoryLock | None = None  # None in a client
        self.admin_process: Any = None
        self.transport: Any
        _redirect_thespian_log(self.directory)
        system.capabilities["Thespian ActorSystem Name"] = NAME
        system.capabilities["Thespian ActorSystem Version"] = 1
        system.capabilities["Thespian Watch Supported"] = True
        try:
            make_private(self.directory)
            if system.capabilities.get(START_ONLY):
                self._lock_directory()
            super().__init__(system, logDefs)
        except OSError as error:
            self.abandon()
            reason = error.strerror or error
            raise StartRefusedError(f"no system can be started in {self.directory}: {reason}") from error
        except BaseException:
            self.abandon()
            raise

    def _lock_directory(self) -> DirectoryLock:
        if self.lock is None:
            self.lock = DirectoryLock.acquire(self.directory, _LOCK_TIMEOUT, self.label)
            unlink_sockets(self.directory, members_only=True)
        return self.lock

    def _startAdmin(self, address: Any, starter: Any, capabilities: dict[str, Any], log_defs: Any) -> None:  # noqa: N802
        lock = self._lock_directory()
        endpoint = self.transport.prepEndpoint(address, capabilities)
        settings = (starter, endpoint, self.transportType, address, capabilities, log_defs, os.getpid())
        self.admin_process = ForkedProcess(target=admin_main, args=settings, name="lotkeeper-admin")
        slot = SlotPool().lend()
        with fork_cleanup.kept_by_children(lock.system), INHERITANCE.passing_slot(slot):
            self.admin_process.start()
        self._await_admin(slot)

    def _await_admin(self, slot: CurrentMessageSlot) -> None:
        deadline = time.monotonic() + _START_TIMEOUT
        while time.monotonic() < deadline and self.admin_process.is_alive():
            response = self.transport.run(None, 0.1)
            if isinstance(response, ReceiveEnvelope) and isinstance(response.message, EndpointConnected):
                return
        if not self.admin_process.is_alive() and (failure := slot.message):
            raise StartRefusedError(f"no system can be started in {self.directory}: {failure.decode()}")
        raise StartFailedError(f"the system in {self.directory} did not come up; {self.directory}/{_LOG} may say why")

    def shutdown(self, seconds: float = _STOP_TIMEOUT) -> None:
        """Asks every actor to exit, and after `seconds` ends by force what is left, hung actors too.

        With 0 seconds nobody is asked or waited for.
        """
        if self.transport is None:
            return
        known = find_members(self.directory, self.admin_process)
        if seconds > 0:
            with contextlib.suppress(Exception):
                self._ask_to_shut_down(seconds)
        self.abandon(known, is_at_once=seconds <= 0)

    def abandon(self, known: dict[int, int] | None = None, *, is_at_once: bool = False) -> None:
        """Leaves the system, and ends it by force when it was started here: what is just ending has a moment for it.

        Afterwards no process, no socket and no lock of it is left. `known` are processes found earlier, with pidfds.
        """
        transport, self.transport = getattr(self, "transport", None), None
        if transport is not None:
            transport.close()
        if self.lock is not None:
            end_by_force(self.directory, self.admin_process, known or {}, 0.0 if is_at_once else GRACE)
            with contextlib.suppress(OSError):
                unlink_sockets(self.directory)
            self.lock.release()
            self.lock = None

    def _ask_to_shut_down(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        self._tx_to_admin(SystemShutdown())
        while (remaining := deadline - time.monotonic()) > 0:
            response = self.transport.run(None, remaining)
            if isinstance(response, Thespian__Run_Terminated):
                return
            if isinstance(response, ReceiveEnvelope) and isinstance(response.message, SystemShutdownCompleted):
                return


sys.modules[f"thespian.system.{NAME}"] = sys.modules[__name__]
