"""From a journal to a verdict."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from lotkeeper.verification.judge.evidence import Evidence
from lotkeeper.verification.judge.floors import SECOND_NS
from lotkeeper.verification.judge.gathering import gather
from lotkeeper.verification.judge.lots import Lot, lots_of
from lotkeeper.verification.judge.points import lost, twice
from lotkeeper.verification.judge.pools import by_pair, pool_of
from lotkeeper.verification.judge.prices import below_floor
from lotkeeper.verification.judge.reading import read_lines
from lotkeeper.verification.judge.verdict import Finding, PairSum, Verdict, Wishes


def judge(path: Path, wishes: Wishes) -> Verdict:
    """Read a journal and decide; raises JournalError."""
    return decide(gather(read_lines(path)), wishes)


def decide(eras: list[Evidence], wishes: Wishes) -> Verdict:
    lots: list[Lot] = []
    violations: list[Finding] = []
    notes: list[Finding] = []
    for evidence in eras:
        found = lots_of(evidence, wishes.pairs, wishes.window_s)
        for (account, symbol), peers in by_pair(found).items():
            pool = pool_of(peers, evidence, account, symbol)
            violations += [*twice(peers), *below_floor(peers, evidence, wishes)]
            for lot in peers:
                violation, note = lost(lot, evidence, wishes, pool, eras[0].first_ns)
                violations += [violation] if violation else []
                notes += [note] if note else []
        lots += found
    return Verdict(
        violations=tuple(sorted(violations, key=_order)),
        notes=tuple(notes),
        pairs=tuple(_sums(lots)),
        lines=sum(each.lines for each in eras),
        seconds=(eras[-1].last_ns - eras[0].first_ns) / SECOND_NS,
        eras=len(eras),
    )


def _order(finding: Finding) -> tuple[int, str, str]:
    return finding.point, finding.symbol, finding.lot


def _sums(lots: Iterable[Lot]) -> list[PairSum]:
    by_symbol: dict[str, list[Lot]] = {}
    for lot in lots:
        by_symbol.setdefault(lot.pair.symbol, []).append(lot)
    return [_sum(symbol, found) for symbol, found in sorted(by_symbol.items())]


def _sum(symbol: str, lots: list[Lot]) -> PairSum:
    zero = Fraction(0)
    return PairSum(
        symbol=symbol,
        lots=len(lots),
        sells=sum(len(lot.sells) for lot in lots),
        received=sum((lot.received_at() for lot in lots), zero),
        sold=sum((lot.sold_at() for lot in lots), zero),
        offered=sum((lot.open_at() for lot in lots), zero),
        remainder=sum((lot.remainder for lot in lots), zero),
    )
