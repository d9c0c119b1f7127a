"""The third point of the promise: nothing is sold below its floor. One lot, then all lots of a pair together."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from lotkeeper.verification.judge.evidence import NEVER, JournalEvidence, SellFacts
from lotkeeper.verification.judge.floors import SECOND_NS, LotPart, cost, floor_price, lowest_rate, received
from lotkeeper.verification.judge.groups import find_below_common_floor
from lotkeeper.verification.judge.lots import JudgedLot
from lotkeeper.verification.judge.pools import SpareDust, unit_costs
from lotkeeper.verification.judge.quantity_checks import finding
from lotkeeper.verification.judge.verdict import NOT_BELOW_FLOOR, Expectations, JudgeFinding, amount


@dataclass(frozen=True, slots=True)
class _Case:
    """A lot, the dust of all lots of its pair, the evidence and the expectations."""

    lot: JudgedLot
    dust: SpareDust
    evidence: JournalEvidence
    expectations: Expectations

    def rate(self, line: int) -> Fraction:
        return lowest_rate(self.evidence, self.lot.account, self.lot.pair.symbol, line)


def find_below_floor(
    lots: list[JudgedLot], dust: SpareDust, evidence: JournalEvidence, expectations: Expectations
) -> Iterator[JudgeFinding]:
    """Check all lots of an account and pair.

    What a SELL covers beyond its own lot is dust of other lots. The journal does not say of which, so this dust costs
    nothing in the check of one lot; its cost is checked for all lots together.
    """
    if lots and expectations.is_group(lots[0].pair.symbol):
        yield from find_below_common_floor(lots, evidence, expectations)
        return
    single = [found for lot in lots for found in _check_lot(_Case(lot, dust, evidence, expectations))]
    yield from single
    if not single and not any(lot.name in expectations.exempt for lot in lots):
        yield from _check_all_lots(lots, evidence, expectations)


def _check_lot(case: _Case) -> Iterator[JudgeFinding]:
    """Check each SELL alone and together with all earlier SELLs, then all at the end."""
    lot = case.lot
    if lot.name in case.expectations.exempt:
        return
    for sell in lot.sells:
        spare = case.dust.for_lot(lot, sell.at)
        text = _too_cheap_alone(case, sell, spare) or _too_cheap_together(case, sell, spare)
        if text:
            yield finding(NOT_BELOW_FLOOR, lot, text, sell.wall_ns)
            return
    text = _too_cheap_in_the_end(case)
    if text:
        yield finding(NOT_BELOW_FLOOR, lot, text)


def _too_cheap_alone(case: _Case, sell: SellFacts, spare: Fraction) -> str:
    """A SELL's price must cover at least the cheapest fill before it."""
    lot = case.lot
    units = unit_costs(each for each in lot.parts if each.at <= sell.at)
    quantity = sell.qty_at(sell.at)
    if not units or not quantity:
        return ""
    dust = _largest_dust_taken(quantity, lot.over_at(sell.at), spare, lot)
    tick = case.evidence.pair(lot.pair.symbol, sell.at).tick
    share = min(units) * (quantity - dust)
    least = _least_price(case, sell, share, quantity, tick)
    if sell.price >= least or not sell.price:
        return ""
    return f"SELL {sell.client_id} ({sell.order_id}) at {amount(sell.price)}, its floor is {amount(least)}"


def _least_price(case: _Case, sell: SellFacts, share: Fraction, quantity: Fraction, tick: Fraction) -> Fraction:
    """The floor of the SELL; of a stop the part of the cost that it was asked to bring."""
    symbol = case.lot.pair.symbol
    if sell.target is None:
        return floor_price(share, quantity, case.expectations.profit_for(symbol), case.rate(sell.at), tick)
    # Its trigger and its limit are each rounded down to the tick.
    return share / quantity * case.expectations.stop_of(symbol) - 2 * tick


def _too_cheap_together(case: _Case, sell: SellFacts, spare: Fraction) -> str:
    """All SELLs up to this one must bring the floor of what they cover, by the fills that could be known then."""
    lack = _least_lack(case, [each for each in case.lot.parts if each.at <= sell.at], sell.at, spare)
    if lack <= 0:
        return ""
    short = f"{amount(lack)} {case.lot.pair.quote}"
    return f"the SELLs up to {sell.client_id} ({sell.order_id}) bring {short} less than the floor of all they cover"


