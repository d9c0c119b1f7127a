"""Thespian's transport over Unix-domain sockets: an endpoint of a process of a system, or of a client's process.

Not thread-safe: a process sends and runs its transport from one thread at a time.
"""

import atexit
import contextlib
import logging
import os
import resource
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from thespian.actors import (
    ActorAddress,
    ActorExitRequest,
    ChildActorExited,
    DeadEnvelope,
    PoisonMessage,
)
from thespian.system.addressManager import ActorLocalAddress, CannotPickleAddress
from thespian.system.timing import ExpirationTimer
from thespian.system.transport import (
    ExternalInterfaceTransportInit,
    SendStatus,
    Thespian__UpdateWork,
    TransmitIntent,
)

from lotkeeper.engine.inspection.questions import Mailbox
from lotkeeper.engine.log_events import EngineEvent, named
from lotkeeper.engine.transport import fork_cleanup
from lotkeeper.engine.transport.addresses import address_of, path_of
from lotkeeper.engine.transport.directory import check_private, is_served
from lotkeeper.engine.transport.event_loop import EventLoop
from lotkeeper.engine.transport.message_format import pack, unpack
from lotkeeper.engine.transport.outgoing import PendingMessage, make_pending
from lotkeeper.engine.transport.paths import admin_path, is_member, new_actor_path, new_client_path
from lotkeeper.engine.transport.shared_memory import NoMessageSlot
from lotkeeper.engine.transport.waiting import now

DIRECTORY = "Unix Directory"
_COMPLAIN_EVERY = 60.0  # seconds

log = logging.getLogger("lotkeeper.engine")


class InheritedEndpoint:
    """What a forked process needs to make its transport."""

    def __init__(self, number: int | None, path: str | None, parent: ActorAddress, admin: ActorAddress) -> None:
        self.addrInst = number  # Thespian's name for the number by which the parent knows this child
        self.path = path  # None: the process makes one of its own
        self.parent = parent
        self.admin = admin


class _Clone:
    """Asks for another endpoint of a client."""


class Capable(Protocol):
    """Anything that has a system's settings."""

    def get(self, name: str, default: Any = None) -> Any: ...


