"""Thespian's admin and actor managers with their defects mended, each where it is overridden."""

import multiprocessing
import signal
from pathlib import Path
from typing import Any

from thespian.actors import ActorAddress, ActorSystemMessage, ChildActorExited
from thespian.system import multiprocCommon
from thespian.system.admin.adminCore import AdminCore
from thespian.system.messages.admin import PendingActorResponse
from thespian.system.messages.multiproc import ChildMayHaveDied, EndpointConnected
from thespian.system.multiprocCommon import MultiProcAdmin, MultiProcManager
from thespian.system.systemCommon import actorStartupFailed
from thespian.system.transport import TransmitIntent
from thespian.system.utilis import partition

from lotkeeper.engine.system.holding import HoldsItsPlace
from lotkeeper.engine.system.processes import INHERITANCE, become_leader, die_with_parent, show_fatal_signals, take_handler
from lotkeeper.engine.unix.addresses import path_of
from lotkeeper.engine.unix.directory import unlink_sockets_of


class FindActor(ActorSystemMessage):  # type: ignore[misc]
    """Asks the admin who has a global name; unlike Thespian's own way it creates nothing."""

    def __init__(self, name: str) -> None:
        self.name = name


class FoundActor(ActorSystemMessage):  # type: ignore[misc]
    """Who has that name; None when nobody has."""

    def __init__(self, name: str, address: ActorAddress | None) -> None:
        self.name = name
        self.address = address


def forget_pipes(process: Any) -> None:
    """Closes the two pipes that multiprocessing keeps for each child: nobody reads them, later children copy them."""
    finalizer = getattr(process._popen, "finalizer", None)
    if finalizer is not None and finalizer.still_active():
        finalizer()


class _Mended(HoldsItsPlace):
    """What admin and actor managers have in common."""

    def _startChildActor(self, *args: Any, **more: Any) -> None:  # noqa: N802
        super()._startChildActor(*args, **more)  # type: ignore[misc]
        forget_pipes(self._child_procs[-1].childProc)

    def childDied(self) -> bool:  # noqa: N802
        """As in Thespian, but a child that died before it connected is mourned as well."""
        self._revive_logger()
        self._child_procs, dead = partition(self._checkChildLiveness, getattr(self, "_child_procs", []))
        for each in dead:
            self._clean_after(each)
            address = getattr(each, "childRealAddr", None)
            if address is None:
                self._stillborn(each.childNum)
            else:
                notice = TransmitIntent(self.transport.myAddress, ChildActorExited(address))
                self.transport.scheduleTransmit(None, notice)
        return True

    def _childExited(self, _address: ActorAddress) -> None:  # noqa: N802
        """Nothing: `childDied` has the list of children.

        Thespian's drops from it whoever has died meanwhile, without a notice, and of two deaths at once one is lost.
        """

    def _clean_after(self, child: Any) -> None:
        unlink_sockets_of(Path(path_of(self.transport.myAddress)).parent, child.childProc.pid)

    def _revive_logger(self) -> None:
        """Only the admin has one."""

    def _stillborn(self, number: int) -> None:
        self._retryPendingChildOperations(number, None)

    transport: Any
    _checkChildLiveness: Any  # noqa: N815


