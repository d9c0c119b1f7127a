"""One named fault against the service with its default settings, while a trader buys: what happened, and when."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from lotkeeper.verification.drill.environment import DrillEnvironment, drill_environment
from lotkeeper.verification.drill.fault_scenarios import FaultScenario
from lotkeeper.verification.drill.figures import BuyRecord, read_buys
from lotkeeper.verification.judge.journal_reader import read_lines
from lotkeeper.verification.judge.judge import judge
from lotkeeper.verification.judge.verdict import Expectations, JournalVerdict
from lotkeeper.verification.staging.round_trip import NO_DISTANCE, RoundTrip

PAIRS = ("BTCUSDT", "ETHUSDT", "BNBUSDT")
PROFIT_PCT = "0.3"
_BUY_EVERY_S = 0.5
_TRADE_S = 3.0  # how long the trader buys before the fault, and after everything is proven again
_GOOD_FOR_S = 3.0  # everything counts as proven again after this time without a problem
_MAX_WATCH_S = 150.0
_SETTLE_WITHIN_S = 60.0
_JUDGE_EVERY_S = 0.5
_STATUS_EVERY_S = 0.05
_WISHES = Expectations(profit=Fraction(PROFIT_PCT) / 100, grace_s=0, strict=True)


@dataclass(frozen=True, slots=True)
class StatusChange:
    at_s: float  # after the fault
    text: str  # what the status said from then on


@dataclass(slots=True)
class FaultRun:
    """What happened; times are seconds after the fault."""

    name: str
    text: str
    lasts_s: float
    round_trip: RoundTrip = NO_DISTANCE
    began_ns: int = 0  # since 1970
    changes: list[StatusChange] = field(default_factory=list)
    noticed_s: float | None = None  # when the status first named a problem; None: never
    proven_s: float = 0.0  # when everything was proven again; inf: not in time
    buys: list[BuyRecord] = field(default_factory=list)
    broken: tuple[str, ...] = ()  # how the promise was broken


def run_fault(
    name: str, scenario: FaultScenario, folder: Path, *, watch_s: float = 0.0, round_trip: RoundTrip = NO_DISTANCE
) -> FaultRun:
    """Waits at least `watch_s` seconds for the status to name a problem. Raises StagingError if nothing can run."""
    run = FaultRun(name, scenario.text, scenario.lasts_s, round_trip)
    arguments = [part for symbol in PAIRS for part in ("--symbol", symbol)]
    arguments += ["--buy-every", str(_BUY_EVERY_S)]
    with drill_environment(folder, arguments, profit_pct=PROFIT_PCT, round_trip=round_trip) as environment:
        environment.start()
        _let_trader_buy(environment)
        if scenario.is_settled_first:
            _settle_first(environment)
        run.began_ns, began = time.time_ns(), time.monotonic()
        scenario.play(environment)
        _watch(environment, run, began, max(watch_s, scenario.seen_within_s))
        _let_trader_buy(environment)  # these BUYs show that everything works again
        environment.controls.ask("POST", "trader/stop")
        environment.end_faults()
        verdict = _judge_settled(environment)
    run.buys = read_buys(read_lines(environment.journal))
    run.broken = tuple(f"{each.symbol} {each.lot}: {each.text}" for each in verdict.violations)
    return run


def _let_trader_buy(environment: DrillEnvironment) -> None:
    environment.controls.ask("POST", "trader/start")
    environment.wait_until(time.monotonic() + _TRADE_S)


def _settle_first(environment: DrillEnvironment) -> None:
    environment.controls.ask("POST", "trader/stop")
    for symbol in PAIRS:
        environment.trader.cancel_buys(symbol)
    _judge_settled(environment)


def _judge_settled(environment: DrillEnvironment) -> JournalVerdict:
    """The judge's verdict as soon as the promise is kept, else the last one in time."""
    deadline = time.monotonic() + _SETTLE_WITHIN_S
    while True:
        environment.controls.summary()  # makes the exchange write its whole journal
        verdict = judge(environment.journal, _WISHES)
        if verdict.is_kept or time.monotonic() > deadline:
            return verdict
        environment.wait_until(time.monotonic() + _JUDGE_EVERY_S)


def _watch(environment: DrillEnvironment, run: FaultRun, began: float, watch_s: float) -> None:
    """Until everything has been proven again for a while; or for `watch_s`, if no problem ever shows."""
    good_since, last, restarts = None, "", _restarts(environment.status())
    while True:
        environment.run_due()
        now_s, status = time.monotonic() - began, environment.status()
        problems = "; ".join(_problems(status))
        for key, count in (_restarts(status).items() - restarts.items()) if status else ():
            run.changes.append(StatusChange(now_s, f"{key} was restarted ({count})"))
        restarts = _restarts(status) if status else restarts
        if problems != last:
            run.changes.append(StatusChange(now_s, problems or "everything is proven"))
            last = problems
        if problems:
            run.noticed_s, good_since = now_s if run.noticed_s is None else run.noticed_s, None
        elif good_since is None:
            good_since = now_s
        limit_s = _GOOD_FOR_S if run.noticed_s is not None else max(watch_s, run.lasts_s)
        if good_since is not None and now_s - good_since >= limit_s and now_s >= run.lasts_s:
            run.proven_s = good_since
            return
        if now_s > _MAX_WATCH_S:
            run.proven_s = float("inf")
            return
        time.sleep(_STATUS_EVERY_S)


def _problems(status: dict[str, Any] | None) -> Iterator[str]:
    """What is not proven according to the service's status."""
    if status is None:
        yield "no answer"
        return
    streams = {"user stream": status["user_stream"]}
    streams |= {f"market stream {symbol}": pair["stream"] for symbol, pair in status["pairs"].items()}
    yield from (f"{name} not proven" for name, each in streams.items() if not (each and each["proven"]))
    yield from (problem for problem in status["problems"] if not problem.startswith(tuple(streams)))


def _restarts(status: dict[str, Any] | None) -> dict[str, int]:
    return dict(status["restarts"]) if status else {}
