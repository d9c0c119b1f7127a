"""The short way for ordinary messages, those that are not Thespian's own, through an actor's process.

Thespian asks of each message a dozen times whether it is one of its own. After a rest these questions cost more than
the work itself, because none of their code is in the processor's caches any more.
"""

import logging
from collections.abc import Callable
from typing import Any

from thespian.actors import ActorAddress, ThespianWatch, WakeupMessage, WatchMessage
from thespian.system.transport import TransmitIntent

from lotkeeper.engine.transport.addresses import UnixAddress
from lotkeeper.engine.transport.outgoing import make_pending

_THESPIAN = "thespian."


class OrdinaryIntent(TransmitIntent):  # type: ignore[misc]
    """What Thespian wants to know of a message that is being sent, without its timers and chains of callbacks."""

    def __init__(self, target: ActorAddress, message: Any, on_failure: Callable[[Any, Any], None]) -> None:
        self._targetAddr, self._message, self._on_failure = target, message, on_failure
        self._resultsts: Any = None

    def tx_done(self, status: Any) -> None:
        self._resultsts = status
        if not status:
            self._on_failure(status, self)


class _OrdinaryTypes(dict[type, bool]):
    """Whether the messages of a type are ordinary, found out once for each type."""

    def __missing__(self, kind: type) -> bool:
        self[kind] = not any(each.__module__.startswith(_THESPIAN) for each in kind.__mro__)
        return self[kind]


class OrdinaryMessages:
    """Goes before Thespian's manager among the bases of `EngineManager`; whatever is special goes Thespian's way."""

    transport: Any
    actorInst: Any  # noqa: N815
    actor_send_fail: Any
    _addrManager: Any  # noqa: N815
    _handleOneMessage: Any  # noqa: N815
    _receiveQueue: list[Any]  # noqa: N815
    _queues: dict[str, Any]

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._own_path: str = self.transport.path
        self._is_ordinary = _OrdinaryTypes({logging.LogRecord: False})
        self._is_for_actor = _OrdinaryTypes({logging.LogRecord: False, WakeupMessage: True, WatchMessage: True})

    # Sending

    def actor_send(self, target: ActorAddress, message: Any) -> None:
        """Sends a message of the actor."""
        path = self._short_path(target, message)
        try:
            pending = None if path is None else make_pending(OrdinaryIntent(target, message, self.actor_send_fail))
        except Exception:  # it may name a child that has no address yet
            pending = None  # Thespian's way fails in the same manner, and handles the failure
        if pending is None:
            super().actor_send(target, message)  # type: ignore[misc]
        else:
            self.transport.send_pending(path, pending)

    def _short_path(self, target: ActorAddress, message: Any) -> str | None:
        """The receiver's path; None for a child without an address, behind messages that wait for one, and when dead.

        Also None for the actor itself and for Thespian's own messages.
        """
        details = getattr(target, "addressDetails", None)
        if not isinstance(details, UnixAddress) or self._queues or self._addrManager._deadAddrs:
            return None
        return details.path if self._is_ordinary[type(message)] and details.path != self._own_path else None

    # Receiving

    def handleMessages(self, envelope: Any) -> Any:  # noqa: N802
        """Handles what has arrived; returns something false to end the process."""
        message, sender = envelope._message, envelope._sender
        if not self._is_for_actor[type(message)] or not self._is_running():
            return super().handleMessages(envelope)  # type: ignore[misc]
        addresses = self._addrManager
        if addresses._deadAddrs or not hasattr(sender, "eqOverride"):  # importing an address gives it that
            addresses.importAddr(sender)
        watch = self.actorInst.receiveMessage(message, sender)
        self.transport.set_watch(watch.filenos if isinstance(watch, ThespianWatch) else [])
        result = True
        while result and self._receiveQueue:
            result = self._handleOneMessage(self._receiveQueue.pop(0))
        return result

    def _is_running(self) -> bool:
        """Whether there is an actor whose handlers never raise, and it does not end yet."""
        is_ending = hasattr(self, "_exiting")  # Thespian sets it, and asks whether it is there
        return not is_ending and getattr(self.actorInst, "never_raises", False)
