"""From a journal to a verdict."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from lotkeeper.verification.judge.collect import collect_evidence
from lotkeeper.verification.judge.evidence import JournalEvidence
from lotkeeper.verification.judge.floors import SECOND_NS
from lotkeeper.verification.judge.journal_reader import read_lines
from lotkeeper.verification.judge.lots import JudgedLot, lots_of
from lotkeeper.verification.judge.pools import SpareDust, group_by_pair, pool_of
from lotkeeper.verification.judge.price_checks import find_below_floor
from lotkeeper.verification.judge.quantity_checks import find_lost, find_oversold
from lotkeeper.verification.judge.verdict import Expectations, JournalVerdict, JudgeFinding, PairSums


def judge(path: Path, expectations: Expectations) -> JournalVerdict:
    """Read a journal and judge it; raises JournalError."""
    return decide(collect_evidence(read_lines(path)), expectations)


def decide(eras: list[JournalEvidence], expectations: Expectations) -> JournalVerdict:
    lots: list[JudgedLot] = []
    violations: list[JudgeFinding] = []
    notes: list[JudgeFinding] = []
    for evidence in eras:
        found = lots_of(evidence, expectations.pairs, expectations.window_s)
        for (account, symbol), peers in group_by_pair(found).items():
            pool = pool_of(peers, evidence, account, symbol)
            dust = SpareDust(peers)
            violations += [*find_oversold(peers, dust), *find_below_floor(peers, dust, evidence, expectations)]
            for lot in peers:
                violation, note = find_lost(lot, evidence, expectations, pool, eras[0].first_ns)
                violations += [violation] if violation else []
                notes += [note] if note else []
        lots += found
    return JournalVerdict(
        violations=tuple(sorted(violations, key=_order)),
        notes=tuple(notes),
        pairs=tuple(_sums(lots)),
        lines=sum(each.lines for each in eras),
        seconds=(eras[-1].last_ns - eras[0].first_ns) / SECOND_NS,
        eras=len(eras),
    )


def _order(finding: JudgeFinding) -> tuple[int, str, str]:
    return finding.point, finding.symbol, finding.lot


def _sums(lots: Iterable[JudgedLot]) -> list[PairSums]:
    by_symbol: dict[str, list[JudgedLot]] = {}
    for lot in lots:
        by_symbol.setdefault(lot.pair.symbol, []).append(lot)
    return [_sum(symbol, found) for symbol, found in sorted(by_symbol.items())]


def _sum(symbol: str, lots: list[JudgedLot]) -> PairSums:
    zero = Fraction(0)
    return PairSums(
        symbol=symbol,
        lots=len(lots),
        sells=sum(len(lot.sells) for lot in lots),
        received=sum((lot.received_at() for lot in lots), zero),
        sold=sum((lot.sold_at() for lot in lots), zero),
        offered=sum((lot.open_at() for lot in lots), zero),
        remainder=sum((lot.remainder for lot in lots), zero),
    )
