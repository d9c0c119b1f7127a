"""One round of the drill: carries out a schedule, waits until the service is well again, and has the judge decide."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from lotkeeper.verification.drill.actions import ExchangeFault, ProcessFault, SystemOutage, TraderAction
from lotkeeper.verification.drill.environment import DrillEnvironment, drill_environment
from lotkeeper.verification.drill.exits import Exits, expected_of
from lotkeeper.verification.drill.figures import read_buys, slowest_sell_s
from lotkeeper.verification.drill.schedule import PROFIT_PCT, DrillSchedule
from lotkeeper.verification.judge.journal_reader import read_lines
from lotkeeper.verification.judge.judge import judge
from lotkeeper.verification.judge.verdict import (
    NO_BUY_LOST,
    NOT_BELOW_FLOOR,
    Expectations,
    JournalVerdict,
    JudgeFinding,
)
from lotkeeper.verification.staging.round_trip import NO_DISTANCE, RoundTrip

SETTLE_WITHIN_S = 150.0  # a BUY without any event is found by the comparison every two minutes
_JUDGE_EVERY_S = 0.5
_RESUME_EVERY_S = 10.0
# Faults last seconds in a round, not minutes, so the service has to notice a silent stream within seconds too.
_MORE_CONFIG = "streams:\n  silent_after_s: 5\n"


@dataclass(frozen=True, slots=True)
class PerformedAction:
    at_s: float  # after the start of the round
    text: str
    result: str
    at_ns: int = 0  # wall clock, as in the journal
    is_trade: bool = False  # what the trader does; everything else is a fault


@dataclass(frozen=True, slots=True)
class DrillRound:
    """What happened in a round, and the judge's verdict."""

    seed: int
    performed: tuple[PerformedAction, ...]
    faults: int
    kills: int
    trades: int
    buys: int
    sells: int
    slowest_sell_s: float
    settled_s: float  # from the end of the faults until everything was well
    broken: tuple[str, ...]  # how the promise was broken; empty if it was kept
    waited: tuple[str, ...]  # what was not well yet after the end of the faults
    round_trip: RoundTrip = NO_DISTANCE
    longest_lag_s: float = 0.0  # as in the schedule
    exits: Exits = field(default_factory=dict)  # as in the schedule
    has_exits: bool = False  # as in the schedule


def play_round(plan: DrillSchedule, folder: Path, round_trip: RoundTrip = NO_DISTANCE) -> DrillRound:
    """Raises StagingError if exchange or service cannot run at all."""
    with drill_environment(
        folder,
        plan.exchange_arguments,
        profit_pct=PROFIT_PCT,
        exits=plan.exits,
        more_config=_MORE_CONFIG,
        round_trip=round_trip,
    ) as environment:
        environment.start()
        performed = _perform_all(environment, plan)
        environment.end_faults(plan.lag_s)
        began = time.monotonic()
        verdict, complaint, waited = _judge_settled(environment, _wishes(plan), round_trip.longest_s, plan.lag_s)
        settled_s = time.monotonic() - began
    buys = read_buys(read_lines(environment.journal))
    return DrillRound(
        seed=plan.seed,
        performed=performed,
        faults=sum(isinstance(each, ExchangeFault) for each in plan.actions),
        kills=sum(isinstance(each, ProcessFault | SystemOutage) for each in plan.actions),
        trades=sum(isinstance(each, TraderAction) for each in plan.actions),
        buys=len(buys),
        sells=sum(len(each.sells) for each in buys),
        slowest_sell_s=slowest_sell_s(buys),
        settled_s=settled_s,
        broken=(*map(_sentence, verdict.violations), *complaint),
        waited=tuple(waited),
        round_trip=round_trip,
        longest_lag_s=plan.longest_lag_s,
        exits=plan.exits,
        has_exits=plan.has_exits,
    )


def _wishes(plan: DrillSchedule) -> Expectations:
    exits = {symbol: expected_of(keys, PROFIT_PCT) for symbol, keys in plan.exits.items()}
    return Expectations(profit=Fraction(PROFIT_PCT) / 100, grace_s=0, strict=True, exits=exits)


def _perform_all(environment: DrillEnvironment, plan: DrillSchedule) -> tuple[PerformedAction, ...]:
    began, performed = time.monotonic(), []
    for action in plan.actions:
        environment.wait_until(began + action.at_s)
        at_s, at_ns, is_trade = time.monotonic() - began, time.time_ns(), isinstance(action, TraderAction)
        performed.append(PerformedAction(at_s, action.text, environment.perform(action), at_ns, is_trade))
    return tuple(performed)


def _judge_settled(
    environment: DrillEnvironment, wishes: Expectations, round_trip_s: float, lag_s: float
) -> tuple[JournalVerdict, list[str], list[str]]:
    """The verdict once everything is well, or the last one in time; what the service complains about then; what was
    not well meanwhile. What is on its way to the exchange has arrived before the last look.
    """
    environment.wait(environment.is_well, SETTLE_WITHIN_S)
    deadline, resume_at = time.monotonic() + SETTLE_WITHIN_S + lag_s, 0.0
    was_good = False
    waited: list[str] = []
    while True:
        if time.monotonic() >= resume_at:  # repeated: the service may learn only now that the trader cancelled a SELL
            environment.resume_pairs()
            resume_at = time.monotonic() + _RESUME_EVERY_S
        environment.controls.summary()  # makes the exchange write its whole journal
        verdict = judge(environment.journal, wishes)
        complaint = "" if environment.is_well() else environment.complaint()
        is_good = verdict.is_kept and not complaint
        is_good_twice = is_good and was_good
        if is_irreparable(verdict.violations) or is_good_twice or time.monotonic() > deadline:
            return verdict, [complaint] if complaint else [], waited
        was_good = is_good
        missing = [complaint, *map(_sentence, verdict.violations)]
        waited += [each for each in missing if each and each not in waited]
        environment.wait_until(time.monotonic() + _JUDGE_EVERY_S + round_trip_s)


def is_irreparable(violations: Sequence[JudgeFinding]) -> bool:
    """Whether waiting cannot help. A SELL that is still to come can reach the floor of its lot."""
    waiting = {(each.symbol, each.lot) for each in violations if each.point == NO_BUY_LOST}
    may_end = {(point, *lot) for lot in waiting for point in (NO_BUY_LOST, NOT_BELOW_FLOOR)}
    return any((each.point, each.symbol, each.lot) not in may_end for each in violations)


def _sentence(finding: JudgeFinding) -> str:
    return f"{finding.symbol} {finding.lot}: {finding.text}"
