"""The third point of the promise for a pair whose lots are sold as a group: all of them together bring all costs.

No lot has to bring its own cost. What was sold counts for what it brought, what stands for its price. Coins of a lot
that no SELL offers count at the price of its newest SELL or at those of the SELLs that offered them last, because the
lot asks for no less afterwards, or at their own floor: whichever is most. So a lot that is sold for less than it cost
has to find another one that asks for more, after each SELL of the journal.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from lotkeeper.verification.judge.evidence import JournalEvidence, SellFacts
from lotkeeper.verification.judge.floors import LotPart, lowest_rate, received
from lotkeeper.verification.judge.lots import JudgedLot
from lotkeeper.verification.judge.pools import largest_dust, unit_costs
from lotkeeper.verification.judge.quantity_checks import finding
from lotkeeper.verification.judge.verdict import NOT_BELOW_FLOOR, Expectations, JudgeFinding, amount


@dataclass(frozen=True, slots=True)
class _Moment:
    """What counts at one line of the journal."""

    line: int
    factor: Fraction  # of a cost: that with the wanted profit
    kept: Fraction  # of proceeds: what the fee leaves
    cheapest: Fraction  # what a coin of any lot has to bring
    dearest: Fraction


def find_below_common_floor(
    lots: list[JudgedLot], evidence: JournalEvidence, expectations: Expectations
) -> Iterator[JudgeFinding]:
    """Check all lots of an account and pair after each of their SELLs; one finding at most."""
    if any(lot.name in expectations.exempt for lot in lots):
        return
    sells = [(sell, lot) for lot in lots for sell in lot.sells]
    for sell, lot in sorted(sells, key=lambda each: each[0].at):
        lack = _lack_at(sell.at, lots, evidence, expectations)
        if lack > 0:
            short = f"{amount(lack)} {lot.pair.quote}"
            text = f"with SELL {sell.client_id} ({sell.order_id}) all lots bring {short} less than their floors"
            yield finding(NOT_BELOW_FLOOR, lot, text, sell.wall_ns)
            return


def _lack_at(line: int, lots: list[JudgedLot], evidence: JournalEvidence, expectations: Expectations) -> Fraction:
    """What all lots ask for too little (quote). Dust goes from lot to lot, and nobody here knows whose it was: what is
    sold may have cost as little as any coin, and what is left as much as any. A lot may have taken less than a step of
    it before all of its BUY was known.
    """
    known = [lot for lot in lots if any(sell.at <= line for sell in lot.sells) and lot.received_at(line)]
    units = [unit for lot in lots for unit in unit_costs(_parts(lot, line))]
    if not known or not units:
        return Fraction(0)
    factor = 1 + expectations.profit_for(lots[0].pair.symbol)
    kept = 1 - lowest_rate(evidence, lots[0].account, lots[0].pair.symbol, line)
    now = _Moment(line, factor, kept, min(units) * factor, max(units) * factor)
    taken = [dust for lot in known if (dust := _most_offered(lot, line) - lot.received_at(line)) > 0]
    dust = sum(taken, Fraction(0)) * now.cheapest
    slack = len(known) * lots[0].pair.step * (now.dearest - now.cheapest)
    due = sum((_least_cost(lot, line, lot.received_at(line)) * factor for lot in known), dust)
    return due - slack - sum((_asked(lot, now) for lot in known), Fraction(0))


def _asked(lot: JudgedLot, now: _Moment) -> Fraction:
    line, before = now.line, [sell for sell in lot.sells if sell.at <= now.line]
    brought = sum((each.proceeds_at(line) + each.open_at(line) * each.judged_price for each in before), Fraction(0))
    offered, had = lot.sold_at(line) + lot.open_at(line), lot.received_at(line)
    left = max(had, _most_offered(lot, line)) - offered
    own = (_least_cost(lot, line, had) - _least_cost(lot, line, min(offered, had))) * now.factor
    dust = min(left, largest_dust(lot)) * now.dearest
    standing = max(left * before[-1].price, _last_asked(before, left, line)) * now.kept
    return brought * now.kept + max(standing, own, dust)


def _last_asked(sells: list[SellFacts], left: Fraction, line: int) -> Fraction:
    """What the SELLs that ended last before `line` asked for the coins that are left, as far as they offered them."""
    asked = Fraction(0)
    ended = [each for each in sells if each.ended and each.ended_at <= line]
    for sell in sorted(ended, key=lambda each: each.ended_at, reverse=True):
        back = min(left, max(Fraction(0), sell.qty - sell.sold))
        asked, left = asked + back * sell.price, left - back
    return asked


def _most_offered(lot: JudgedLot, line: int) -> Fraction:
    """The most that it had sold or in open SELLs at one time, dust of other lots too."""
    lines = (sell.at for sell in lot.sells if sell.at <= line)
    return max(lot.sold_at(each) + lot.open_at(each) for each in lines)


def _least_cost(lot: JudgedLot, line: int, quantity: Fraction) -> Fraction:
    """The least that so much of the lot can have cost by then: the service may not know every fill."""
    cost = Fraction(0)
    for part in sorted(_parts(lot, line), key=lambda each: each.cost / each.received):
        taken = min(quantity, part.received)
        cost, quantity = cost + part.cost * taken / part.received, quantity - taken
    return cost


def _parts(lot: JudgedLot, line: int) -> list[LotPart]:
    return [each for each in lot.parts if each.at <= line and received([each]) > 0]
