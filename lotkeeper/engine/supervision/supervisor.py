"""An actor that keeps its children running as long as restarting helps."""

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from thespian.actors import ActorAddress, ActorExitRequest, ChildActorExited

from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.actor.guard import Cleared
from lotkeeper.engine.actor.log_levels import ChangeLogLevel, LogLevels
from lotkeeper.engine.asking import Ping, Sender
from lotkeeper.engine.inspection.questions import AskVitals, Death, Vitals
from lotkeeper.engine.log_events import EngineEvent, named
from lotkeeper.engine.supervision.child_record import ChildRecord, current_message, how_ended
from lotkeeper.engine.supervision.children import (
    ChildAction,
    ChildAddresses,
    ChildPhase,
    Children,
    GiveUpChild,
    KillChild,
    RetryLater,
    StartChild,
    StopChild,
)
from lotkeeper.engine.supervision.hang_detector import HangCheck, HangDetector
from lotkeeper.engine.supervision.spec import ChildSpec, ChildStatus, LifeState

_CHECK_EVERY = 5.0  # seconds between checks whether a child is hung
_DEATHS_KEPT = 20
_SOONEST_S = 0.05  # after which the end of a level of the log is looked for again
_CHECK_CALM_EVERY = 20.0  # the same while the children handle next to nothing


@dataclass(frozen=True, slots=True)
class _RetryDue:
    key: str
    ticket: int


@dataclass(frozen=True, slots=True)
class _StopDue:
    key: str
    ticket: int


@dataclass(frozen=True, slots=True)
class _LevelsDue:
    """The time of a level of the log is over."""


@dataclass(frozen=True, slots=True)
class _CheckChildren:
    """Check whether a child is hung. Only the newest one counts."""

    number: int


