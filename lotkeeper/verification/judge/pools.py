"""What the lots of one account and pair share: dust that one sells for another, and coins that a hand sold.

What is too little to be sold may go with the SELL of another lot of the pair. And whoever sells by hand, under any
name but that of a lot, takes coins of which nobody can say whose they were: of the oldest lots that lack some.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from lotkeeper.verification.judge.evidence import NEVER, JournalEvidence, PairFacts, SellFacts
from lotkeeper.verification.judge.floors import LotPart
from lotkeeper.verification.judge.lots import JudgedLot

AccountPair = tuple[str, str]


@dataclass(slots=True)
class LotPool:
    """`dust`: by how much SELLs cover more than their own lots had; `by_hand`: what hands sold and still offer.

    Both are used up as lots are found to lack something.
    """

    dust: Fraction
    by_hand: Fraction

    def take_dust(self, most: Fraction) -> Fraction:
        taken = min(self.dust, most)
        self.dust -= taken
        return taken

    def take_by_hand(self, most: Fraction) -> Fraction:
        taken = min(self.by_hand, most)
        self.by_hand -= taken
        return taken


def group_by_pair(lots: Iterable[JudgedLot]) -> dict[AccountPair, list[JudgedLot]]:
    """The lots of each account and pair, the oldest first."""
    found: dict[AccountPair, list[JudgedLot]] = {}
    for lot in sorted(lots, key=lambda each: each.order_id):
        found.setdefault((lot.account, lot.pair.symbol), []).append(lot)
    return found


def pool_of(lots: list[JudgedLot], evidence: JournalEvidence, account: str, symbol: str) -> LotPool:
    """A hand that sold no more than the coins that the account had at the start took none of any lot."""
    sells = (each for each in evidence.sells.values() if (each.account, each.symbol) == (account, symbol))
    by_hand = sum((each.sold + each.open_at(NEVER) for each in sells if is_by_hand(each)), Fraction(0))
    own = evidence.funds.get((account, evidence.pair(symbol).base), Fraction(0))
    return LotPool(
        dust=sum((lot.over_at() for lot in lots), Fraction(0)),
        by_hand=max(Fraction(0), by_hand - own),
    )


def is_by_hand(sell: SellFacts) -> bool:
    """A SELL that names no lot, and is none of an order list, which looks after its own BUY."""
    return sell.named is None and sell.list_id < 0


def most_dust(lot: JudgedLot) -> Fraction:
    """More than this of a lot can be sold alone: it is no dust, whatever it was when it came."""
    units = units_of(lot.parts)
    if not units:
        return Fraction(0)
    pair = lot.pair
    return max(pair.least_qty, least_for(pair, min(units))) + pair.step


def least_for(pair: PairFacts, unit: Fraction) -> Fraction:
    """The quantity that is worth the smallest order at this price."""
    return pair.least_notional / unit if unit else Fraction(0)


def spare_at(lots: Iterable[JudgedLot], taker: JudgedLot, line: int) -> Fraction:
    """What all other lots of the pair had at that line in dust: so much of it `taker` may sell for them."""
    lefts = ((lot, lot.left_at(line)) for lot in lots if lot is not taker)
    return sum((min(left, most_dust(lot)) for lot, left in lefts if left > 0), Fraction(0))


def units_of(parts: Iterable[LotPart]) -> list[Fraction]:
    """What one unit of each fill cost."""
    return [each.cost / each.received for each in parts if each.received > 0]


def totals(lots: Iterable[JudgedLot]) -> Iterator[tuple[int, Fraction, Fraction]]:
    """After each line: what all lots had received, and what their SELLs had sold and still offered."""
    had, covered = Fraction(0), Fraction(0)
    for line, received, offered in sorted(each for lot in lots for each in _changes(lot)):
        had, covered = had + received, covered + offered
        yield line, had, covered


def _changes(lot: JudgedLot) -> Iterator[tuple[int, Fraction, Fraction]]:
    nothing = Fraction(0)
    yield from (_bought(each) for each in lot.parts)
    for sell in lot.sells:
        yield sell.at, nothing, sell.qty_at(sell.at)
        for line, before in sell.sizes:
            yield line, nothing, sell.qty_at(line) - before
        if sell.ended:
            yield sell.ended_at, nothing, sell.sold - sell.qty


def _bought(part: LotPart) -> tuple[int, Fraction, Fraction]:
    return part.at, part.received, Fraction(0)
