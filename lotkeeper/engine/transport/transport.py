"""Thespian's transport over Unix-domain sockets: an endpoint of a process of a system, or of one that talks to it.

Not thread-safe: a process sends and runs its transport from one thread at a time.
"""

import atexit
import contextlib
import logging
import os
import resource
from collections import deque
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
    ReceiveEnvelope,
    SendStatus,
    Thespian__UpdateWork,
    TransmitIntent,
)

from lotkeeper.engine.transport import hygiene
from lotkeeper.engine.transport.addresses import address_of, admin_path, new_actor_path, new_client_path, path_of
from lotkeeper.engine.transport.bell import Bell
from lotkeeper.engine.transport.directory import check_private, somebody_listens
from lotkeeper.engine.transport.hand import EmptyHand
from lotkeeper.engine.transport.incoming import Inbox
from lotkeeper.engine.transport.outbox import Outbox
from lotkeeper.engine.transport.poller import READ, Poller
from lotkeeper.engine.transport.rounds import Rounds
from lotkeeper.engine.transport.wakeups import Wakeups, now
from lotkeeper.engine.transport.wire import pack, unpack

DIRECTORY = "Unix Directory"
_COMPLAIN_EVERY = 60.0

log = logging.getLogger("lotkeeper.engine")


class Endpoint:
    """How a forked process finds its transport: its number with its parent, a fixed path, and its relatives."""

    def __init__(self, number: int | None, path: str | None, parent: ActorAddress, admin: ActorAddress) -> None:
        self.addrInst = number
        self.path = path
        self.parent = parent
        self.admin = admin


class _Clone:
    """Asks for another endpoint of a process outside the system."""


class Capable(Protocol):
    """Whatever has a system's settings."""

    def get(self, name: str, default: Any = None) -> Any: ...


