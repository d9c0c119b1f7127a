"""Virtual time, and everything that happens in it: messages between actors, wake-ups, crashes.

One integer gives one schedule: every random choice comes from the same dice, in the order of events.
"""

import heapq
import itertools
import pickle
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from thespian.actors import ActorAddress, WakeupMessage

from messages.ledger import RecordBuys
from messages.lifecycle import KeeperPace
from tests.simulation.actor_process import ActorProcess
from tests.simulation.crowd import draw_crowd
from tests.simulation.database_double import DatabaseDouble
from tests.simulation.dice import dice_of
from tests.simulation.distance import draw_distance
from tests.simulation.exits import draw_changed_exit, draw_exit, stop_share
from tests.simulation.fault_mix import draw_fault_mix
from tests.simulation.judge import Judge
from tests.simulation.kill_after_answer import draw_kill_after_answer
from tests.simulation.kill_after_send import draw_kill_after_send
from tests.simulation.market_stream import SimulatedMarketStream
from tests.simulation.operator_halts import draw_halts
from tests.simulation.operator_purchases import draw_purchases
from tests.simulation.operator_sales import draw_sales
from tests.simulation.probes.watcher import Watcher
from tests.simulation.shrinking.script import Script
from tests.simulation.slow_queries import draw_slow_queries, is_slow
from tests.simulation.story import Story, describe_message
from tests.simulation.system import SimulatedSystem
from tests.simulation.top_ups import draw_top_ups, is_top_up_pair
from tests.simulation.user_stream import SimulatedUserStream
from tests.simulation.venue import SYMBOL, Venue, fees_of

START_MS = 1_700_000_000_000
HOP_S = 0.0003
SLOW_S = 1.0
Actor = ActorProcess | SimulatedUserStream


@dataclass(frozen=True, slots=True)
class CrashPoint:
    """A crash at a message."""

    at: int  # the number of the message, counted over all actors
    effects: int  # after how many of its effects the actor dies; -1: before it handles the message


