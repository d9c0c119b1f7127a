"""Thespian's admin with its defects mended: parent of the root actor, keeper of names, post office for dead letters."""

import signal
from collections.abc import Callable
from typing import Any

from thespian.actors import ActorAddress, ActorSystemMessage
from thespian.system import multiprocCommon
from thespian.system.messages.admin import PendingActorResponse, SystemShutdown
from thespian.system.messages.multiproc import EndpointConnected
from thespian.system.multiprocCommon import MultiProcAdmin
from thespian.system.systemCommon import actorStartupFailed
from thespian.system.transport import ReceiveEnvelope, TransmitIntent

from lotkeeper.engine.system.mended import Mended
from lotkeeper.engine.system.process import Forks
from lotkeeper.engine.system.processes import (
    ENDING,
    IGNORED,
    INHERITANCE,
    become_leader,
    die_with_parent,
    hear,
    log_as,
    show_fatal_signals,
)


class FindActor(ActorSystemMessage):  # type: ignore[misc]
    """Asks the admin who has a global name; unlike Thespian's own way it creates nothing."""

    def __init__(self, name: str) -> None:
        self.name = name


class FoundActor(ActorSystemMessage):  # type: ignore[misc]
    """Who has that name; None when nobody has."""

    def __init__(self, name: str, address: ActorAddress | None) -> None:
        self.name = name
        self.address = address


class EngineAdmin(Mended, MultiProcAdmin):  # type: ignore[misc]
    """Without Thespian's logger process: each process writes its own log."""

    def __init__(self, transport: Any, starter: ActorAddress, *more: Any) -> None:
        self.asLogger = transport.myAddress  # Thespian wants one; nothing is sent there
        self._starter = starter
        super().__init__(transport, *more)

    def h_FindActor(self, envelope: Any) -> bool:  # noqa: N802
        name = envelope.message.name
        self._send_intent(TransmitIntent(envelope.sender, FoundActor(name, self._globalNames.get(name))))
        return True

    def h_ActorExitRequest(self, _envelope: Any) -> bool:  # noqa: N802
        """A signal asks for the end: as if the launcher had."""
        self.h_SystemShutdown(ReceiveEnvelope(self._starter, SystemShutdown()))
        return True

    def _cleanupAdmin(self, finish: Callable[[], None]) -> None:  # noqa: N802
        finish()

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


def admin_main(  # noqa: PLR0917 (the call is a fork's)
    starter: ActorAddress,
    endpoint: Any,
    transport_class: Any,
    address: ActorAddress,
    capabilities: dict[str, Any],
    log_defs: Any,
    launcher: int,
) -> None:
    """The admin's process, from the fork to its end; a direct child of the launcher, which it dies with."""
    die_with_parent(launcher)
    become_leader()
    show_fatal_signals()
    log_as(log_defs)
    hand = INHERITANCE.taken_hand()
    try:
        transport = transport_class(endpoint)
    except OSError as error:
        hand.leave(error.strerror or str(error))
        return
    transport.hand = hand
    admin = EngineAdmin(transport, starter, address, capabilities, log_defs, Forks())
    multiprocCommon.setProcName("lotkeeper-admin", address)
    signal.signal(signal.SIGCHLD, admin.signalChildDied)
    hear(ENDING, lambda: transport.interrupt_wait(signal_shutdown=True))
    hear(IGNORED, lambda: None)
    ready = TransmitIntent(starter, EndpointConnected(0)).addCallback(onFailure=actorStartupFailed)
    admin.transport.scheduleTransmit(None, ready)
    admin._activate()
    admin.run()