def _least_lack(case: _Case, before: list[LotPart], line: int, spare: Fraction) -> Fraction:
    """The least lack by the first fills that could be known, however many these are; zero where there is none."""
    choices = (before[:count] for count in range(1, len(before) + 1))
    lacks = [lack for known in choices if (lack := _lack(case, known, line, spare)) is not None]
    return min(lacks, default=Fraction(0))


def _too_cheap_in_the_end(case: _Case) -> str:
    """Where coins are left that no SELL offers, such as dust, they may be those of the last fills, at their cost."""
    lot = case.lot
    if case.evidence.last_ns - lot.last_ns < case.expectations.grace_s * SECOND_NS or not lot.sells:
        return ""
    spare = case.dust.for_lot(lot, NEVER)
    has_rest = received(lot.parts) - _covered(lot, NEVER).quantity >= lot.pair.step
    lack = _least_lack(case, lot.parts, NEVER, spare) if has_rest else _lack(case, lot.parts, NEVER, spare)
    if lack is None or lack <= 0:
        return ""
    return f"its SELLs together bring {amount(lack)} {lot.pair.quote} less than the floor of all they cover"


@dataclass(frozen=True, slots=True)
class _Covered:
    """The quantity that SELLs sold and offer, and its proceeds before commission."""

    quantity: Fraction
    proceeds: Fraction


def _covered(lot: JudgedLot, line: int) -> _Covered:
    proceeds = (each.proceeds_at(line) + each.open_at(line) * each.judged_price for each in lot.sells)
    return _Covered(lot.sold_at(line) + lot.open_at(line), sum(proceeds, Fraction(0)))


def _covered_with_withdrawn(lot: JudgedLot, line: int) -> _Covered:
    """The same including what a person withdrew from the SELLs, at the prices of the SELLs."""
    found, out = _covered(lot, line), [(each, each.withdrawn_at(line)) for each in lot.sells if each.at <= line]
    return _Covered(
        found.quantity + sum((qty for _, qty in out), Fraction(0)),
        found.proceeds + sum((qty * each.price for each, qty in out), Fraction(0)),
    )


def _lack(case: _Case, known: list[LotPart], line: int, spare: Fraction) -> Fraction | None:
    """How much the SELLs bring too little for their share of cost and profit; None if they cover more than is known.

    A person may have withdrawn the expensive SELLs of a lot: then their prices count too.
    """
    lack = _lack_of(case, _covered(case.lot, line), known, line, spare)
    if lack is None or lack <= 0:
        return lack
    return _lack_of(case, _covered_with_withdrawn(case.lot, line), known, line, spare)


def _lack_of(case: _Case, covered: _Covered, known: list[LotPart], line: int, spare: Fraction) -> Fraction | None:
    lot, quantity, had = case.lot, covered.quantity, received(known)
    if not quantity or not had or quantity > had + spare:
        return None
    dust = _largest_dust_taken(quantity, max(Fraction(0), quantity - had), spare, lot)
    due = cost(known) / had * (quantity - dust) * (1 + case.expectations.profit_for(lot.pair.symbol))
    return due - covered.proceeds * (1 - case.rate(line))


def _largest_dust_taken(quantity: Fraction, over: Fraction, spare: Fraction, lot: JudgedLot) -> Fraction:
    """The most dust of other lots in a SELL: what it covers beyond its own lot, and less than a step more."""
    return min(quantity, spare, over + lot.pair.step)


def _check_all_lots(
    lots: list[JudgedLot], evidence: JournalEvidence, expectations: Expectations
) -> Iterator[JudgeFinding]:
    """Check all lots together: coins without a SELL count at the most expensive fill, the SELLs must bring the rest."""
    covered = [lot for lot in lots if lot.sells]
    if not covered or any(evidence.last_ns - lot.last_ns < expectations.grace_s * SECOND_NS for lot in lots):
        return
    left = sum((lot.left_at() for lot in lots), Fraction(0))
    dearest = max((unit for lot in lots for unit in unit_costs(lot.parts)), default=Fraction(0))
    cost_of_all = sum((cost(lot.parts) for lot in lots), Fraction(0))
    due = (cost_of_all - left * dearest) * (1 + expectations.profit_for(lots[0].pair.symbol))
    rate = lowest_rate(evidence, lots[0].account, lots[0].pair.symbol, NEVER)
    lack = due - sum((_covered(lot, NEVER).proceeds for lot in covered), Fraction(0)) * (1 - rate)
    if lack > 0:
        text = f"the SELLs of all lots bring {amount(lack)} {lots[0].pair.quote} less than the floor of all they cover"
        yield finding(NOT_BELOW_FLOOR, covered[-1], text)
