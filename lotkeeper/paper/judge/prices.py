"""The third point of the promise: nothing is sold below its floor. One lot, then all lots of a pair together."""

from collections.abc import Iterator
from fractions import Fraction

from lotkeeper.paper.judge.evidence import NEVER, Evidence, Sell
from lotkeeper.paper.judge.floors import SECOND_NS, Part, cost, floor_price, lowest_rate, received
from lotkeeper.paper.judge.lots import Lot
from lotkeeper.paper.judge.points import finding
from lotkeeper.paper.judge.pools import spare_at, units_of
from lotkeeper.paper.judge.verdict import NOT_BELOW_FLOOR, Finding, Wishes
from lotkeeper.paper.judge.words import amount


def below_floor(lots: list[Lot], evidence: Evidence, wishes: Wishes) -> Iterator[Finding]:
    """Of all lots of an account and pair.

    What a SELL covers beyond its own lot is dust of others, whose cost the journal does not tell: it counts nothing in
    its lot, and what it should have cost is asked of all lots together.
    """
    single = [found for lot in lots for found in _of_one(lot, lots, evidence, wishes)]
    yield from single
    if not single and not any(lot.name in wishes.exempt for lot in lots):
        yield from _of_all(lots, evidence, wishes)


def _of_one(lot: Lot, lots: list[Lot], evidence: Evidence, wishes: Wishes) -> Iterator[Finding]:
    """Each SELL alone, then with all before it, and in the end."""
    if lot.name in wishes.exempt:
        return
    for sell in lot.sells:
        spare = spare_at(lots, lot, sell.at)
        text = _too_cheap_alone(lot, sell, spare, evidence, wishes)
        text = text or _too_cheap_together(lot, sell, spare, evidence, wishes)
        if text:
            yield finding(NOT_BELOW_FLOOR, lot, text, sell.wall_ns)
            return
    text = _too_cheap_in_the_end(lot, spare_at(lots, lot, NEVER), evidence, wishes)
    if text:
        yield finding(NOT_BELOW_FLOOR, lot, text)


def _too_cheap_alone(lot: Lot, sell: Sell, spare: Fraction, evidence: Evidence, wishes: Wishes) -> str:
    """Whatever a SELL covers, it was not cheaper than the cheapest fill before it."""
    units = units_of(each for each in lot.parts if each.at <= sell.at)
    if not units or not sell.qty:
        return ""
    dust = _most_dust_taken(sell.qty, lot.over_at(sell.at), spare, lot)
    rate = lowest_rate(evidence, lot.account, lot.pair.symbol, sell.at)
    tick = evidence.pair(lot.pair.symbol, sell.at).tick
    share = min(units) * (sell.qty - dust)
    least = floor_price(share, sell.qty, wishes.wanted(lot.pair.symbol), rate, tick)
    if sell.price >= least or not sell.price:
        return ""
    return f"SELL {sell.client_id} ({sell.order_id}) at {amount(sell.price)}, its floor is {amount(least)}"


def _too_cheap_together(lot: Lot, sell: Sell, spare: Fraction, evidence: Evidence, wishes: Wishes) -> str:
    """All SELLs up to this one bring the floor of what they cover, by the fills that could be known then."""
    before = [each for each in lot.parts if each.at <= sell.at]
    choices = (before[:count] for count in range(1, len(before) + 1))
    lacks = [lack for known in choices if (lack := _lack(lot, known, sell.at, spare, evidence, wishes)) is not None]
    if not lacks or min(lacks) <= 0:
        return ""
    short = f"{amount(min(lacks))} {lot.pair.quote}"
    return f"the SELLs up to {sell.client_id} ({sell.order_id}) bring {short} less than the floor of all they cover"


def _too_cheap_in_the_end(lot: Lot, spare: Fraction, evidence: Evidence, wishes: Wishes) -> str:
    if evidence.last_ns - lot.last_ns < wishes.grace_s * SECOND_NS or not lot.sells:
        return ""
    lack = _lack(lot, lot.parts, NEVER, spare, evidence, wishes)
    if lack is None or lack <= 0:
        return ""
    return f"its SELLs together bring {amount(lack)} {lot.pair.quote} less than the floor of all they cover"


def _lack(
    lot: Lot, known: list[Part], line: int, spare: Fraction, evidence: Evidence, wishes: Wishes
) -> Fraction | None:
    """What the SELLs bring less than their share of cost and profit; None where they cover more than is known."""
    quantity, had = lot.sold_at(line) + lot.open_at(line), received(known)
    if not quantity or not had or quantity > had + spare:
        return None
    dust = _most_dust_taken(quantity, max(Fraction(0), quantity - had), spare, lot)
    due = cost(known) / had * (quantity - dust) * (1 + wishes.wanted(lot.pair.symbol))
    return due - _brought(lot, line, evidence)


def _brought(lot: Lot, line: int, evidence: Evidence) -> Fraction:
    """What its SELLs brought, and will if all are filled, after commission."""
    rate = lowest_rate(evidence, lot.account, lot.pair.symbol, line)
    return sum((each.brought_at(line) + each.open_at(line) * each.price for each in lot.sells), Fraction(0)) * (
        1 - rate
    )


def _most_dust_taken(quantity: Fraction, over: Fraction, spare: Fraction, lot: Lot) -> Fraction:
    """Dust goes with a SELL up to the next step: so much more than its own lot had, and less than a step besides."""
    return min(quantity, spare, over + lot.pair.step)


def _of_all(lots: list[Lot], evidence: Evidence, wishes: Wishes) -> Iterator[Finding]:
    """What none of the SELLs covers cost no more than the dearest fill: the rest of the cost is due from them."""
    covered = [lot for lot in lots if lot.sells]
    if not covered or any(evidence.last_ns - lot.last_ns < wishes.grace_s * SECOND_NS for lot in lots):
        return
    left = sum((lot.left_at() for lot in lots), Fraction(0))
    dearest = max((unit for lot in lots for unit in units_of(lot.parts)), default=Fraction(0))
    cost_of_all = sum((cost(lot.parts) for lot in lots), Fraction(0))
    due = (cost_of_all - left * dearest) * (1 + wishes.wanted(lots[0].pair.symbol))
    lack = due - sum((_brought(lot, NEVER, evidence) for lot in covered), Fraction(0))
    if lack > 0:
        text = f"the SELLs of all lots bring {amount(lack)} {lots[0].pair.quote} less than the floor of all they cover"
        yield finding(NOT_BELOW_FLOOR, covered[-1], text)
