"""What the lots of one account and pair share: dust that one lot sells for another, and manual sales.

A remainder that is too small for an order may be sold with the SELL of another lot. A manual SELL, whose client order
id names no lot, takes coins of unknown lots: they are attributed to the oldest lots with missing coins.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from operator import itemgetter

from lotkeeper.verification.judge.evidence import NEVER, JournalEvidence, PairFacts, SellFacts
from lotkeeper.verification.judge.floors import LotPart
from lotkeeper.verification.judge.lots import JudgedLot
from lotkeeper.verification.judge.naming import is_paid

AccountPair = tuple[str, str]


@dataclass(slots=True)
class LotPool:
    """Quantities that explain missing coins of lots. They are used up in the order of the lots."""

    dust: Fraction  # how much SELLs cover beyond what their own lots had
    manual: Fraction  # what manual SELLs sold and still offer

    def take_dust(self, limit: Fraction) -> Fraction:
        taken = min(self.dust, limit)
        self.dust -= taken
        return taken

    def take_manual(self, limit: Fraction) -> Fraction:
        taken = min(self.manual, limit)
        self.manual -= taken
        return taken


def group_by_pair(lots: Iterable[JudgedLot]) -> dict[AccountPair, list[JudgedLot]]:
    """The lots of each account and pair, the oldest first."""
    found: dict[AccountPair, list[JudgedLot]] = {}
    for lot in sorted(lots, key=lambda each: each.order_id):
        found.setdefault((lot.account, lot.pair.symbol), []).append(lot)
    return found


def pool_of(lots: list[JudgedLot], evidence: JournalEvidence, account: str, symbol: str) -> LotPool:
    """The pool of one account and pair. Manual SELLs take the coins that the account had at the start first."""
    sells = (each for each in evidence.sells.values() if (each.account, each.symbol) == (account, symbol))
    manual = sum((each.sold + each.open_at(NEVER) for each in sells if is_manual(each)), Fraction(0))
    own = evidence.funds.get((account, evidence.pair(symbol).base), Fraction(0))
    return LotPool(
        dust=sum((lot.over_at() for lot in lots), Fraction(0)),
        manual=max(Fraction(0), manual - own),
    )


def is_manual(sell: SellFacts) -> bool:
    """Whether a person placed the SELL: it names no lot and belongs to no order list."""
    return sell.buy_order_id is None and sell.list_id < 0


def largest_dust(lot: JudgedLot) -> Fraction:
    """The largest quantity of a lot that counts as dust: more than this can be sold alone."""
    units = unit_costs(lot.parts)
    if not units:
        return Fraction(0)
    pair = lot.pair
    return max(pair.min_qty, quantity_of_min_notional(pair, min(units))) + pair.step


def quantity_of_min_notional(pair: PairFacts, unit: Fraction) -> Fraction:
    """The quantity that has the minimum notional at this price."""
    return pair.min_notional / unit if unit else Fraction(0)


class SpareDust:
    """After each line: the dust of the lots of one account and pair that the SELL of another lot may cover.

    Each lot is looked at where it changes, and not once for each SELL of each other lot: there may be thousands.
    """

    def __init__(self, lots: Iterable[JudgedLot]) -> None:
        self._of = {lot.order_id: _Amounts.of(_dust_changes(lot)) for lot in lots}
        self._all = _Amounts.of(change for each in self._of.values() for change in each.changes)

    def for_lot(self, taker: JudgedLot, line: int) -> Fraction:
        """What `taker` may sell for all other lots after this line."""
        return self._all.at(line) - self._of[taker.order_id].at(line)


@dataclass(frozen=True, slots=True)
class _Amounts:
    """An amount that changes at some lines."""

    changes: list[tuple[int, Fraction]]  # by line
    sums: list[Fraction]  # of the changes until then

    @classmethod
    def of(cls, changes: Iterable[tuple[int, Fraction]]) -> "_Amounts":
        by_line = sorted(changes)
        return cls(by_line, list(accumulate(change for _, change in by_line)))

    def at(self, line: int) -> Fraction:
        count = bisect_right(self.changes, line, key=itemgetter(0))
        return self.sums[count - 1] if count else Fraction(0)


def _dust_changes(lot: JudgedLot) -> Iterator[tuple[int, Fraction]]:
    largest, before = largest_dust(lot), Fraction(0)
    for line in sorted(lot.change_lines()):
        dust = min(max(lot.left_at(line), Fraction(0)), largest)
        yield line, dust - before
        before = dust


def unit_costs(parts: Iterable[LotPart]) -> list[Fraction]:
    """The cost of one unit of each fill."""
    return [each.cost / each.received for each in parts if each.received > 0]


def totals(lots: Iterable[JudgedLot]) -> Iterator[tuple[int, Fraction, Fraction]]:
    """After each line: what all lots had received, and what their SELLs had sold and offered."""
    had, covered = Fraction(0), Fraction(0)
    for line, received, offered in sorted(each for lot in lots for each in _changes(lot)):
        had, covered = had + received, covered + offered
        yield line, had, covered


def _changes(lot: JudgedLot) -> Iterator[tuple[int, Fraction, Fraction]]:
    nothing = Fraction(0)
    yield from (_bought(each) for each in lot.parts)
    yield from ((each.at, lot.fee_from_elsewhere(each.at), nothing) for each in lot.sells if is_paid(each.client_id))
    for sell in lot.sells:
        begins = sell.counts_from
        if begins == NEVER:
            continue
        yield begins, nothing, sell.qty_at(begins)
        for line, before in sell.sizes:
            yield line, nothing, sell.qty_at(line) - before if line > begins else nothing
        if sell.ended:
            yield sell.ended_at, nothing, sell.sold - sell.qty


def _bought(part: LotPart) -> tuple[int, Fraction, Fraction]:
    return part.at, part.received, Fraction(0)
