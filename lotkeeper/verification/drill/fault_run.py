"""One named fault, played against the service with its own settings while a trader buys; with times."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from lotkeeper.verification.drill.environment import Theatre
from lotkeeper.verification.drill.fault_scenarios import Named
from lotkeeper.verification.drill.figures import Protected, protected
from lotkeeper.verification.judge.journal_reader import read_lines
from lotkeeper.verification.judge.judge import judge
from lotkeeper.verification.judge.verdict import Expectations, JournalVerdict

PAIRS = ("BTCUSDT", "ETHUSDT", "BNBUSDT")
PROFIT_PCT = "0.3"
_BUY_EVERY_S = 0.5
_BEFORE_S = 3.0
_GOOD_FOR_S = 3.0  # so long nothing is wrong again
_LONGEST_S = 150.0
_SETTLE_WITHIN_S = 60.0
_LOOK_EVERY_S = 0.05
_WISHES = Expectations(profit=Fraction(PROFIT_PCT) / 100, grace_s=0, strict=True)


@dataclass(frozen=True, slots=True)
class Moment:
    """Seconds after the fault, and what the status said then."""

    at_s: float
    text: str


@dataclass(slots=True)
class Scene:
    """What happened. `said_s` is None where the status never said that anything was wrong; times are from the fault."""

    name: str
    text: str
    lasts_s: float
    began_ns: int = 0
    moments: list[Moment] = field(default_factory=list)
    said_s: float | None = None
    proven_s: float = 0.0
    buys: list[Protected] = field(default_factory=list)
    broken: tuple[str, ...] = ()


def play_scene(name: str, named: Named, folder: Path, *, watch_s: float = 0.0) -> Scene:
    """Watches at least `watch_s` seconds for something to be wrong; raises DrillError where it could not be played."""
    scene = Scene(name, named.text, named.lasts_s)
    arguments = [part for symbol in PAIRS for part in ("--symbol", symbol)]
    with Theatre(folder, [*arguments, "--buy-every", str(_BUY_EVERY_S)], profit=PROFIT_PCT) as theatre:
        theatre.start()
        theatre.controls.ask("POST", "trader/start")
        theatre.wait_until(time.monotonic() + _BEFORE_S)
        if named.is_settled_first:
            _settle_first(theatre)
        scene.began_ns, began = time.time_ns(), time.monotonic()
        named.play(theatre)
        _watch(theatre, scene, began, max(watch_s, named.seen_within_s))
        theatre.controls.ask("POST", "trader/start")  # for those that had to wait until all was well again
        theatre.wait_until(time.monotonic() + _BEFORE_S)
        theatre.controls.ask("POST", "trader/stop")
        theatre.let_be()
        verdict = _settled(theatre)
    scene.buys = protected(read_lines(theatre.journal))
    scene.broken = tuple(f"{each.symbol} {each.lot}: {each.text}" for each in verdict.violations)
    return scene


def _settle_first(theatre: Theatre) -> None:
    theatre.controls.ask("POST", "trader/stop")
    for symbol in PAIRS:
        theatre.hand.withdraw_bids(symbol)
    _settled(theatre)


def _settled(theatre: Theatre) -> JournalVerdict:
    """The judge's word as soon as it is good, or when it has not become so."""
    deadline = time.monotonic() + _SETTLE_WITHIN_S
    while True:
        theatre.controls.summary()  # whoever asks for it finds all of the journal written
        verdict = judge(theatre.journal, _WISHES)
        if verdict.is_kept or time.monotonic() > deadline:
            return verdict
        theatre.wait_until(time.monotonic() + 0.5)


def _watch(theatre: Theatre, scene: Scene, began: float, watch_s: float) -> None:
    """Until all was proven for a while on end, after something was wrong; or nothing ever was."""
    good_since, before, restarts = None, "", _restarts(theatre.status())
    while True:
        theatre.turn()
        now_s, status = time.monotonic() - began, theatre.status()
        now = "; ".join(_wrong(status))
        for key, count in (_restarts(status).items() - restarts.items()) if status else ():
            scene.moments.append(Moment(now_s, f"{key} was restarted ({count})"))
        restarts = _restarts(status) if status else restarts
        if now != before:
            scene.moments.append(Moment(now_s, now or "all is proven"))
            before = now
        if now:
            scene.said_s, good_since = now_s if scene.said_s is None else scene.said_s, None
        elif good_since is None:
            good_since = now_s
        limit_s = _GOOD_FOR_S if scene.said_s is not None else max(watch_s, scene.lasts_s)
        if good_since is not None and now_s - good_since >= limit_s and now_s >= scene.lasts_s:
            scene.proven_s = good_since
            return
        if now_s > _LONGEST_S:
            scene.proven_s = float("inf")
            return
        time.sleep(_LOOK_EVERY_S)


def _wrong(status: dict[str, Any] | None) -> Iterator[str]:
    """What is not proven by the service's own word."""
    if status is None:
        yield "no answer"
        return
    streams = {"user stream": status["user_stream"]}
    streams |= {f"market stream {symbol}": pair["stream"] for symbol, pair in status["pairs"].items()}
    yield from (f"{name} not proven" for name, each in streams.items() if not (each and each["proven"]))
    yield from (problem for problem in status["problems"] if not problem.startswith(tuple(streams)))


def _restarts(status: dict[str, Any] | None) -> dict[str, int]:
    return dict(status["restarts"]) if status else {}
