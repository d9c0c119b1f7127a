"""What the desk is made of: probes, virtual time, and what stands in for Thespian behind the actor."""

import heapq
import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from thespian.actors import ActorAddress

from lotkeeper.engine.actor.pinging import Ping
from lotkeeper.engine.asking import Answer, Ask, Forwarded

Message = TypeVar("Message")
_WRAPPERS = (Ask, Answer, Forwarded)
_NOISE = (Ping,)
_pids = itertools.count(100_001)


class Probe:
    """Stands in for an actor: an address, and what was sent there.

    `actor_class` and `key` (of a Supervisor's child) are set when the actor on the desk created it. Set `is_hung`, and
    it handles nothing any more; `is_killed` says whether the actor on the desk has killed it.
    """

    def __init__(self, name: str, actor_class: type | None = None) -> None:
        self.name = name
        self.actor_class = actor_class
        self.key: str | None = None
        self.address = ActorAddress(f"probe:{name}")
        self.received: list[Any] = []
        self.pid = next(_pids)
        self.is_hung = False
        self.is_killed = False
        self._handled = 0

    @property
    def beats(self) -> int:
        """How much it has handled: all that came, unless it is hung."""
        if not self.is_hung:
            self._handled = len(self.received)
        return self._handled

    @property
    def rests(self) -> bool:
        """Whether it waits for something to do."""
        return not self.is_hung

    def is_stopped(self) -> bool:
        """Whether it is kept from doing anything."""
        return self.is_hung

    def kill(self) -> None:
        """What the actor on the desk does to a hung child; `ActorBench.kill` then tells it of the death."""
        self.is_killed = True

    def pop(self, message_type: type[Message]) -> Message:
        """Removes and gives the first message of that type, taken out of its Ask, Answer or forwarding.

        `pop(Ask)` gives the wrapper. AssertionError when none came, with what came instead.
        """
        for place, message in enumerate(self.received):
            found = _matching(message, message_type)
            if found is not None:
                del self.received[place]
                return found
        raise AssertionError(f"no {message_type.__name__} at {self.name}, only {self.received}")

    def nothing(self, message_type: type | None = None) -> None:
        """AssertionError when anything (of that type) is waiting here."""
        wanted = message_type or object
        came = [each for each in self.received if _matching(each, wanted) is not None and not isinstance(each, _NOISE)]
        assert not came, f"{self.name} has {came}"

    def answer_to(self, ask_id: str) -> Answer | None:
        """Removes and gives the Answer to that ask, if it came."""
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


class DeskClock:
    """Virtual time; both clocks move together."""

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
class Due:
    """A wake-up: when, in which order of asking, and with what."""

    at: float
    number: int
    delay: Any = field(compare=False)
    payload: Any = field(compare=False)


class Wakeups:
    """Wake-ups in virtual time."""

    def __init__(self, clock: DeskClock) -> None:
        self._clock = clock
        self._heap: list[Due] = []
        self._number = itertools.count()

    def add(self, delay: timedelta | float, payload: Any) -> None:
        """Remembers a wake-up `delay` from now."""
        seconds = delay.total_seconds() if isinstance(delay, timedelta) else delay
        heapq.heappush(self._heap, Due(self._clock.now + seconds, next(self._number), delay, payload))

    def next_due(self, until: float) -> Due | None:
        """The next one due by then, with the clock set to its moment."""
        if not self._heap or self._heap[0].at > until:
            return None
        due = heapq.heappop(self._heap)
        self._clock.now = max(self._clock.now, due.at)
        return due

    def pending(self) -> list[tuple[float, Any]]:
        """Seconds from now and payload of each, in order."""
        return [(each.at - self._clock.now, each.payload) for each in sorted(self._heap)]


class Behind(Protocol):
    """What takes the actor's doings."""

    dead_letter_handler: bool

    def deliver(self, to: ActorAddress, message: Any) -> None: ...

    def add_child(self, actor_class: type) -> ActorAddress: ...

    def add_wakeup(self, delay: Any, payload: Any) -> None: ...

    def living_child(self, address: ActorAddress) -> "Probe | None": ...


class DeskReference:
    """What Thespian's actors find behind them in a running system, under Thespian's own names."""

    globalName = ""  # noqa: N815

    def __init__(self, desk: Behind, address: ActorAddress) -> None:
        self._desk = desk
        self.address = address

    def actor_send(self, to: ActorAddress, message: Any) -> None:
        self._desk.deliver(to, message)

    def createActor(self, actor_class: type, *_: Any) -> ActorAddress:  # noqa: N802
        return self._desk.add_child(actor_class)

    def child_process(self, address: ActorAddress) -> Probe | None:
        return self._desk.living_child(address)

    def wakeupAfter(self, delay: Any, payload: Any) -> None:  # noqa: N802
        self._desk.add_wakeup(delay, payload)

    def handleDeadLetters(self, _address: ActorAddress, enable: bool) -> None:  # noqa: N802
        self._desk.dead_letter_handler = enable
