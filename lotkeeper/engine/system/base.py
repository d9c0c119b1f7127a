"""The system base: `ActorSystem("lotkeeperUnixBase", {"Unix Directory": ...})`, once this module is imported."""

import contextlib
import os
import sys
import time
from pathlib import Path
from typing import Any

from lotkeeper.engine.system import pin

pin.check()

from thespian.system.messages.admin import SystemShutdown, SystemShutdownCompleted  # noqa: E402
from thespian.system.messages.multiproc import EndpointConnected  # noqa: E402
from thespian.system.multiprocCommon import detach_child, multiprocessCommon  # noqa: E402
from thespian.system.transport import ReceiveEnvelope, Thespian__Run_Terminated  # noqa: E402

from lotkeeper.engine.errors import StartFailedError, StartRefusedError  # noqa: E402
from lotkeeper.engine.system import ending, patches  # noqa: E402
from lotkeeper.engine.system.admin import admin_main  # noqa: E402
from lotkeeper.engine.system.process import Process  # noqa: E402
from lotkeeper.engine.system.processes import INHERITANCE  # noqa: E402
from lotkeeper.engine.transport import hygiene  # noqa: E402
from lotkeeper.engine.transport.directory import DirectoryLock, make_private, unlink_sockets  # noqa: E402
from lotkeeper.engine.transport.hand import Hand, Rack  # noqa: E402
from lotkeeper.engine.transport.transport import DIRECTORY, UnixTransport  # noqa: E402

NAME = "lotkeeperUnixBase"
LABEL = "Unix Label"  # capability: says to those who attach which program this is
START_ONLY = "Unix Start Only"  # capability: refuse where a system runs already, instead of joining it
_STARTUP = 10.0  # seconds for the admin to come up
_DYING = 2.0  # seconds for an earlier system to be gone, once its launcher is
_SHUTDOWN = 10.0

patches.install()


class ActorSystemBase(multiprocessCommon):  # type: ignore[misc]
    """One system a directory; it lives as long as the process that started it."""

    transportType = UnixTransport  # noqa: N815 (Thespian's name)

    def __init__(self, system: Any, logDefs: Any = None) -> None:  # noqa: N803
        if not system.capabilities.get(DIRECTORY):
            raise ValueError(f"the capability {DIRECTORY!r} names no directory")
        self.directory = Path(system.capabilities[DIRECTORY])
        self.label: str = system.capabilities.get(LABEL, "")
        self.lock: DirectoryLock | None = None
        self.admin_process: Any = None
        self.transport: Any
        patches.log_into(self.directory)
        system.capabilities["Thespian ActorSystem Name"] = NAME
        system.capabilities["Thespian ActorSystem Version"] = 1
        system.capabilities["Thespian Watch Supported"] = True
        try:
            make_private(self.directory)
            if system.capabilities.get(START_ONLY):
                self._take_directory()
            super().__init__(system, logDefs)
        except OSError as error:
            self.abandon()
            reason = error.strerror or error
            raise StartRefusedError(f"no system can be started in {self.directory}: {reason}") from error
        except BaseException:
            self.abandon()
            raise

    def _take_directory(self) -> DirectoryLock:
        if self.lock is None:
            self.lock = DirectoryLock.take(self.directory, _DYING, self.label)
            unlink_sockets(self.directory, members_only=True)
        return self.lock

    def _startAdmin(self, address: Any, starter: Any, capabilities: dict[str, Any], log_defs: Any) -> None:  # noqa: N802
        lock = self._take_directory()
        endpoint = self.transport.prepEndpoint(address, capabilities)
        settings = (starter, endpoint, self.transportType, address, capabilities, log_defs, os.getpid())
        self.admin_process = Process(target=admin_main, args=settings, name="lotkeeper-admin")
        hand = Rack().lend()
        with hygiene.spared(lock.system), INHERITANCE.handing(hand):
            self.admin_process.start()
        detach_child(self.admin_process)
        self._await_admin(hand)

    def _await_admin(self, hand: Hand) -> None:
        deadline = time.monotonic() + _STARTUP
        while time.monotonic() < deadline and self.admin_process.is_alive():
            response = self.transport.run(None, 0.1)
            if isinstance(response, ReceiveEnvelope) and isinstance(response.message, EndpointConnected):
                return
        if not self.admin_process.is_alive() and (words := hand.message):
            raise StartRefusedError(f"no system can be started in {self.directory}: {words.decode()}")
        raise StartFailedError(
            f"the system in {self.directory} did not come up; {self.directory}/thespian.log may say why"
        )

    def shutdown(self, seconds: float = _SHUTDOWN) -> None:
        """Asks every actor to exit, and after `seconds` ends by force what is left, hung actors too."""
        if self.transport is None:
            return
        known = ending.members(self.directory, self.admin_process)
        with contextlib.suppress(Exception):
            self._ask_to_shut_down(seconds)
        self.abandon(known)

    def abandon(self, known: dict[int, int] | None = None) -> None:
        """Leaves the system, and ends it by force when it was started here.

        Afterwards no process, no socket and no lock of it is left.
        """
        transport, self.transport = getattr(self, "transport", None), None
        if transport is not None:
            transport.close()
        if self.lock is not None:
            ending.end_by_force(self.directory, self.admin_process, known or {})
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
