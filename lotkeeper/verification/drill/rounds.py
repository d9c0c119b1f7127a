"""One round of the drill: played from its schedule, let be, and judged."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from lotkeeper.verification.drill.actions import Break, Outage, Strike, Trade
from lotkeeper.verification.drill.environment import Theatre
from lotkeeper.verification.drill.figures import protected, slowest_s
from lotkeeper.verification.drill.schedule import PROFIT_PCT, Schedule
from lotkeeper.verification.judge.journal_reader import read_lines
from lotkeeper.verification.judge.judge import judge
from lotkeeper.verification.judge.verdict import (
    NO_BUY_LOST,
    NOT_BELOW_FLOOR,
    Expectations,
    JournalVerdict,
    JudgeFinding,
)

SETTLE_WITHIN_S = 150.0  # a BUY that no event told of is found by the comparison every two minutes
_JUDGE_EVERY_S = 0.5
_RESUME_EVERY_S = 10.0
_WISHES = Expectations(profit=Fraction(PROFIT_PCT) / 100, grace_s=0, strict=True)
# The exchange is told wrong about in these rounds for seconds, not for minutes: what waits, waits shorter.
_MORE = "streams:\n  silent_after_s: 5\n"


@dataclass(frozen=True, slots=True)
class Played:
    """An act, when it was done (seconds after the start of the play), and what came of it."""

    at_s: float
    text: str
    came: str


@dataclass(frozen=True, slots=True)
class Round:
    """What a round was and what the judge says; `broken` are sentences, none where all was kept, `waited` what was
    waited for after the play.
    """

    seed: int
    played: tuple[Played, ...]
    faults: int
    kills: int
    trades: int
    buys: int
    sells: int
    slowest_sell_s: float
    settled_s: float
    broken: tuple[str, ...]
    waited: tuple[str, ...]
    folder: Path


def play_round(plan: Schedule, folder: Path) -> Round:
    """Raises DrillError where it could not be played at all."""
    with Theatre(folder, plan.paper, profit=PROFIT_PCT, more=_MORE) as theatre:
        theatre.start()
        played = _play(theatre, plan)
        theatre.let_be()
        began = time.monotonic()
        verdict, complaint, waited = _settled(theatre)
        settled_s = time.monotonic() - began
    lines = list(read_lines(theatre.journal))
    buys = protected(lines)
    return Round(
        seed=plan.seed,
        played=played,
        faults=sum(isinstance(act, Break) for act in plan.acts),
        kills=sum(isinstance(act, Strike | Outage) for act in plan.acts),
        trades=sum(isinstance(act, Trade) for act in plan.acts),
        buys=len(buys),
        sells=sum(len(each.sells) for each in buys),
        slowest_sell_s=slowest_s(buys),
        settled_s=settled_s,
        broken=(*map(_sentence, verdict.violations), *complaint),
        waited=tuple(waited),
        folder=folder,
    )


def _play(theatre: Theatre, plan: Schedule) -> tuple[Played, ...]:
    began, played = time.monotonic(), []
    for act in plan.acts:
        theatre.wait_until(began + act.at_s)
        at_s = time.monotonic() - began
        played.append(Played(at_s, act.text, theatre.play(act)))
    return tuple(played)


def _settled(theatre: Theatre) -> tuple[JournalVerdict, list[str], list[str]]:
    """The judge's word when all is well, or when it does not become so; what the service then complains of; and what
    was waited for.
    """
    theatre.wait(theatre.is_well, SETTLE_WITHIN_S)
    deadline, resume_at = time.monotonic() + SETTLE_WITHIN_S, 0.0
    was_good = False
    waited: list[str] = []
    while True:
        if time.monotonic() >= resume_at:  # again: that a hand cancelled something may become known only now
            theatre.resume()
            resume_at = time.monotonic() + _RESUME_EVERY_S
        verdict = _judged(theatre)
        complaint = "" if theatre.is_well() else theatre.complaint()
        is_good = verdict.is_kept and not complaint
        if (
            is_hopeless(verdict.violations) or (is_good and was_good) or time.monotonic() > deadline
        ):  # good, and stays so
            return verdict, [complaint] if complaint else [], waited
        was_good = is_good
        lacks = [complaint, *map(_sentence, verdict.violations)]
        waited += [each for each in lacks if each and each not in waited]
        theatre.wait_until(time.monotonic() + _JUDGE_EVERY_S)


def is_hopeless(violations: Sequence[JudgeFinding]) -> bool:
    """Whether waiting cannot mend it. Of a lot that has a SELL still to come the floor is that SELL's to bring."""
    waiting = {(each.symbol, each.lot) for each in violations if each.point == NO_BUY_LOST}
    may_end = {(point, *lot) for lot in waiting for point in (NO_BUY_LOST, NOT_BELOW_FLOOR)}
    return any((each.point, each.symbol, each.lot) not in may_end for each in violations)


def _sentence(finding: JudgeFinding) -> str:
    return f"{finding.symbol} {finding.lot}: {finding.text}"


def _judged(theatre: Theatre) -> JournalVerdict:
    theatre.controls.summary()  # whoever asks for it finds all of the journal written
    return judge(theatre.journal, _WISHES)
