"""The third point of the promise: nothing is sold below its floor. One lot, then all lots of a pair together."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from lotkeeper.verification.judge.evidence import NEVER, JournalEvidence, SellFacts
from lotkeeper.verification.judge.floors import SECOND_NS, LotPart, cost, floor_price, lowest_rate, received
from lotkeeper.verification.judge.lots import JudgedLot
from lotkeeper.verification.judge.pools import spare_at, units_of
from lotkeeper.verification.judge.quantity_checks import finding
from lotkeeper.verification.judge.verdict import NOT_BELOW_FLOOR, Expectations, JudgeFinding, amount


@dataclass(frozen=True, slots=True)
class _Case:
    """A lot among all of its pair, and what is known and wanted."""

    lot: JudgedLot
    lots: list[JudgedLot]
    evidence: JournalEvidence
    wishes: Expectations

    def rate(self, line: int) -> Fraction:
        return lowest_rate(self.evidence, self.lot.account, self.lot.pair.symbol, line)


def find_below_floor(lots: list[JudgedLot], evidence: JournalEvidence, wishes: Expectations) -> Iterator[JudgeFinding]:
    """Of all lots of an account and pair.

    What a SELL covers beyond its own lot is dust of others, whose cost the journal does not tell: it counts nothing in
    its lot, and what it should have cost is asked of all lots together.
    """
    single = [found for lot in lots for found in _of_one(_Case(lot, lots, evidence, wishes))]
    yield from single
    if not single and not any(lot.name in wishes.exempt for lot in lots):
        yield from _of_all(lots, evidence, wishes)


def _of_one(case: _Case) -> Iterator[JudgeFinding]:
    """Each SELL alone, then with all before it, and in the end."""
    lot = case.lot
    if lot.name in case.wishes.exempt:
        return
    for sell in lot.sells:
        spare = spare_at(case.lots, lot, sell.at)
        text = _too_cheap_alone(case, sell, spare) or _too_cheap_together(case, sell, spare)
        if text:
            yield finding(NOT_BELOW_FLOOR, lot, text, sell.wall_ns)
            return
    text = _too_cheap_in_the_end(case)
    if text:
        yield finding(NOT_BELOW_FLOOR, lot, text)


def _too_cheap_alone(case: _Case, sell: SellFacts, spare: Fraction) -> str:
    """Whatever a SELL covers, it was not cheaper than the cheapest fill before it."""
    lot = case.lot
    units = units_of(each for each in lot.parts if each.at <= sell.at)
    quantity = sell.qty_at(sell.at)
    if not units or not quantity:
        return ""
    dust = _most_dust_taken(quantity, lot.over_at(sell.at), spare, lot)
    tick = case.evidence.pair(lot.pair.symbol, sell.at).tick
    share = min(units) * (quantity - dust)
    least = floor_price(share, quantity, case.wishes.wanted(lot.pair.symbol), case.rate(sell.at), tick)
    if sell.price >= least or not sell.price:
        return ""
    return f"SELL {sell.client_id} ({sell.order_id}) at {amount(sell.price)}, its floor is {amount(least)}"


def _too_cheap_together(case: _Case, sell: SellFacts, spare: Fraction) -> str:
    """All SELLs up to this one bring the floor of what they cover, by the fills that could be known then."""
    before = [each for each in case.lot.parts if each.at <= sell.at]
    choices = (before[:count] for count in range(1, len(before) + 1))
    lacks = [lack for known in choices if (lack := _lack(case, known, sell.at, spare)) is not None]
    if not lacks or min(lacks) <= 0:
        return ""
    short = f"{amount(min(lacks))} {case.lot.pair.quote}"
    return f"the SELLs up to {sell.client_id} ({sell.order_id}) bring {short} less than the floor of all they cover"


def _too_cheap_in_the_end(case: _Case) -> str:
    lot = case.lot
    if case.evidence.last_ns - lot.last_ns < case.wishes.grace_s * SECOND_NS or not lot.sells:
        return ""
    lack = _lack(case, lot.parts, NEVER, spare_at(case.lots, lot, NEVER))
    if lack is None or lack <= 0:
        return ""
    return f"its SELLs together bring {amount(lack)} {lot.pair.quote} less than the floor of all they cover"


@dataclass(frozen=True, slots=True)
class _Covered:
    """What SELLs sold and offer, and what that brings before commission."""

    quantity: Fraction
    proceeds: Fraction


def _covered(lot: JudgedLot, line: int) -> _Covered:
    proceeds = (each.brought_at(line) + each.open_at(line) * each.price for each in lot.sells)
    return _Covered(lot.sold_at(line) + lot.open_at(line), sum(proceeds, Fraction(0)))


def _with_hands(lot: JudgedLot, line: int) -> _Covered:
    """The same with what a hand took out of the SELLs, at the prices that they had asked for it."""
    found, out = _covered(lot, line), [(each, each.taken_out_at(line)) for each in lot.sells if each.at <= line]
    return _Covered(
        found.quantity + sum((qty for _, qty in out), Fraction(0)),
        found.proceeds + sum((qty * each.price for each, qty in out), Fraction(0)),
    )


def _lack(case: _Case, known: list[LotPart], line: int, spare: Fraction) -> Fraction | None:
    """What the SELLs bring less than their share of cost and profit; None where they cover more than is known.

    A hand may have taken out the dear ones of a lot's SELLs: what they had asked for counts then.
    """
    lack = _lack_of(case, _covered(case.lot, line), known, line, spare)
    if lack is None or lack <= 0:
        return lack
    return _lack_of(case, _with_hands(case.lot, line), known, line, spare)


def _lack_of(case: _Case, covered: _Covered, known: list[LotPart], line: int, spare: Fraction) -> Fraction | None:
    lot, quantity, had = case.lot, covered.quantity, received(known)
    if not quantity or not had or quantity > had + spare:
        return None
    dust = _most_dust_taken(quantity, max(Fraction(0), quantity - had), spare, lot)
    due = cost(known) / had * (quantity - dust) * (1 + case.wishes.wanted(lot.pair.symbol))
    return due - covered.proceeds * (1 - case.rate(line))


def _most_dust_taken(quantity: Fraction, over: Fraction, spare: Fraction, lot: JudgedLot) -> Fraction:
    """Dust goes with a SELL up to the next step: so much more than its own lot had, and less than a step besides."""
    return min(quantity, spare, over + lot.pair.step)


def _of_all(lots: list[JudgedLot], evidence: JournalEvidence, wishes: Expectations) -> Iterator[JudgeFinding]:
    """What none of the SELLs covers cost no more than the dearest fill: the rest of the cost is due from them."""
    covered = [lot for lot in lots if lot.sells]
    if not covered or any(evidence.last_ns - lot.last_ns < wishes.grace_s * SECOND_NS for lot in lots):
        return
    left = sum((lot.left_at() for lot in lots), Fraction(0))
    dearest = max((unit for lot in lots for unit in units_of(lot.parts)), default=Fraction(0))
    cost_of_all = sum((cost(lot.parts) for lot in lots), Fraction(0))
    due = (cost_of_all - left * dearest) * (1 + wishes.wanted(lots[0].pair.symbol))
    rate = lowest_rate(evidence, lots[0].account, lots[0].pair.symbol, NEVER)
    lack = due - sum((_covered(lot, NEVER).proceeds for lot in covered), Fraction(0)) * (1 - rate)
    if lack > 0:
        text = f"the SELLs of all lots bring {amount(lack)} {lots[0].pair.quote} less than the floor of all they cover"
        yield finding(NOT_BELOW_FLOOR, covered[-1], text)