class Supervisor(EngineActor):
    """Starts children, starts them again when they die, kills those that hang, and reports those that it gives up.

    Every process of a child has an incarnation number, higher than that of any earlier one, also of those that an
    earlier process of this supervisor started: a process with a lower number is outdated and may be refused.
    """

    def __init__(self) -> None:
        super().__init__()
        self.__children = Children()
        self.__addresses = ChildAddresses()
        self.__records: dict[str, ChildRecord] = {}
        self.__hang_detector = HangDetector(_CHECK_EVERY, _CHECK_CALM_EVERY)
        self.__introduced: object | None = None
        self.__deaths: deque[Death] = deque(maxlen=_DEATHS_KEPT)
        self.__levels = LogLevels()
        self.__check_number = 0
        self.__check_at = float("inf")  # monotonic: when the children are checked next

    # What a subclass may override

    def introduction(self) -> object | None:
        """A message with the addresses that the children need, or None.

        All children get it whenever it has changed. Each new child gets it in any case, after its first message.
        """
        return None

    def on_child_started(self, key: str, address: ActorAddress, incarnation: int) -> None:
        """Called when a child was created and its first message sent."""

    def on_child_status(self, status: ChildStatus) -> None:
        """Called when the status of a child has changed."""

    # What a subclass uses

    def supervise(self, *specs: ChildSpec) -> None:
        """Starts children, in order, and keeps them running; ValueError when a key is taken."""
        actions: list[ChildAction] = []
        for spec in specs:
            actions += self.__children.add(spec)
            self.__records.setdefault(spec.key, ChildRecord(spec.key))
        self.__carry_out(actions)

    def dismiss(self, key: str) -> None:
        """Ends a child for good; does nothing when there is none of that key."""
        self.__carry_out(self.__children.dismiss(key))
        self.__introduce()

    def introduce(self) -> None:
        """Sends the introduction to the children, if it has changed."""
        self.__introduce()

    def child(self, key: str) -> ActorAddress | None:
        """The address of the running child; None while it is dead or when there is none of that key."""
        return self.__addresses.address(key) if key in self.__children and self.__is_kept(key) else None

    def incarnation(self, key: str) -> int:
        """The number of the child's newest process; KeyError when there never was one of that key."""
        return self.__records[key].incarnation

    def children_by_key(self) -> dict[str, ActorAddress]:
        """The running children."""
        return {key: address for key, address in self.__addresses if self.__is_kept(key)}

    def child_statuses(self) -> list[ChildStatus]:
        """All children as they are now."""
        return [record.status() for key, record in self.__records.items() if key in self.__children]

    # Deaths

    @handles(ChildActorExited)
    def __note_death(self, message: ChildActorExited, sender: Sender) -> None:
        """Thespian may report one death twice, and that of a child that was replaced long ago.

        The children of a supervisor that ends are ended with it.
        """
        if self._is_ending:
            return
        key = self.__addresses.remove(message.childAddress)
        if key is not None:
            self.__blame_message(key, message)
            self.__remember_death(key, message)
            self.__replace_child(key, how_ended(message))

    def __remember_death(self, key: str, death: ChildActorExited) -> None:
        """For who asks later; the end of a child that was dismissed is none."""
        if not self.__is_kept(key):
            return
        noted = self.__records[key].pop_death(death, self.wall_ms(), self.monotonic())
        self.__deaths.append(noted)

    def __replace_child(self, key: str, how: str) -> None:
        self.__hang_detector.forget(key)
        self.__records[key].process = None
        was_kept = self.__is_kept(key)
        actions = self.__children.note_death(key, self.monotonic(), random.random())
        if was_kept:
            incarnation = self.__records[key].incarnation
            self.log.warning(
                "%s (incarnation %d) %s; %s",
                key,
                incarnation,
                how,
                _describe_next(actions),
                extra=named(EngineEvent.ACTOR_ENDED),
            )
            self.__set_state(key, LifeState.LOST, how)
        self.__introduce()
        self.__carry_out(actions)

    def __blame_message(self, key: str, death: ChildActorExited) -> None:
        """The message that a child was handling as it died may have killed it."""
        message = current_message(death)
        record = self.__records[key]
        if message is None or type(message) is type(record.first_message):
            return
        self.log.warning("%s was handling this: %r", key, message, extra=named(EngineEvent.MESSAGE_IN_HAND))
        if record.quarantine.blame(message):
            self.log.error(
                "quarantined, for it has killed %s twice: %r",
                key,
                message,
                extra=named(EngineEvent.MESSAGE_QUARANTINED),
            )

    @handles(Cleared)
    def __clear_message(self, message: Cleared, sender: Sender) -> None:
        key = self.__addresses.key_of(sender) if isinstance(sender, ActorAddress) else None
        if key is not None:
            self.__records[key].quarantine.clear(message.message)

    # Actions

    def __carry_out(self, actions: Sequence[ChildAction]) -> None:
        # First all processes are made, then messages are sent: memory touched between two forks is copied for each.
        new_keys = [action.key for action in actions if isinstance(action, StartChild)]
        for key in new_keys:
            self.__create(key)
        if new_keys and self.__check_at > self.monotonic() + _CHECK_EVERY:
            self.__check_in(_CHECK_EVERY)
        for action in actions:
            match action:
                case StartChild(key):
                    self.__send_first_message(key)
                case RetryLater(key, ticket, seconds):
                    self.wake_in(seconds, _RetryDue(key, ticket))
                case StopChild(key, ticket, seconds):
                    self.__stop(key)
                    self.wake_in(seconds, _StopDue(key, ticket))
                case KillChild(key):
                    self.__kill(key, "did not end when asked to")
                case GiveUpChild(key, reason, escalates):
                    self.__give_up(key, reason, escalates)
        self.__introduce(new_keys)

    def __create(self, key: str) -> None:
        record = self.__records[key]
        record.begin_incarnation(self.wall_ns())
        address = self.createActor(self.__children.spec(key).actor)
        record.process, record.started_at = self.child_process(address), self.monotonic()
        self.__addresses.add(key, address)
        self.__children.note_started(key, self.monotonic())

    def __send_first_message(self, key: str) -> None:
        spec, record, address = self.__children.spec(key), self.__records[key], self.__addresses.address(key)
        try:
            record.first_message = spec.start(record.incarnation)
        except Exception as error:
            self.on_failure(spec, error)
            self.__kill(key, "has no first message")
            return
        guard_request = record.quarantine.guard_request()
        if guard_request is not None:
            self.send(address, guard_request)
        if self.__levels != LogLevels():
            self.send(address, self.__levels)
        self.send(address, record.first_message)
        self.on_child_started(key, address, record.incarnation)
        self.__set_state(key, LifeState.RUNNING, record.reason)

    def __stop(self, key: str) -> None:
        address = self.__addresses.address(key)
        if address is not None:
            self.send(address, ActorExitRequest())

    def __kill(self, key: str, why: str) -> None:
        process = self.__records[key].process
        if process is not None:
            self.log.error(
                "%s (process %d) %s and is killed", key, process.pid, why, extra=named(EngineEvent.ACTOR_KILLED)
            )
            self.__records[key].killed_for = why
            process.kill()

    def __give_up(self, key: str, reason: str, escalates: bool) -> None:
        self.log.error("gave up on %s: it %s", key, reason, extra=named(EngineEvent.ACTOR_GIVEN_UP))
        self.__set_state(key, LifeState.GIVEN_UP, reason)
        if escalates:
            self.exit()

    # Wake-ups

    def _handle_wakeup(self, payload: Any) -> None:
        match payload:
            case _ if self._is_ending:
                pass
            case _RetryDue(key, ticket):
                self.__carry_out(self.__children.retry(key, ticket))
            case _StopDue(key, ticket):
                self.__carry_out(self.__children.check_stopped(key, ticket))
            case _LevelsDue():
                self.__end_log_levels()
            case _CheckChildren(number):
                if number == self.__check_number:
                    self.__check_children()
            case _:
                super()._handle_wakeup(payload)

    def __check_children(self) -> None:
        now = self.monotonic()
        self.__hang_detector.begin_round(now)
        try:
            for key, address in self.__addresses:
                self.__check_child(key, address, now)
        finally:
            self.__check_in(self.__hang_detector.end_round())

    def __check_child(self, key: str, address: ActorAddress, now: float) -> None:
        process, timeout_s = self.__records[key].process, self.__children.spec(key).hang_timeout_s
        if process is None or timeout_s is None:
            return
        match self.__hang_detector.check(key, process, timeout_s, now):
            case HangCheck.HUNG:
                self.__kill(key, f"has handled nothing for {timeout_s:g} s")
            case HangCheck.NEEDS_PING:
                self.send(address, Ping())

    def __check_in(self, seconds: float) -> None:
        self.__check_number, self.__check_at = self.__check_number + 1, self.monotonic() + seconds
        self.wake_in(seconds, _CheckChildren(self.__check_number))

    # Levels of the log

    @handles(ChangeLogLevel)
    def __change_log_level(self, message: ChangeLogLevel, sender: Sender) -> None:
        """Asked of the root, for the whole system."""
        if message.change is not None:
            self._use_log_levels(self.__levels.at(self.wall_ms()).with_change(message.change))
            who, level = message.change.who, message.change.level or "the configured one"
            text = f"{message.change.actor or 'all'} log from {level} on{f', by {who}' if who else ''}"
            self.log.warning("%s", text, extra=named(EngineEvent.LOG_LEVEL_CHANGED))
            self.__await_end_of_levels()
        self.reply(sender, self.__levels)

    def use_configured_level(self, level: str) -> None:
        """From now on it is the configured one, of this actor and of all below it; what was wished beside it stays."""
        self._use_log_levels(replace(self.__levels, configured=level))

    def _use_log_levels(self, levels: LogLevels) -> None:
        super()._use_log_levels(levels)
        self.__levels = levels
        for address in self.children_by_key().values():
            self.send(address, levels)

    def __end_log_levels(self) -> None:
        levels = self.__levels.at(self.wall_ms())
        if levels != self.__levels:
            self._use_log_levels(levels)
            self.log.warning("a level of the log is over", extra=named(EngineEvent.LOG_LEVEL_CHANGED))
        self.__await_end_of_levels()

    def __await_end_of_levels(self) -> None:
        ends = [each.until_ms for each in self.__levels.changed if each.until_ms is not None]
        if ends:
            self.wake_in(max(_SOONEST_S, (min(ends) - self.wall_ms()) / 1000), _LevelsDue())

    # Reports

    def _vitals(self, message: AskVitals) -> Vitals:
        known = ((key, record) for key, record in self.__records.items() if key in self.__children)
        children = tuple(record.vitals(self.__addresses.address(key)) for key, record in known)
        return replace(super()._vitals(message), children=children, deaths=tuple(self.__deaths))

    def __introduce(self, new_keys: Sequence[str] = ()) -> None:
        message = self.introduction()
        if message is None or self._is_ending:
            return
        has_changed, self.__introduced = message != self.__introduced, message
        for key, address in self.children_by_key().items():
            if has_changed or key in new_keys:
                self.send(address, message)

    def __set_state(self, key: str, state: LifeState, reason: str) -> None:
        record = self.__records[key]
        record.state, record.reason = state, reason
        self.on_child_status(record.status())

    def __is_kept(self, key: str) -> bool:
        return self.__children.phase(key) is not ChildPhase.ENDING


def _describe_next(actions: Sequence[ChildAction]) -> str:
    """For the log: what happens to a child that has died."""
    match actions[0] if actions else None:
        case StartChild():
            return "it is started again at once"
        case RetryLater(_, _, seconds):
            return f"it is started again in {seconds:.3f} s"
        case _:
            return "it is given up"
