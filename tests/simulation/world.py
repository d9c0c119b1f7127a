"""Virtual time, and everything that happens in it: messages between actors, wake-ups, crashes.

One integer gives one schedule: whatever is drawn is drawn from one dice, in the order of events.
"""

import heapq
import itertools
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from thespian.actors import ActorAddress, WakeupMessage

from tests.simulation.house import House
from tests.simulation.judge import Judge
from tests.simulation.notebook import Notebook
from tests.simulation.raids import drawn_raids
from tests.simulation.seats import Seat
from tests.simulation.story import Story, shown
from tests.simulation.stream import Stream
from tests.simulation.venue import Venue, fees_of
from tests.simulation.weather import drawn

START_MS = 1_700_000_000_000
HOP_S = 0.0003
SLOW_S = 1.0


@dataclass(frozen=True, slots=True)
class Cut:
    """A crash at a message: the `at`-th that anybody handles, after so many of its effects; -1 before it."""

    at: int
    effects: int


class World:
    """`cuts` are crashes asked for by number, beside those of the weather."""

    def __init__(self, seed: int, *, cuts: tuple[Cut, ...] = (), is_told: bool = False) -> None:
        self.dice = Random(seed)
        self.weather = drawn(self.dice)
        self.story = Story(is_told)
        self.now = 0.0
        self.handled = 0
        self._cuts = {each.at: each.effects for each in cuts}
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._last: dict[tuple[str, str], float] = {}
        self.actors: dict[str, Seat | Stream] = {}
        self.notebook = Notebook(is_full=lambda: self.chance("disk_full"))
        self.fees = self.dice.choice(("coin", "coin", "BNB"))
        self.judge = Judge(self)
        self.notebook.begins = self.judge.begins_without_cursor
        spare = self.dice.choice((10, 10, 10, 0, 0))
        self.venue = Venue(START_MS, type(self.judge.spare)(spare), fees_of(self.fees), self._executed)
        self.judge.spare = self.venue.balance()
        self.house = House(self)
        self.raids = drawn_raids(seed)

    # Time

    @property
    def wall_ms(self) -> int:
        return START_MS + int(self.now * 1000)

    def later(self, seconds: float, what: Callable[[], None]) -> None:
        self.at(self.now + seconds, what)

    def at(self, moment: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (moment, next(self._numbers), what))

    def run(self, seconds: float) -> None:
        """Lets so much time pass."""
        end = self.now + seconds
        while self._agenda and self._agenda[0][0] <= end:
            at, _, what = heapq.heappop(self._agenda)
            self._is(at)
            what()
        self._is(end)

    def _is(self, at: float) -> None:
        self.now = max(self.now, at)
        self.venue.clock.now_us = START_MS * 1000 + int(self.now * 1_000_000)

    # Dice

    def chance(self, fault: str) -> bool:
        share: float = getattr(self.weather, fault)
        return share > 0 and self.dice.random() < share

    def fate(self, *faults: str) -> str:
        """The first of these faults that befalls; empty for none."""
        return next((each for each in faults if self.chance(each)), "")

    # Messages

    def copied(self, message: Any) -> Any:
        return pickle.loads(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))

    def post(self, sender: Any, to: ActorAddress, message: Any) -> None:
        """In order between two actors, and in any order otherwise."""
        delay = self.dice.expovariate(1 / HOP_S)
        if self.chance("slow_post"):
            delay += self.dice.uniform(0.0, SLOW_S)
        if sender.role == "gateway" and self.chance("event_first"):
            delay += self.dice.uniform(0.0, 0.05)
        key = (sender.name, to.addressDetails)
        at = self._last[key] = max(self.now + delay, self._last.get(key, 0.0))
        self.at(at, lambda: self._arrives(to, message, sender.address))

    def send_event(self, stream: Stream, to: ActorAddress | None, message: Any, delay: float) -> None:
        """In order, but for one that is late: that may come after all that happened since."""
        if to is None:
            return
        if delay:
            self.later(delay, lambda: self._arrives(to, message, stream.address))
        else:
            self.post(stream, to, message)

    def wake_later(self, seat: Seat, delay: Any, payload: Any) -> None:
        seconds = delay.total_seconds() if isinstance(delay, timedelta) else float(delay)
        wakeup = WakeupMessage(delay, payload)
        self.later(seconds, lambda: self._arrives(seat.address, wakeup, seat.address))

    def _arrives(self, to: ActorAddress, message: Any, sender: ActorAddress) -> None:
        actor = self.actors.get(to.addressDetails)
        if actor is None or not actor.is_alive:
            return
        if actor.busy_until > self.now:
            self.at(actor.busy_until, lambda: self._arrives(to, message, sender))
            return
        self._handles(actor, message, sender)

    def _handles(self, actor: Seat | Stream, message: Any, sender: ActorAddress) -> None:
        effects = self._cut_at(actor)
        self.tell(actor.name, lambda: shown("<-", message))
        if effects == -1:
            self.house.dies(actor)
            return
        sent = actor.handle(message, sender)
        if isinstance(actor, Seat) and actor.took:
            self._waits(actor, sent, effects)
            return
        self._sends(actor, sent, effects)

    def _waits(self, actor: Seat, sent: list[tuple[ActorAddress, Any]], effects: int | None) -> None:
        """What follows on an answer of the exchange follows when that has come."""
        took, actor.took = actor.took, 0.0
        actor.busy_until = self.now + took
        self.at(actor.busy_until, lambda: self._sends(actor, sent, effects))

    def _sends(self, actor: Seat | Stream, sent: list[tuple[ActorAddress, Any]], effects: int | None) -> None:
        if not actor.is_alive:
            return
        for to, message in sent if effects is None else sent[:effects]:
            self.tell(actor.name, lambda message=message: shown("->", message))
            self.post(actor, to, message)
        if effects is not None:
            self.house.dies(actor)
        elif isinstance(actor, Seat) and actor.exited:
            self.house.ended(actor)

    def _cut_at(self, actor: Seat | Stream) -> int | None:
        """After how many effects of this message its actor dies; None when it lives on."""
        self.handled += 1
        if self.handled in self._cuts:
            return self._cuts[self.handled]
        is_crash = self.chance("crash")
        return self.dice.choice((-1, 0, 1, 1, 2, 9)) if is_crash else None

    # What the exchange does

    def _executed(self, execution: Any) -> None:
        self.judge.executed(execution)
        stream = self.house.stream
        if stream is not None:
            stream.happened(execution)

    def tell(self, who: str, what: Callable[[], str]) -> None:
        self.story.tell(self.now, who, what)