class World:
    """`crash_points` are further crashes, besides those of the fault mix. `pace` is that of the keepers.

    `watcher` sees which probes the schedule reaches; None: nobody looks.
    `script` says what the dice say, and what of the plan is left out; None: the seed alone.
    """

    def __init__(
        self,
        seed: int,
        *,
        crash_points: tuple[CrashPoint, ...] = (),
        with_story: bool = False,
        pace: KeeperPace | None = None,
        has_slow_queries: bool = False,
        dies_after_answer: bool = False,
        has_exits: bool = False,
        has_sales: bool = False,
        has_group: bool = False,
        has_top_ups: bool = False,
        has_halts: bool = False,
        is_distant: bool | None = None,
        watcher: Watcher | None = None,
        script: Script | None = None,
    ) -> None:
        self.watcher, self.script = watcher, script
        self.seed, self.dice = seed, dice_of(seed)
        self.distance = draw_distance(seed, is_distant=is_distant)
        # Only where queries are slow it looks further: so the stories of the other schedules stay as they were.
        self.pace = pace or KeeperPace(looks_further=has_slow_queries or is_slow(seed))
        self.fault_mix = draw_fault_mix(self.dice)
        self.story = Story(with_story)
        self.now = 0.0
        self.handled = 0
        self._crash_points = {each.at: each.effects for each in crash_points}
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._last: dict[tuple[str, str], float] = {}
        self.actors: dict[str, Actor] = {}
        self.database = DatabaseDouble(is_full=lambda: self.chance("disk_full"))
        self.fees = self.dice.choice(("coin", "coin", "BNB"))
        self.judge = Judge(self)
        spare = self.dice.choice((10, 10, 10, 0, 0))
        self.crowd = draw_crowd(seed)
        limits = {"rules": self.crowd.rules(SYMBOL), "orders_in_10_s": self.crowd.orders_in_10_s} if self.crowd else {}
        self.venue = Venue(START_MS, type(self.judge.spare)(spare), fees_of(self.fees), self._on_execution, **limits)
        self.judge.spare = self.venue.balance()
        self.system = SimulatedSystem(self)
        self.system.policy = policy = draw_exit(seed, self.system.policy, always=has_exits, is_group=has_group)
        self.system.changed_policy = changed = draw_changed_exit(seed, policy, always=has_exits)
        self.judge.policies = (policy, changed) if changed else (policy,)
        self.judge.stop = min(filter(None, map(stop_share, self.judge.policies)), default=None)
        self.has_break_even = any(each.break_even_gain_pct for each in self.judge.policies)
        if self.has_break_even:
            self._trade_at_each_price()
        self.kill_after_send = draw_kill_after_send(seed)
        self.kill_after_answer = draw_kill_after_answer(seed) if dies_after_answer else None
        self.sales = draw_sales(seed, always=has_sales)
        self.purchases = draw_purchases(seed, always=has_sales)
        self.slow_queries = draw_slow_queries(seed, always=has_slow_queries)
        self.top_ups = draw_top_ups(seed) if has_top_ups else None
        self.halts = draw_halts(seed) if has_halts else None
        if watcher:
            watcher.begin(self)

    def _trade_at_each_price(self) -> None:
        """The exchange compares stops with the newest trade, and break-even follows the bid."""
        self._market = SimulatedMarketStream(self)
        self.venue.is_lively, self.venue.on_quote = True, self._on_bid
        self.later(0.0, self._market.begin)

    def _on_bid(self, bid: Any) -> None:
        self.judge.bids.append((self.venue.clock.us(), bid))
        self._market.on_quote(bid)

    # Time

    @property
    def wall_ms(self) -> int:
        return START_MS + int(self.now * 1000)

    def later(self, seconds: float, what: Callable[[], None]) -> None:
        planned = what if self.script is None else self.script.plan(what, sys._getframe(1))
        if planned is not None:
            self.at(self.now + seconds, planned)

    def at(self, moment: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (moment, next(self._numbers), what))

    def run(self, seconds: float) -> None:
        """Lets this time pass."""
        end = self.now + seconds
        while self._agenda and self._agenda[0][0] <= end:
            at, _, what = heapq.heappop(self._agenda)
            self._set_time(at)
            if self.script:
                self.script.begin()
            what()
        self._set_time(end)

    def _set_time(self, at: float) -> None:
        self.now = max(self.now, at)
        self.venue.clock.now_us = START_MS * 1000 + int(self.now * 1_000_000)

    # The way to the exchange

    def latency(self) -> float:
        """How long a request, an answer or an event of the stream travels (s)."""
        return self.distance.one_way_s() if self.distance else 0.0

    @property
    def round_trip_s(self) -> float:
        """The shortest; zero if the exchange is near."""
        return self.distance.round_trip_s if self.distance else 0.0

    @property
    def connect_s(self) -> float:
        """How long it takes until something can be sent on a new connection."""
        return self.distance.connect_s if self.distance else 0.0

    # Dice

    def chance(self, fault: str) -> bool:
        share: float = getattr(self.fault_mix, fault)
        return share > 0 and self.dice.random() < share

    def draw_fault(self, *faults: str) -> str:
        """The first of these faults that happens; empty for none."""
        return next((each for each in faults if self.chance(each)), "")

    # Messages

    def copy_message(self, message: Any) -> Any:
        return pickle.loads(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))

    def post(self, sender: Any, to: ActorAddress, message: Any) -> None:
        """Messages arrive in order between two actors, and in any order otherwise."""
        if isinstance(message, RecordBuys):  # nothing is decided by them: the schedules need not know them
            return
        delay = self.dice.expovariate(1 / HOP_S)
        if self.chance("slow_post"):
            delay += self.dice.uniform(0.0, SLOW_S)
        if sender.role == "gateway" and self.chance("event_first"):
            delay += self.dice.uniform(0.0, 0.05)
        key = (sender.name, to.addressDetails)
        at = self._last[key] = max(self.now + delay, self._last.get(key, 0.0))
        self.at(at, lambda: self._deliver(to, message, sender.address))

    def arrives_at(self, sender: Any, to: ActorAddress) -> float:
        """When the message arrives that was posted last between the two."""
        return self._last[(sender.name, to.addressDetails)]

    def send_event(self, stream: SimulatedUserStream, to: ActorAddress | None, message: Any, delay: float) -> None:
        """Events arrive in order, except a late one, which may come after everything that has happened since."""
        if to is None:
            return
        if delay:
            self.later(delay, lambda: self._deliver(to, message, stream.address))
        else:
            self.post(stream, to, message)

    def wake_later(self, process: ActorProcess, delay: Any, payload: Any) -> None:
        seconds = delay.total_seconds() if isinstance(delay, timedelta) else float(delay)
        wakeup = WakeupMessage(delay, payload)
        self.later(seconds, lambda: self._deliver(process.address, wakeup, process.address))

    def deliver(self, process: ActorProcess, message: Any) -> None:
        """The actor system itself has something for this process, at once."""
        self._deliver(process.address, message, process.address)

    def _deliver(self, to: ActorAddress, message: Any, sender: ActorAddress) -> None:
        actor = self.actors.get(to.addressDetails)
        if actor is not None and actor.is_alive:
            self._handle(actor, message, sender)

    def _handle(self, actor: Actor, message: Any, sender: ActorAddress) -> None:
        if self.script:
            self.script.begin(actor, message)
        effects = self._crash_after(actor)
        self.tell(actor.name, lambda: describe_message("<-", message))
        if effects == -1:
            self.system.crash(actor)
            return
        sent = actor.handle(message, sender)
        if isinstance(actor, ActorProcess) and actor.dies_now:
            effects = 0
        self._send_effects(actor, sent, effects)

    def _send_effects(self, actor: Actor, sent: list[tuple[ActorAddress, Any]], effects: int | None) -> None:
        for to, message in sent if effects is None else sent[:effects]:
            if self.watcher:
                self.watcher.on_sent(message)
            self.tell(actor.name, lambda message=message: describe_message("->", message))
            self.post(actor, to, message)
        if effects is not None:
            self.system.crash(actor)
        elif isinstance(actor, ActorProcess) and actor.exited:
            self.system.on_exit(actor)

    def _crash_after(self, actor: Actor) -> int | None:
        """After how many effects of this message its actor dies; None if it does not."""
        self.handled += 1
        if self.handled in self._crash_points:
            return self._crash_points[self.handled]
        is_crash = self.chance("crash")
        return self.dice.choice((-1, 0, 1, 1, 2, 9)) if is_crash else None

    # What the exchange does

    def _on_execution(self, execution: Any) -> None:
        if self.top_ups and is_top_up_pair(execution):
            self.top_ups.on_execution(self, execution)
            return
        self.story.note_order(self.now, execution)
        self.judge.on_execution(execution)
        stream = self.system.stream
        if stream is not None:
            stream.on_execution(execution)

    def tell(self, who: str, what: Callable[[], str]) -> None:
        self.story.tell(self.now, who, what)