class EngineAdmin(_Mended, MultiProcAdmin):  # type: ignore[misc]
    """The admin: parent of the root actor, keeper of global names, post office for dead letters."""

    def _handleReplicatorMessages(self, envelope: Any) -> tuple[bool, Any]:  # noqa: N802
        # While there is no logger everything else is held back; the death of the next one must not be.
        if isinstance(envelope.message, ChildMayHaveDied):
            return True, self.childDied()
        handled: tuple[bool, Any] = super()._handleReplicatorMessages(envelope)
        return handled

    def _revive_logger(self) -> None:
        process = getattr(self, "asLogProc", None)
        if process and not self._checkChildLiveness(process) and not hasattr(self, "_exiting"):
            self._clean_after(process)
            start_logger(self)

    def h_LoggerConnected(self, envelope: Any) -> bool:  # noqa: N802
        """Unlike Thespian's, leaves this process's logging alone, and can happen again after the logger died."""
        self.asLogger = envelope.sender
        if hasattr(self, "_activated"):
            AdminCore._activate(self)  # hands on the messages held back meanwhile
            return True
        self._activated = True
        ready = TransmitIntent(self.addrOfStarter, EndpointConnected(0)).addCallback(onFailure=actorStartupFailed)
        self.transport.scheduleTransmit(None, ready)
        self._activate()
        return True

    def h_FindActor(self, envelope: Any) -> bool:  # noqa: N802
        name = envelope.message.name
        self._send_intent(TransmitIntent(envelope.sender, FoundActor(name, self._globalNames.get(name))))
        return True

    def _retryPendingChildOperations(self, number: int, address: ActorAddress | None) -> None:  # noqa: N802
        super()._retryPendingChildOperations(number, address)
        if address is None:
            # Else the name of an actor that could not be created stays taken for ever, and the admin's own queue,
            # which it never reads, makes its status unpicklable.
            if isinstance(self._pendingChildren, dict):
                self._pendingChildren.pop(number, None)
            self._receiveQueue.clear()

    def _stillborn(self, number: int) -> None:
        pending = self._pendingChildren.get(number, ()) if isinstance(self._pendingChildren, dict) else ()
        for request in list(pending):
            self._sendPendingActorResponse(
                request,
                None,
                errorCode=PendingActorResponse.ERROR_Invalid_ActorClass,
                errorStr="its process died before it could connect",
            )
        super()._stillborn(number)


class EngineManager(_Mended, MultiProcManager):  # type: ignore[misc]
    """What stands behind an actor in its process."""

    def _createInstance(self) -> None:  # noqa: N802
        INHERITANCE.begin_actor(str(self._actorClass).rpartition(".")[-1])
        super()._createInstance()


def admin_main(  # noqa: PLR0917 (the call is a fork's)
    starter: ActorAddress,
    endpoint: Any,
    transport_class: Any,
    address: ActorAddress,
    capabilities: dict[str, Any],
    log_defs: Any,
    context: Any,
    launcher: int,
) -> None:
    """The admin's process, from the fork to its end; a direct child of the launcher, which it dies with."""
    die_with_parent(launcher)
    become_leader()
    show_fatal_signals()
    admin = EngineAdmin(transport_class(endpoint), address, capabilities, log_defs, context)
    admin.addrOfStarter = starter
    admin.start_settings = (transport_class, capabilities, log_defs, context)
    multiprocCommon.setProcName("lotkeeper-admin", address)
    signal.signal(signal.SIGCHLD, admin.signalChildDied)
    start_logger(admin)
    admin.run()


def start_logger(admin: EngineAdmin) -> None:
    """Thespian's logger process, which the admin needs to begin."""
    transport_class, capabilities, log_defs, context = admin.start_settings
    multiprocCommon._startLogger(transport_class, admin.transport, admin, capabilities, log_defs, context)
    forget_pipes(admin.asLogProc.childProc)


def actor_main(*args: Any) -> None:
    """An actor's process, from the fork to its end."""
    _begin_child()
    _thespian_child(*args)


def logger_main(*args: Any) -> None:
    """The logger's process, from the fork to its end."""
    _begin_child()
    _thespian_logger(*args)


def _begin_child() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    assert parent.pid is not None
    die_with_parent(parent.pid)
    show_fatal_signals()


_thespian_child, _thespian_logger = multiprocCommon.startChild, multiprocCommon.startupASLogger


def install() -> None:
    """Puts these into the places where Thespian looks its own up."""
    if multiprocCommon.startChild is not actor_main:
        multiprocCommon.startChild, multiprocCommon.startupASLogger = actor_main, logger_main
        multiprocCommon.MultiProcManager = EngineManager
        multiprocCommon.set_signal_handler = take_handler