class UnixTransport(Rounds):
    """One endpoint: where a process listens, what it sends, what it waits for."""

    def __init__(self, how: Any, *more: Any) -> None:
        self._external = not isinstance(how, Endpoint)
        if isinstance(how, Endpoint):
            self._admin, path = how.admin, how.path
        elif isinstance(how, _Clone):
            self._admin, path = more[0], None
        elif isinstance(how, ExternalInterfaceTransportInit):
            self._admin, path = self.getAdminAddr(more[0]), None
        else:
            raise TypeError(f"no transport for {type(how)}")
        directory = os.path.dirname(path_of(self._admin))
        check_private(Path(directory))
        new_path = new_client_path if self._external else new_actor_path
        self._path = path or new_path(directory)
        self.myAddress = address_of(self._path)
        self.on_lost: Callable[[str, list[Any]], None] | None = None
        self.hand = EmptyHand()
        self._complained_at = -_COMPLAIN_EVERY
        self._open()

    def _open(self) -> None:
        self._closed = False
        self._poller = Poller()
        self._bell = Bell(hears_signals=not self._external)
        self._poller.add(self._bell.descriptor, self._bell, READ)
        self._inbox = Inbox(self._path, self._poller, self._short_of_descriptors)
        self._outbox = Outbox(self._path, self._poller, self._lost, self._refused, self._short_of_descriptors)
        self._wakeups = Wakeups()
        self._own_mail: deque[ReceiveEnvelope] = deque()
        self._exit_asked = self._child_died = self._admin_gone = False
        self._abort: bool | None = None
        hygiene.register(self)
        # At a normal end of a process outside; an actor calls `close`, and after SIGKILL the next start cleans up.
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
        return somebody_listens(path_of(address))

    def prepEndpoint(self, assigned: ActorAddress, _capabilities: Any) -> Endpoint:  # noqa: N802
        details = assigned.addressDetails
        if isinstance(details, ActorLocalAddress):
            return Endpoint(details.addressInstanceNum, None, self.myAddress, self._admin)
        return Endpoint(None, details.path, self.myAddress, self._admin)

    def connectEndpoint(self, _endpoint: Endpoint) -> None:  # noqa: N802
        """Nothing to do: the child connects to us."""

    def external_transport_clone(self) -> "UnixTransport":
        return UnixTransport(_Clone(), self._admin)

    @property
    def closed(self) -> bool:
        """Whether this endpoint has ended."""
        return self._closed

    @property
    def admin_gone(self) -> bool:
        """Whether the system's admin, once connected to, has ended."""
        return self._admin_gone

    def protectedFileNumList(self) -> list[int]:  # noqa: N802
        return []

    def childResetFileNumList(self) -> list[int]:  # noqa: N802
        return []  # closed at the fork itself

    def setAddressManager(self, _manager: Any) -> None:  # noqa: N802
        """Not needed: messages come with the manager that knows their addresses."""

    def enableRXPauseFlowControl(self, _enable: bool = True) -> None:  # noqa: N802
        """Sending never stops receiving here."""

    def deadAddress(self, _manager: Any, _address: ActorAddress) -> None:  # noqa: N802
        """Nothing to do: the end of the connection says it."""

    def close(self) -> None:
        """Ends the endpoint; what the kernel holds is still delivered."""
        if not self._closed:
            self._outbox.abandon()
            self._closed = True
            for each in (self._outbox, self._inbox, self._poller, self._bell):
                each.close()
            hygiene.forget(self)
            atexit.unregister(self._unlink)
            self._unlink()

    def bury(self) -> None:
        self._closed = True

    def _unlink(self) -> None:
        if os.getpid() == self._pid:
            with contextlib.suppress(OSError):
                os.unlink(self._path)

    # Sending

    def scheduleTransmit(self, manager: Any, intent: Any, _exclusive: bool = False) -> None:  # noqa: N802
        """Sends the intent's message; its callback is told how it went, now or later."""
        if manager is not None and not self._addressed(manager, intent):
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
            self._outbox.send(details.path, intent)

    def _addressed(self, manager: Any, intent: Any) -> bool:
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
        if not isinstance(message, ChildActorExited):  # its address may be known to this process only
            packets, _ = pack(message)
            message = unpack(b"".join(body for _, body in reversed(packets)))
        self._put_own(message)
        intent.tx_done(SendStatus.Sent)

    def _put_own(self, message: Any) -> None:
        self._own_mail.append(ReceiveEnvelope(self.myAddress, message))
        self._bell.ring()

    def _refused(self, intent: Any, reason: str) -> None:
        if not isinstance(intent.message, PoisonMessage | logging.LogRecord):
            self._put_own(PoisonMessage(intent.message, reason))
        intent.tx_done(SendStatus.Failed)

    def _lost(self, path: str, intents: list[Any]) -> None:
        """A receiver died with these unhandled; their senders were told "sent" when the kernel took them."""
        admin = path_of(self._admin)
        if path == admin:
            self._admin_gone = True
        messages = [each.message for each in intents if _is_mournable(each.message)]
        if path != admin and not self._admin_gone:
            for message in messages:
                letter = DeadEnvelope(address_of(path), message)
                self.scheduleTransmit(None, TransmitIntent(self._admin, letter))
        if self.on_lost is not None:
            self.on_lost(path, messages)

    @property
    def is_short_of_descriptors(self) -> bool:
        """Whether a connection waits because this process may open no more files."""
        return self._inbox.resume_at() is not None or self._outbox.lacks_descriptors()

    def _short_of_descriptors(self) -> None:
        if now() - self._complained_at >= _COMPLAIN_EVERY:
            self._complained_at = now()
            limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
            log.error("this process may open no more files (limit %d): new connections wait until one is closed", limit)

    # Wake-ups, watches, signals

    def addWakeup(self, delay: timedelta | float, payload: Any) -> None:  # noqa: N802
        self._wakeups.add(delay, payload)

    def set_watch(self, descriptors: list[int]) -> None:
        for each in self._poller.watch(descriptors):
            log.error("descriptor %s cannot be watched", each)

    def interrupt_wait(self, signal_shutdown: bool = False, check_children: bool = False) -> None:
        """Called by signal handlers."""
        self._exit_asked |= signal_shutdown
        self._child_died |= check_children
        self._bell.ring()

    def abort_run(self, drain: bool = False) -> None:
        """Ends the run that is going on (or the next one), after what still has to go out when `drain`."""
        self._abort = drain

    def _updateStatusResponse(self, response: Any) -> None:  # noqa: N802
        response.addWakeups([(self.myAddress, ExpirationTimer(at - now())) for at in self._wakeups.all_at()])
        for out in self._outbox.crowd():
            for intent in out.look_at_waiting():
                response.addPendingMessage(self.myAddress, intent.targetAddr, type(intent.message).__name__)


def _is_mournable(message: Any) -> bool:
    return not isinstance(message, DeadEnvelope | ChildActorExited | ActorExitRequest | logging.LogRecord)
