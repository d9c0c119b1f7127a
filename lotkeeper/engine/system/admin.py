"""Thespian's admin, repaired: parent of the root actor, registry of global names, receiver of dead letters."""

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

from lotkeeper.engine.inspection.dead_letters import DeadLetterBox
from lotkeeper.engine.system.child_tracking import ChildTracking
from lotkeeper.engine.system.forked_process import ForkContext
from lotkeeper.engine.system.process_setup import (
    EXIT_SIGNALS,
    IGNORED_SIGNALS,
    INHERITANCE,
    become_session_leader,
    configure_logging,
    die_with_parent,
    enable_fault_traceback,
    on_signals,
)


class FindActor(ActorSystemMessage):  # type: ignore[misc]
    """Asks the admin which actor has a global name; unlike Thespian's own way it creates nothing."""

    def __init__(self, name: str) -> None:
        self.name = name


class FoundActor(ActorSystemMessage):  # type: ignore[misc]
    """The answer: the address, or None when no actor has that name."""

    def __init__(self, name: str, address: ActorAddress | None) -> None:
        self.name = name
        self.address = address


class EngineAdmin(ChildTracking, MultiProcAdmin):  # type: ignore[misc]
    """Works without Thespian's logger process: each process writes its own log."""

    def __init__(self, transport: Any, starter: ActorAddress, *more: Any) -> None:
        self.asLogger = transport.myAddress  # Thespian needs an address; nothing is sent there
        self._starter = starter
        self._letters = DeadLetterBox()
        super().__init__(transport, *more)

    def h_FindActor(self, envelope: Any) -> bool:  # noqa: N802
        name = envelope.message.name
        self._send_intent(TransmitIntent(envelope.sender, FoundActor(name, self._globalNames.get(name))))
        return True

    def h_DeadEnvelope(self, envelope: Any) -> bool:  # noqa: N802
        """Notes it for who asks later; then as in Thespian."""
        letter = envelope.message
        details = getattr(letter.deadAddress, "addressDetails", None)
        self._letters.note(str(getattr(details, "path", "")), letter.deadMessage)
        noted: bool = super().h_DeadEnvelope(envelope)
        return noted

    def h_AskDeadLetters(self, envelope: Any) -> bool:  # noqa: N802
        self._send_intent(TransmitIntent(envelope.sender, self._letters.report()))
        return True

    def h_ActorExitRequest(self, _envelope: Any) -> bool:  # noqa: N802
        """A signal asks the system to end: does what a request of the launcher does."""
        self.h_SystemShutdown(ReceiveEnvelope(self._starter, SystemShutdown()))
        return True

    def _cleanupAdmin(self, finish: Callable[[], None]) -> None:  # noqa: N802
        finish()

    def _retryPendingChildOperations(self, number: int, address: ActorAddress | None) -> None:  # noqa: N802
        super()._retryPendingChildOperations(number, address)
        if address is None:
            # Otherwise the name of an actor that could not be created stays taken for ever, and the admin's own queue,
            # which it never reads, makes its status unpicklable.
            if isinstance(self._pendingChildren, dict):
                self._pendingChildren.pop(number, None)
            self._receiveQueue.clear()

    def _report_never_connected(self, number: int) -> None:
        pending = self._pendingChildren.get(number, ()) if isinstance(self._pendingChildren, dict) else ()
        for request in list(pending):
            self._sendPendingActorResponse(
                request,
                None,
                errorCode=PendingActorResponse.ERROR_Invalid_ActorClass,
                errorStr="its process died before it could connect",
            )
        super()._report_never_connected(number)


def admin_main(  # noqa: PLR0917 (called in the forked process)
    starter: ActorAddress,
    endpoint: Any,
    transport_class: Any,
    address: ActorAddress,
    capabilities: dict[str, Any],
    log_defs: Any,
    launcher: int,
) -> None:
    """The admin's process, from the fork to its end. It is a direct child of the launcher and dies with it."""
    die_with_parent(launcher)
    become_session_leader()
    enable_fault_traceback()
    configure_logging(log_defs)
    slot = INHERITANCE.pop_slot()
    try:
        transport = transport_class(endpoint)
    except OSError as error:
        slot.set_failure(error.strerror or str(error))
        return
    transport.use_slot(slot)
    admin = EngineAdmin(transport, starter, address, capabilities, log_defs, ForkContext())
    multiprocCommon.setProcName("lotkeeper-admin", address)
    signal.signal(signal.SIGCHLD, admin.signalChildDied)
    on_signals(EXIT_SIGNALS, lambda: transport.interrupt_wait(signal_shutdown=True))
    on_signals(IGNORED_SIGNALS, lambda: None)
    ready = TransmitIntent(starter, EndpointConnected(0)).addCallback(onFailure=actorStartupFailed)
    admin.transport.scheduleTransmit(None, ready)
    admin._activate()
    admin.run()
