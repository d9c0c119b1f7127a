"""The base class of every actor: handlers by message type, and no error that ever reaches Thespian."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, final

from thespian.actors import (
    Actor,
    ActorAddress,
    ActorExitRequest,
    ActorSystemMessage,
    PoisonMessage,
    ThespianWatch,
    WakeupMessage,
    WatchMessage,
)

from lotkeeper.engine.actor.dispatch import find, handles, table_of
from lotkeeper.engine.actor.guarding import Acquitted, Guard, Watchful
from lotkeeper.engine.actor.pinging import Ping, Pong
from lotkeeper.engine.actor.sparing import Sparing
from lotkeeper.engine.actor.watching import Watchlist
from lotkeeper.engine.asking import Answer, Ask, Asker, AskFailure, Forwarded, Sender
from lotkeeper.engine.clock import SYSTEM_CLOCK, Clock
from lotkeeper.engine.errors import WrongThreadError

if TYPE_CHECKING:
    from lotkeeper.engine.system.deaths import ChildProcess


class EngineActor(Actor):  # type: ignore[misc]
    """An actor whose handlers are methods marked with `@handles(MessageType)`.

    Thespian calls a handler a second time when it raises, and forgets the watched descriptors unless every single
    return names them again: neither can happen here, because `receiveMessage` is final. Names that begin with two
    underscores are the engine's own, and no subclass can hit them by accident.
    """

    _handlers: ClassVar[dict[type, str]] = {}
    _clock: Clock = SYSTEM_CLOCK
    _failure_seen: Callable[[Exception], None] = staticmethod(lambda _: None)
    _is_ending = False
    __guard: Guard | None = None
    __thread: int | None = None

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        cls._handlers = table_of(cls)

    # What a subclass may override

    def watched(self) -> Sequence[int]:
        """The file descriptors whose readiness to read (or end) calls `on_readable`; asked after every message."""
        return ()

    def on_readable(self, descriptors: Sequence[int]) -> None:
        """Some of the watched descriptors can be read, or their other end has closed."""

    def on_wakeup(self, payload: Any) -> None:
        """The time set with `wake_in` has come."""

    def on_exit(self) -> None:
        """The actor is about to end: the last chance to close what it holds."""

    def on_undelivered(self, message: Any, reason: str) -> None:
        """A message of ours was refused: its receiver's queue is full, or it cannot be decoded there."""
        sparing: Sparing = self.__dict__.setdefault("_EngineActor__sparing", Sparing())
        kind = type(message).__name__
        if count := sparing.count(kind, self.monotonic()):
            self.log.error("%d %s not delivered: %s", count, kind, reason)

    def on_quarantined(self, message: Any) -> None:
        """A message came that has killed this actor twice; it is not handled."""
        self.log.error("not handled, for it has killed this actor before: %r", message)

    def on_unknown(self, message: Any, sender: Sender) -> None:
        """No handler takes the message; warned of once for each type."""
        seen: set[type] = self.__dict__.setdefault("_unknown_seen", set())
        if type(message) not in seen:
            seen.add(type(message))
            self.log.warning("no handler for %s (from %s)", type(message).__name__, sender)

    def on_failure(self, message: Any, error: Exception) -> None:
        """A handler raised `error` on `message`; the actor lives on."""
        self.log.error("%s failed on a %s", type(self).__name__, type(message).__name__, exc_info=error)

    # What a subclass uses

    @property
    def log(self) -> logging.Logger:
        """The actor's logger; looked up each time, since a new process may have set logging up anew."""
        return logging.getLogger(f"lotkeeper.actor.{type(self).__name__}")

    def reply(self, sender: Sender, body: Any) -> None:
        """Sends `body` back: as the Answer to an Ask, plainly to anybody else."""
        if isinstance(sender, Asker):
            self.send(sender.address, Answer(sender.ask_id, body))
        else:
            self.send(sender, body)

    def forward(self, to: ActorAddress, body: Any, sender: Sender) -> None:
        """Hands a message on so that `to` answers whoever asked; a plain sender is not handed on, only its message."""
        self.send(to, Forwarded(sender, body) if isinstance(sender, Asker) else body)

    def wake_in(self, seconds: float, payload: Any = None) -> None:
        """Calls `on_wakeup(payload)` after `seconds`; those due together come in the order they were asked for."""
        self.wakeupAfter(timedelta(seconds=seconds), payload)

    def exit(self) -> None:
        """Ends this actor and its children once the messages before it are handled."""
        self.send(self.myAddress, ActorExitRequest())

    def child_process(self, address: ActorAddress) -> "ChildProcess | None":
        """The process of a child; None when it is dead or none of ours."""
        process: ChildProcess | None = self._myRef.child_process(address)
        return process

    def monotonic(self) -> float:
        """Seconds, never backwards: for durations."""
        return self._clock.monotonic()

    def wall_ns(self) -> int:
        """Nanoseconds since 1970 UTC."""
        return self._clock.wall_ns()

    def wall_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return self._clock.wall_ns() // 1_000_000

    def send(self, to: ActorAddress, message: Any) -> None:
        """Sends a message, in order after all others to the same actor; WrongThreadError outside the actor's thread.

        Sending never waits: what the receiver has no room for is kept, up to a bound (`on_undelivered`).
        """
        if self.__thread not in (None, threading.get_ident()):
            raise WrongThreadError(f"{type(self).__name__} sends from a thread that is not its own")
        super().send(to, message)

    # What Thespian calls

    @final
    def receiveMessage(self, message: Any, sender: ActorAddress) -> ThespianWatch | None:  # noqa: N802
        """Thespian's entry: never raises, always names the watched descriptors."""
        self.__thread = threading.get_ident()
        origin: Sender = sender
        try:
            message, origin = _unwrap(message, sender)
            if self.__guard is None:
                self.__deliver(message, origin)
            else:
                self.__deliver_guarded(self.__guard, message, origin)
        except Exception as error:
            self.__failed(message, origin, error)
        return self.__watch()

    def __deliver_guarded(self, guard: Guard, message: Any, sender: Sender) -> None:
        if guard.refuses(message):
            self.on_quarantined(message)
            if isinstance(sender, Asker):
                self.reply(sender, AskFailure("the message is quarantined, for it has killed its actor twice"))
            return
        self.__deliver(message, sender)
        if guard.acquits(message):
            self.send(guard.warden, Acquitted(message))

    def __deliver(self, message: Any, sender: Sender) -> None:
        name = find(self._handlers, type(message))
        if name is not None:
            getattr(self, name)(message, sender)
        elif isinstance(message, ActorSystemMessage):
            self.__deliver_system(message, sender)
        else:
            self.on_unknown(message, sender)

    def __deliver_system(self, message: Any, sender: Sender) -> None:
        match message:
            case WakeupMessage():
                self._woken(message.payload)
            case WatchMessage():
                self.on_readable(list(message.ready))
            case ActorExitRequest():
                self._is_ending = True
                self.on_exit()
            case PoisonMessage():
                self.on_undelivered(message.poisonMessage, str(message.details))
            case _:
                self.on_unknown(message, sender)

    def _woken(self, payload: Any) -> None:
        """Where a base class of ours takes out the wake-ups that it asked for itself."""
        self.on_wakeup(payload)

    # What the engine's own messages do

    @handles(Ping)
    def __pinged(self, message: Ping, sender: Sender) -> None:
        """That it is handled is what was wanted."""
        if isinstance(sender, Asker):
            self.reply(sender, Pong())

    @handles(Watchful)
    def __be_watchful(self, message: Watchful, sender: ActorAddress) -> None:
        self.__guard = Guard(message, sender)

    def __failed(self, message: Any, sender: Sender, error: Exception) -> None:
        try:
            self._failure_seen(error)
            self.on_failure(message, error)
            if isinstance(sender, Asker):
                self.reply(sender, AskFailure(f"{type(error).__name__}: {error}"))
        except Exception:
            self.log.exception("the failure of a %s could not be dealt with", type(message).__name__)

    def __watch(self) -> ThespianWatch | None:
        watchlist: Watchlist = self.__dict__.setdefault("_watchlist", Watchlist())
        try:
            descriptors = watchlist.checked(self.watched())
        except Exception as error:
            self.__failed(None, self.myAddress, error)
            descriptors = watchlist.last_open()
        for complaint in watchlist.complaints():
            self.log.error("%s", complaint)
        return ThespianWatch(descriptors) if descriptors else None


def _unwrap(message: Any, sender: ActorAddress) -> tuple[Any, Sender]:
    if isinstance(message, Ask):
        return message.body, Asker(sender, message.ask_id)
    if isinstance(message, Forwarded):
        return message.body, message.asker
    return message, sender


EngineActor._handlers = table_of(EngineActor)
