"""The base class of every actor: handlers by message type, and no error that ever reaches Thespian."""

import logging
import os
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cached_property
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

from lotkeeper.engine.actor.clock import ActorClock, SystemClock
from lotkeeper.engine.actor.guard import Cleared, Guard, GuardAgainst
from lotkeeper.engine.actor.handlers import find_handler, handlers_of, handles
from lotkeeper.engine.actor.log_levels import LogLevels
from lotkeeper.engine.actor.logs import LogThrottle, MessageLog
from lotkeeper.engine.actor.watchlist import Watchlist
from lotkeeper.engine.asking import Answer, Ask, Asker, AskFailure, Forwarded, Ping, Pong, Sender
from lotkeeper.engine.errors import WrongThreadError
from lotkeeper.engine.inspection.observation import Observation
from lotkeeper.engine.inspection.questions import AskVitals, StartTrace, TakeTrace, TraceTaken, Vitals
from lotkeeper.engine.log_events import EngineEvent, named
from lotkeeper.engine.system.process_setup import INHERITANCE

if TYPE_CHECKING:
    from lotkeeper.engine.system.child_process import ChildProcess


class EngineActor(Actor):  # type: ignore[misc]
    """An actor whose handlers are methods marked with `@handles(MessageType)`.

    The handler of a message's exact type comes first, then those of its base classes in their order.
    Thespian calls a handler a second time when it raises, and forgets the watched descriptors unless each return names
    them again: neither can happen here, because `receiveMessage` is final. Names that begin with two underscores belong
    to the engine, so that no subclass uses one by accident.
    """

    never_raises: ClassVar[bool] = True  # `receiveMessage` handles every error itself; Thespian's own actors do not
    _handlers: ClassVar[dict[type, str]] = {}  # the name of the handler method by message type
    _clock: ActorClock = SystemClock()
    _on_handler_error: Callable[[Exception], None] = staticmethod(lambda _: None)  # for the test kit
    _is_ending = False
    __guard: Guard | None = None
    __thread: int | None = None

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        cls._handlers = handlers_of(cls)

    # What a subclass may override

    def watched(self) -> Sequence[int]:
        """The descriptors to watch; `on_readable` is called when one is readable or ended. Asked after each message."""
        return ()

    def on_readable(self, descriptors: Sequence[int]) -> None:
        """Called when some of the watched descriptors can be read, or their other end has closed."""

    def on_wakeup(self, payload: Any) -> None:
        """Called when the time set with `wake_in` has come."""

    def on_exit(self) -> None:
        """Called when the actor is about to end: the last chance to close files and connections."""

    def on_undelivered(self, message: Any, reason: str) -> None:
        """Called when a message of this actor was refused: too many wait for its receiver, or it cannot be decoded."""
        kind = type(message).__name__
        if count := self.__undelivered.count(kind, self.monotonic()):
            self.log.error(
                "%d %s not delivered: %s", count, kind, reason, extra=named(EngineEvent.MESSAGE_NOT_DELIVERED)
            )

    def on_quarantined(self, message: Any) -> None:
        """Called instead of the handler when a message comes that has killed this actor twice."""
        self.log.error(
            "not handled, for it has killed this actor before: %r",
            message,
            extra=named(EngineEvent.MESSAGE_QUARANTINED),
        )

    def on_unknown(self, message: Any, sender: Sender) -> None:
        """Called when no handler is marked for the message. Logs a warning, once for each type."""
        if type(message) not in self.__unknown_types:
            self.__unknown_types.add(type(message))
            self.log.warning(
                "no handler for %s (from %s)", type(message).__name__, sender, extra=named(EngineEvent.MESSAGE_UNKNOWN)
            )

    def on_failure(self, message: Any, error: Exception) -> None:
        """Called when a handler has raised `error` on `message`. The actor goes on."""
        self.log.error(
            "%s failed on a %s",
            type(self).__name__,
            type(message).__name__,
            exc_info=error,
            extra=named(EngineEvent.HANDLER_FAILED),
        )

    # What a subclass uses

    @property
    def log(self) -> logging.Logger:
        """The actor's logger. Looked up each time, because a new process may configure logging again."""
        return logging.getLogger(f"lotkeeper.actor.{type(self).__name__}")

    def reply(self, sender: Sender, body: Any) -> None:
        """Sends `body` to the sender of a message: as the Answer if it was an Ask, otherwise as it is."""
        if isinstance(sender, Asker):
            self.send(sender.address, Answer(sender.ask_id, body))
        else:
            self.send(sender, body)

    def forward(self, to: ActorAddress, body: Any, sender: Sender) -> None:
        """Passes a message on. If it was asked, `to` answers the asker, else `to` sees this actor as the sender."""
        self.send(to, Forwarded(sender, body) if isinstance(sender, Asker) else body)

    def wake_in(self, seconds: float, payload: Any = None) -> None:
        """Calls `on_wakeup(payload)` after `seconds`. Those due at the same time come in the order of the requests."""
        self.wakeupAfter(timedelta(seconds=seconds), payload)

    def exit(self) -> None:
        """Ends this actor and its children once the messages that came before are handled."""
        self.send(self.myAddress, ActorExitRequest())

    def child_process(self, address: ActorAddress) -> "ChildProcess | None":
        """The process of a child; None when it is dead or not a child of this actor."""
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

        Sending never waits: what the receiver has no room for is kept, up to a limit (`on_undelivered`).
        """
        if self.__thread not in (None, threading.get_ident()):
            raise WrongThreadError(f"{type(self).__name__} sends from a thread that is not its own")
        if type(to) is ActorAddress:
            self._myRef.actor_send(to, message)
        else:
            super().send(to, message)

    # What Thespian calls

    @final
    def receiveMessage(self, message: Any, sender: ActorAddress) -> ThespianWatch | None:  # noqa: N802
        """Thespian's entry. Never raises, and always returns the watched descriptors."""
        self.__thread = threading.get_ident()
        observation = self.__observation
        begun = self._clock.monotonic() if observation else 0.0
        origin: Sender = sender
        try:
            message, origin = _unwrap_sender(message, sender)
            if self.__guard is None:
                self.__deliver(message, origin)
            else:
                self.__deliver_guarded(self.__guard, message, origin)
        except Exception as error:
            self.__report_failure(message, origin, error)
        if observation:
            self.__observe(observation, message, origin, begun)
        return self.__watch()

    # Made at their first use: the constructor belongs to the subclass.

    @cached_property
    def __observation(self) -> Observation | None:
        """None while nobody looks: DEBUG is not logged, nobody asks for vitals or traces.

        Decided at the first message, when the process has configured its logging, and whenever somebody looks.
        """
        message_log = self.__message_log()
        return None if message_log is None else Observation(message_log)

    @cached_property
    def __watchlist(self) -> Watchlist:
        return Watchlist()

    @cached_property
    def __undelivered(self) -> LogThrottle:
        return LogThrottle()

    @cached_property
    def __unknown_types(self) -> set[type]:
        """The types of messages that a warning was logged for."""
        return set()

    def __deliver_guarded(self, guard: Guard, message: Any, sender: Sender) -> None:
        if guard.is_banned(message):
            self.on_quarantined(message)
            if isinstance(sender, Asker):
                self.reply(sender, AskFailure("the message is quarantined, for it has killed its actor twice"))
            return
        self.__deliver(message, sender)
        if guard.clear(message):
            self.send(guard.supervisor, Cleared(message))

    def __deliver(self, message: Any, sender: Sender) -> None:
        name = find_handler(self._handlers, type(message))
        if name is not None:
            getattr(self, name)(message, sender)
        elif isinstance(message, ActorSystemMessage):
            self.__deliver_system(message, sender)
        else:
            self.on_unknown(message, sender)

    def __deliver_system(self, message: Any, sender: Sender) -> None:
        match message:
            case WakeupMessage():
                self._handle_wakeup(message.payload)
            case WatchMessage():
                self.on_readable(list(message.ready))
            case ActorExitRequest():
                self._is_ending = True
                self.on_exit()
            case PoisonMessage():
                self.on_undelivered(message.poisonMessage, str(message.details))
            case _:
                self.on_unknown(message, sender)

    def _handle_wakeup(self, payload: Any) -> None:
        """Overridden by the engine's own subclasses, which handle the wake-ups that they asked for themselves."""
        self.on_wakeup(payload)

    # The engine's own messages

    @handles(Ping)
    def __handle_ping(self, message: Ping, sender: Sender) -> None:
        """A supervisor only wants it to be handled; a client wants an answer."""
        if isinstance(sender, Asker):
            self.reply(sender, Pong())

    @handles(AskVitals)
    def __answer_vitals(self, message: AskVitals, sender: Sender) -> None:
        self.reply(sender, self._vitals(message))
        if message.measure_s > 0:
            self.__observed().measure_until(self.monotonic() + message.measure_s)

    def _vitals(self, message: AskVitals) -> Vitals:
        """How this actor is; a supervisor adds its children."""
        return Vitals(
            actor=type(self).__name__,
            pid=os.getpid(),
            handled=self._myRef.handled_count(),
            mailboxes=self._myRef.mailboxes(),
            handlers=self.__observation.times() if self.__observation else (),
            undelivered=self.__undelivered.totals(),
            unknown=tuple(sorted(each.__name__ for each in self.__unknown_types)),
        )

    @handles(LogLevels)
    def __on_log_levels(self, message: LogLevels, sender: Sender) -> None:
        self._use_log_levels(message)

    def _use_log_levels(self, levels: LogLevels) -> None:
        """From now on this process logs so; a supervisor hands them on."""
        INHERITANCE.set_log_level(levels.level_of(type(self).__name__))
        self.__observed().log_to(self.__message_log())

    def __message_log(self) -> MessageLog | None:
        """None where DEBUG is not logged."""
        log = self.log
        return MessageLog(log, INHERITANCE.subject_fields) if log.isEnabledFor(logging.DEBUG) else None

    @handles(StartTrace)
    def __start_trace(self, message: StartTrace, sender: Sender) -> None:
        self.__observed().start_trace(message, self.monotonic())
        self.reply(sender, TraceTaken())

    @handles(TakeTrace)
    def __take_trace(self, message: TakeTrace, sender: Sender) -> None:
        self.reply(sender, self.__observation.take_trace() if self.__observation else TraceTaken())

    def __observed(self) -> Observation:
        """From now on what this actor handles is observed."""
        self.__observation = self.__observation or Observation()
        return self.__observation

    def __observe(self, observation: Observation, message: Any, sender: Sender, begun: float) -> None:
        try:
            if not observation.note(message, sender, begun, self._clock.monotonic(), self._clock.wall_ns()):
                self.__observation = None
        except Exception:
            self.log.exception(
                "a %s could not be observed", type(message).__name__, extra=named(EngineEvent.HANDLER_FAILED)
            )

    @handles(GuardAgainst)
    def __start_guarding(self, message: GuardAgainst, sender: ActorAddress) -> None:
        self.__guard = Guard(message, sender)

    def __report_failure(self, message: Any, sender: Sender, error: Exception) -> None:
        try:
            self._on_handler_error(error)
            self.on_failure(message, error)
            if isinstance(sender, Asker):
                self.reply(sender, AskFailure(f"{type(error).__name__}: {error}"))
        except Exception:
            self.log.exception(
                "the failure of a %s could not be reported",
                type(message).__name__,
                extra=named(EngineEvent.HANDLER_FAILED),
            )

    def __watch(self) -> ThespianWatch | None:
        try:
            descriptors = self.__watchlist.check(self.watched())
        except Exception as error:
            self.__report_failure(None, self.myAddress, error)
            descriptors = self.__watchlist.last_open()
        for complaint in self.__watchlist.pop_complaints():
            self.log.error("%s", complaint, extra=named(EngineEvent.DESCRIPTOR_TROUBLE))
        return ThespianWatch(descriptors) if descriptors else None


def handled_types() -> set[type]:
    """The types of all messages that the actors of this program handle, as far as they are loaded."""
    actors = [EngineActor]
    for each in actors:
        actors += each.__subclasses__()
    return {kind for each in actors for kind in each._handlers}


def _unwrap_sender(message: Any, sender: ActorAddress) -> tuple[Any, Sender]:
    if isinstance(message, Ask):
        return message.body, Asker(sender, message.ask_id)
    if isinstance(message, Forwarded):
        return message.body, message.asker
    return message, sender


EngineActor._handlers = handlers_of(EngineActor)
