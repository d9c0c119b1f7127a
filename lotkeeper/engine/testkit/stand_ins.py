"""What the bench puts in the place of other actors, of time, and of Thespian."""

import heapq
import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from thespian.actors import ActorAddress

from lotkeeper.engine.asking import Answer, Ask, Forwarded, Ping
from lotkeeper.engine.inspection.questions import Mailbox
from lotkeeper.engine.transport.message_format import dumps

Message = TypeVar("Message")
_WRAPPERS = (Ask, Answer, Forwarded)
_IGNORED = (Ping,)
_pids = itertools.count(100_001)


class Probe:
    """Stands in for an actor: an address, and what was sent there."""

    def __init__(self, name: str, actor_class: type | None = None) -> None:
        self.name = name
        self.actor_class = actor_class  # set when the actor on the bench created it
        self.key: str | None = None  # among the children of a Supervisor on the bench
        self.address = ActorAddress(f"probe:{name}")
        self.received: list[Any] = []
        self.pid = next(_pids)
        self.is_hung = False  # set it, and the probe counts as handling nothing any more
        self.is_killed = False  # whether the actor on the bench has killed it
        self._handled_count = 0

    @property
    def handled_count(self) -> int:
        """How many messages it has handled: all that came, unless it is hung."""
        if not self.is_hung:
            self._handled_count = len(self.received)
        return self._handled_count

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for something to do."""
        return not self.is_hung

    @property
    def current_message(self) -> bytes | None:
        """What a hung one handles: the last that came."""
        return dumps(self.received[-1]) if self.is_hung and self.received else None

    def is_stopped(self) -> bool:
        """Whether it was stopped by a signal."""
        return self.is_hung

    def kill(self) -> None:
        """What the actor on the bench does to a hung child; `ActorBench.kill` then reports the death."""
        self.is_killed = True

    def pop(self, message_type: type[Message]) -> Message:
        """Removes and returns the first message of that type, without the Ask, Answer or Forwarded around it.

        `pop(Ask)` returns the Ask itself. AssertionError when none came, with what came instead.
        """
        for place, message in enumerate(self.received):
            found = _matching(message, message_type)
            if found is not None:
                del self.received[place]
                return found
        raise AssertionError(f"no {message_type.__name__} at {self.name}, only {self.received}")

    def nothing(self, message_type: type | None = None) -> None:
        """AssertionError when a message (of that type) has come."""
        wanted = message_type or object
        came = [
            each for each in self.received if _matching(each, wanted) is not None and not isinstance(each, _IGNORED)
        ]
        assert not came, f"{self.name} has {came}"

    def answer_to(self, ask_id: str) -> Answer | None:
        """Removes and returns the Answer to that ask, if it came."""
        for message in self.received:
            if isinstance(message, Answer) and message.ask_id == ask_id:
                self.received.remove(message)
                return message
        return None

    def __repr__(self) -> str:
        return f"Probe({self.name})"


def _matching(message: Any, message_type: type[Message]) -> Message | None:
    if isinstance(message, message_type):
        return message
    if isinstance(message, _WRAPPERS) and isinstance(message.body, message_type):
        return message.body
    return None


class VirtualClock:
    """Virtual time. Both clocks move together."""

    def __init__(self, start_ms: int) -> None:
        self.now = 1_000.0
        self._wall_at_zero = start_ms * 1_000_000 - self._ns(self.now)

    def monotonic(self) -> float:
        return self.now

    def wall_ns(self) -> int:
        return self._wall_at_zero + self._ns(self.now)

    @staticmethod
    def _ns(seconds: float) -> int:
        return round(seconds * 1_000_000_000)


@dataclass(order=True)
class DueWakeup:
    """A wake-up to come. Those due at the same time come in the order in which they were asked for."""

    at: float
    number: int
    delay: Any = field(compare=False)
    payload: Any = field(compare=False)


class VirtualWakeups:
    """Wake-ups in virtual time."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._heap: list[DueWakeup] = []
        self._number = itertools.count()

    def add(self, delay: timedelta | float, payload: Any) -> None:
        """Adds a wake-up `delay` from now."""
        seconds = delay.total_seconds() if isinstance(delay, timedelta) else delay
        heapq.heappush(self._heap, DueWakeup(self._clock.now + seconds, next(self._number), delay, payload))

    def pop_due(self, until: float) -> DueWakeup | None:
        """Removes and returns the next one due by then, and sets the clock to its moment."""
        if not self._heap or self._heap[0].at > until:
            return None
        due = heapq.heappop(self._heap)
        self._clock.now = max(self._clock.now, due.at)
        return due

    def pending(self) -> list[tuple[float, Any]]:
        """Seconds from now and payload of each, in order."""
        return [(each.at - self._clock.now, each.payload) for each in sorted(self._heap)]


class ActorEffects(Protocol):
    """Receives what the actor does."""

    dead_letter_handler: bool

    def deliver(self, to: ActorAddress, message: Any) -> None: ...

    def add_child(self, actor_class: type) -> ActorAddress: ...

    def add_wakeup(self, delay: Any, payload: Any) -> None: ...

    def living_child(self, address: ActorAddress) -> "Probe | None": ...


class ActorBackend:
    """The object through which Thespian's actors act, with Thespian's own names; passes everything to the bench."""

    globalName = ""  # noqa: N815

    def __init__(self, bench: ActorEffects, address: ActorAddress) -> None:
        self._bench = bench
        self.address = address

    def actor_send(self, to: ActorAddress, message: Any) -> None:
        self._bench.deliver(to, message)

    def createActor(self, actor_class: type, *_: Any) -> ActorAddress:  # noqa: N802
        return self._bench.add_child(actor_class)

    def child_process(self, address: ActorAddress) -> Probe | None:
        return self._bench.living_child(address)

    def handled_count(self) -> int:
        return 0

    def mailboxes(self) -> tuple[Mailbox, ...]:
        return ()

    def wakeupAfter(self, delay: Any, payload: Any) -> None:  # noqa: N802
        self._bench.add_wakeup(delay, payload)

    def handleDeadLetters(self, _address: ActorAddress, enable: bool) -> None:  # noqa: N802
        self._bench.dead_letter_handler = enable