class UnixTransport:
    """One endpoint: a socket that a process listens at, and all that it sends."""

    def __init__(self, how: Any, *more: Any) -> None:
        self._is_client = not isinstance(how, InheritedEndpoint)
        if isinstance(how, InheritedEndpoint):
            self._admin, path = how.admin, how.path
        elif isinstance(how, _Clone):
            self._admin, path = more[0], None
        elif isinstance(how, ExternalInterfaceTransportInit):
            self._admin, path = self.getAdminAddr(more[0]), None
        else:
            raise TypeError(f"no transport for {type(how)}")
        directory = os.path.dirname(path_of(self._admin))
        check_private(directory)
        new_path = new_client_path if self._is_client else new_actor_path
        self._path = path or new_path(directory)
        self.myAddress = address_of(self._path)
        self.on_lost: Callable[[str, list[Any]], None] | None = None
        self._complained_at = -_COMPLAIN_EVERY
        self._is_closed = self._is_admin_gone = False
        self._loop = EventLoop(
            self._path,
            for_signals=not self._is_client,
            on_lost=self._report_lost,
            on_refused=self._report_refused,
            on_out_of_descriptors=self._complain_about_descriptors,
        )
        self._outgoing = self._loop.outgoing
        fork_cleanup.register(self)
        # At a normal end of a client; an actor calls `close`, and after SIGKILL the next start cleans up.
        self._pid = os.getpid()
        atexit.register(self._unlink)

    # What Thespian asks of a transport at the beginning and the end

    @staticmethod
    def getAdminAddr(capabilities: Capable) -> ActorAddress:  # noqa: N802
        directory = capabilities.get(DIRECTORY)
        if not directory:
            raise ValueError(f"the capability {DIRECTORY!r} names no directory")
        return address_of(admin_path(Path(directory)))

    @staticmethod
    def getAddressFromString(text: Any) -> ActorAddress:  # noqa: N802
        return address_of(text[0] if isinstance(text, tuple) else text)

    @staticmethod
    def probeAdmin(address: ActorAddress) -> bool:  # noqa: N802
        return is_served(path_of(address))

    def prepEndpoint(self, assigned: ActorAddress, _capabilities: Any) -> InheritedEndpoint:  # noqa: N802
        details = assigned.addressDetails
        if isinstance(details, ActorLocalAddress):
            return InheritedEndpoint(details.addressInstanceNum, None, self.myAddress, self._admin)
        return InheritedEndpoint(None, details.path, self.myAddress, self._admin)

    def connectEndpoint(self, _endpoint: InheritedEndpoint) -> None:  # noqa: N802
        """Nothing to do: the child connects to us."""

    def external_transport_clone(self) -> "UnixTransport":
        return UnixTransport(_Clone(), self._admin)

    @property
    def path(self) -> str:
        """The path of the socket that this endpoint listens at."""
        return self._path

    @property
    def is_closed(self) -> bool:
        """Whether this endpoint has ended."""
        return self._is_closed

    @property
    def is_admin_gone(self) -> bool:
        """Whether the system's admin has ended since this process connected to it."""
        return self._is_admin_gone

    def protectedFileNumList(self) -> list[int]:  # noqa: N802
        return []

    def childResetFileNumList(self) -> list[int]:  # noqa: N802
        return []  # closed at the fork itself

    def setAddressManager(self, _manager: Any) -> None:  # noqa: N802
        """Not needed: `scheduleTransmit` gets the manager that knows the addresses of a message."""

    def enableRXPauseFlowControl(self, _enable: bool = True) -> None:  # noqa: N802
        """Sending never stops receiving here."""

    def deadAddress(self, _manager: Any, _address: ActorAddress) -> None:  # noqa: N802
        """Nothing to do: the connection has ended, which says the same."""

    def run(self, handler: Any, maximumDuration: timedelta | float | None = None) -> Any:  # noqa: N803
        """Receives and sends, as `EventLoop.run`."""
        return self._loop.run(handler, maximumDuration)

    def use_slot(self, slot: NoMessageSlot) -> None:
        """Notes the current message in a slot that the parent can read."""
        self._loop.slot = slot

    def close(self) -> None:
        """Ends the endpoint; what the kernel has is still delivered."""
        if not self._is_closed:
            self._outgoing.abandon()
            self._is_closed = True
            self._loop.close()
            fork_cleanup.forget(self)
            atexit.unregister(self._unlink)
            self._unlink()

    def mark_closed_by_fork(self) -> None:
        self._is_closed = True

    def _unlink(self) -> None:
        if os.getpid() == self._pid:
            with contextlib.suppress(OSError):
                os.unlink(self._path)

    # Sending

    def scheduleTransmit(self, manager: Any, intent: Any, _exclusive: bool = False) -> None:  # noqa: N802
        """Sends the intent's message; its callback is called with the result, now or later."""
        if manager is not None and not self._resolve_addresses(manager, intent):
            return
        if isinstance(intent.message, Thespian__UpdateWork):
            intent.tx_done(SendStatus.Sent)
            return
        details = intent.targetAddr.addressDetails
        if isinstance(details, ActorLocalAddress):
            raise CannotPickleAddress(intent.targetAddr)
        if details.path == self._path:
            self._post_to_self(intent)
        else:
            self._outgoing.send(details.path, make_pending(intent))

    def send_pending(self, path: str, pending: PendingMessage) -> None:
        """Sends a pickled message to another process."""
        self._outgoing.send(path, pending)

    def _resolve_addresses(self, manager: Any, intent: Any) -> bool:
        target, message = manager.prepMessageSend(intent.targetAddr, intent.message)
        if message is SendStatus.DeadTarget:
            intent.tx_done(SendStatus.Sent)
            return False
        if not target:
            raise CannotPickleAddress(intent.targetAddr)
        intent.changeTargetAddr(target)
        intent.changeMessage(message)
        return True

    def _post_to_self(self, intent: Any) -> None:
        message = intent.message
        if not isinstance(message, ChildActorExited):  # only this process may know the child's address
            packets, _ = pack(message)
            message = unpack(b"".join(body for _, body in reversed(packets)))
        self._loop.post_to_self(message)
        intent.tx_done(SendStatus.Sent)

    def _report_refused(self, intent: Any, reason: str) -> None:
        if not isinstance(intent.message, PoisonMessage | logging.LogRecord):
            self._loop.post_to_self(PoisonMessage(intent.message, reason))
        intent.tx_done(SendStatus.Failed)

    def _report_lost(self, path: str, intents: list[Any]) -> None:
        """A receiver died without handling these; their senders were told "sent" when the kernel took them."""
        admin = path_of(self._admin)
        if path == admin:
            self._is_admin_gone = True
            self._loop.system_has_ended = self._is_client
        messages = [each.message for each in intents if _becomes_dead_letter(each.message)]
        if path != admin and not self._is_admin_gone:
            for message in messages:
                letter = DeadEnvelope(address_of(path), message)
                self.scheduleTransmit(None, TransmitIntent(self._admin, letter))
        if self.on_lost is not None:
            self.on_lost(path, messages)

    @property
    def handled_count(self) -> int:
        """How much the loop of this process has handled."""
        return self._loop.slot.handled_count

    def mailboxes(self) -> tuple[Mailbox, ...]:
        """What the receivers within the system have not handled of what was sent to them."""
        looks = (Mailbox(each.path, *each.look(now())) for each in self._outgoing.connections())
        return tuple(each for each in looks if each.unhandled and is_member(os.path.basename(each.path)))

    @property
    def lacks_descriptors(self) -> bool:
        """Whether a connection waits because this process may open no more files."""
        return self._loop.incoming.resume_at() is not None or self._outgoing.lacks_descriptors()

    def _complain_about_descriptors(self) -> None:
        if now() - self._complained_at >= _COMPLAIN_EVERY:
            self._complained_at = now()
            limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
            log.error(
                "this process may open no more files (limit %d): new connections wait until one is closed",
                limit,
                extra=named(EngineEvent.DESCRIPTOR_TROUBLE),
            )

    # Wake-ups, watched descriptors, signals

    def addWakeup(self, delay: timedelta | float, payload: Any) -> None:  # noqa: N802
        self._loop.wakeups.add(delay, payload)

    def set_watch(self, descriptors: list[int]) -> None:
        for each in self._loop.poller.watch_for_actor(descriptors):
            log.error("descriptor %s cannot be watched", each, extra=named(EngineEvent.DESCRIPTOR_TROUBLE))

    def interrupt_wait(self, signal_shutdown: bool = False, check_children: bool = False) -> None:
        """Called by signal handlers."""
        self._loop.is_exit_requested |= signal_shutdown
        self._loop.may_have_lost_child |= check_children
        self._loop.interrupt_wait()

    def abort_run(self, drain: bool = False) -> None:
        """Ends the run that is going on, or the next one; with `drain` once everything is sent."""
        self._loop.abort(drain=drain)

    def _updateStatusResponse(self, response: Any) -> None:  # noqa: N802
        response.addWakeups([(self.myAddress, ExpirationTimer(at - now())) for at in self._loop.wakeups.all_at()])
        for connection in self._outgoing.backlogged():
            for intent in connection.waiting_intents():
                response.addPendingMessage(self.myAddress, intent.targetAddr, type(intent.message).__name__)


def _becomes_dead_letter(message: Any) -> bool:
    return not isinstance(message, DeadEnvelope | ChildActorExited | ActorExitRequest | logging.LogRecord)
