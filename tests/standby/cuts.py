"""Cuts at random moments while a trader buys: who sent what, and whether anything was sold twice."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

import requests

from binance_sim.control.client import ControlRefusedError
from lotkeeper.verification.judge.judge import judge
from lotkeeper.verification.judge.verdict import Expectations
from lotkeeper.verification.staging.waiting import wait_for
from tests.standby.network import HOSTS, Direction, Place
from tests.standby.senders import Sent, Term, find_second_senders, orders_sent, terms
from tests.standby.stage import PROFIT_PCT, Stage

_SETTLE_EVERY = 10
_SETTLE_WITHIN_S = 180.0
_SYMBOL = "BTCUSDT"


class CutKind(StrEnum):
    """What happens to the host that trades, but for those of the waiting host and of the database."""

    DATABASE = "cut off from the database"
    EXCHANGE = "cut off from the exchange"
    LOST = "cut off from everything"
    KILL = "all processes killed"
    STOP = "stopped in order"
    FREEZE = "suspended"
    WAITING = "the waiting host cut off from the database"
    DATABASE_RESTART = "the database restarted"
    DATABASE_CRASH = "the database crashed"


@dataclass(frozen=True, slots=True)
class Cut:
    """One cut, as it was made. Moments are milliseconds of wall time."""

    kind: CutKind
    host: str  # that traded then
    direction: Direction
    began_ms: int
    for_s: float


@dataclass(slots=True)
class Outcome:
    cuts: list[Cut] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    buys: int = 0
    sent: list[Sent] = field(default_factory=list)
    held: list[Term] = field(default_factory=list)

    def takeovers(self) -> list[tuple[Cut, float, float | None]]:
        """Each cut after which the other host had the lease: the seconds until then, and until its first SELL.

        None for the latter where the lease went on to the next host before that.
        """
        found = []
        for cut, following in zip(self.cuts, [*self.cuts[1:], None], strict=True):
            until_ms = following.began_ms if following is not None else 1 << 62
            number = next((n for n, each in enumerate(self.held) if cut.began_ms < each.taken_ms < until_ms), None)
            if number is not None and self.held[number].host != cut.host:
                found.append(self._takeover(cut, number))
        return found

    def _takeover(self, cut: Cut, number: int) -> tuple[Cut, float, float | None]:
        term = self.held[number]
        ends_ms = self.held[number + 1].taken_ms if number + 1 < len(self.held) else 1 << 62
        sells = (each.arrived_ms for each in self.sent if each.host == term.host and each.dated_ms > term.taken_ms)
        sold_ms = next((each for each in sells if each < ends_ms), None)
        sold_s = None if sold_ms is None else (sold_ms - cut.began_ms) / 1000
        return cut, (term.taken_ms - cut.began_ms) / 1000, sold_s


class Trader(threading.Thread):
    """Buys every second or so, and moves the price a little."""

    def __init__(self, stage: Stage, seed: int) -> None:
        super().__init__(daemon=True)
        self._controls, self._random = stage.exchange.controls(), random.Random(seed)
        self._end = threading.Event()
        self._go = threading.Event()
        self._lock = threading.Lock()
        self.price, self.buys = 60_000.0, 0

    def run(self) -> None:
        while not self._end.wait(self._random.uniform(0.5, 1.5)):
            self._go.wait()
            with self._lock, suppress(ControlRefusedError, requests.RequestException):
                self.price *= 1 + self._random.uniform(-0.0006, 0.0008)
                self._set_price()
                self._controls.buy(_SYMBOL, "50")
                self.buys += 1

    def resume(self) -> None:
        self._go.set()

    def pause(self) -> None:
        self._go.clear()
        with self._lock:
            pass

    def sell_all(self) -> None:
        """The price rises until every SELL is filled, and falls again."""
        with self._lock:
            usual = self.price
            self.price = usual * 1.02
            self._set_price()
            time.sleep(2.0)
            self.price = usual
            self._set_price()

    def end(self) -> None:
        self._end.set()
        self._go.set()
        self.join(10.0)

    def _set_price(self) -> None:
        self._controls.price(_SYMBOL, f"{self.price:.2f}", "10")


class CutRun:
    """Makes cuts on a stage whose hosts run, and judges."""

    def __init__(
        self,
        stage: Stage,
        seed: int,
        *,
        kinds: Sequence[CutKind],
        longest_s: float,
        shortest_s: float = 0.5,
        is_ready_first: bool = False,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._stage, self._random, self._kinds, self._tell = stage, random.Random(seed), kinds, tell
        self._shortest_s, self._longest_s, self._is_ready_first = shortest_s, longest_s, is_ready_first
        self._trader = Trader(stage, seed)
        self.outcome = Outcome()

    def run(self, cuts: int) -> Outcome:
        """Ends early when the promise is broken."""
        self._stage.controls.ask("POST", "source/stop")
        self._trader.start()
        try:
            for number in range(1, cuts + 1):
                self._trader.resume()
                self._stage.wait(self._random.uniform(0.3, 4.0))
                self._cut()
                if number % _SETTLE_EVERY == 0 or number == cuts:
                    self._settle()
                    if self.outcome.broken:
                        break
        finally:
            self._trader.end()
        self.outcome.buys = self._trader.buys
        return self.outcome

    def _other_waits(self) -> bool:
        self._stage.wait(0.3)
        return any(each.is_waiting for each in self._stage.hosts.values()) and not self._stage.unprotected()

    def _cut(self) -> None:
        if self._is_ready_first:
            wait_for("the other host waits", self._other_waits, 120.0)
        held = terms(self._stage)
        host = held[-1].host
        kind, direction = self._random.choice(self._kinds), self._random.choice(tuple(Direction))
        for_s = self._random.uniform(self._shortest_s, self._longest_s)
        self._tell(f"{len(self.outcome.cuts) + 1}: host {host} trades; {kind}, {direction}, for {for_s:.1f} s")
        began_ms = time.time_ns() // 1_000_000
        end = self._begin(kind, host, direction)
        self._stage.wait(for_s)
        end()
        self.outcome.cuts.append(Cut(kind, host, direction, began_ms, for_s))

    def _begin(self, kind: CutKind, name: str, direction: Direction) -> Callable[[], None]:
        """Returns what ends it."""
        stage, host = self._stage, self._stage.hosts[name]
        links, other = stage.network.links, next(each for each in HOSTS if each != name)
        match kind:
            case CutKind.KILL:
                host.kill()
                return host.start
            case CutKind.STOP:
                host.stop()
                return host.start
            case CutKind.FREEZE:
                host.freeze()
                return host.thaw
            case CutKind.DATABASE_RESTART | CutKind.DATABASE_CRASH:
                if kind is CutKind.DATABASE_CRASH:
                    stage.server.crash()
                else:
                    stage.server.stop()
                return stage.server.start
            case CutKind.DATABASE:
                links[name, Place.DATABASE].cut(direction)
            case CutKind.EXCHANGE:
                links[name, Place.EXCHANGE].cut(direction)
            case CutKind.WAITING:
                links[other, Place.DATABASE].cut(direction)
            case CutKind.LOST:
                for place in Place:
                    links[name, place].cut(Direction.BOTH)
        return stage.network.mend

    def _settle(self) -> None:
        """All that was bought gets its SELL; then the judge decides, and all is sold."""
        self._trader.pause()
        outcome = self.outcome
        try:
            settled_s = self._stage.wait_until_protected(_SETTLE_WITHIN_S)
        except Exception as error:
            outcome.broken.append(f"a BUY has no SELL: {self._stage.unprotected()}: {error}")
            return
        outcome.sent, outcome.held = orders_sent(self._stage), terms(self._stage)
        outcome.broken += find_second_senders(outcome.sent, outcome.held)
        wishes = Expectations(profit=Fraction(PROFIT_PCT) / 100, grace_s=0, strict=True)
        violations = judge(self._stage.journal, wishes).violations
        outcome.broken += [f"{each.symbol} {each.lot}: {each.text}" for each in violations]
        self._trader.sell_all()
        self._tell(
            f"settled in {settled_s:.1f} s; {self._trader.buys} BUYs, {len(outcome.sent)} orders, "
            f"{len(outcome.held)} terms; broken: {outcome.broken[:3]}"
        )


def summary(outcome: Outcome) -> str:
    """The figures, for people."""
    kinds = Counter(each.kind for each in outcome.cuts)
    lines = [
        f"{len(outcome.cuts)} cuts, {outcome.buys} BUYs, {len(outcome.sent)} orders taken, "
        f"{len(outcome.held)} terms; broken: {len(outcome.broken)}"
    ]
    for kind in CutKind:
        found = [each for each in outcome.takeovers() if each[0].kind is kind]
        text = f"{kind}: {kinds[kind]} cuts, {len(found)} take-overs"
        if found:
            taken, sold = [each[1] for each in found], [each[2] for each in found if each[2] is not None]
            text += f"; lease after {_range(taken)} s, first SELL after {_range(sold)} s"
        lines += [text] if kinds[kind] else []
    return "\n".join([*lines, *outcome.broken])


def _range(values: list[float]) -> str:
    if not values:
        return "-"
    ordered = sorted(values)
    return f"{ordered[0]:.1f} to {ordered[-1]:.1f} (median {ordered[len(ordered) // 2]:.1f})"
