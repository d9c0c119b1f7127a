"""The three points of the promise, one function each: the findings about one lot."""

from collections.abc import Iterator
from fractions import Fraction

from lotkeeper.paper.judge.evidence import NEVER, Evidence, Sell
from lotkeeper.paper.judge.floors import SECOND_NS, Part, cost, floor_price, lowest_rate, received
from lotkeeper.paper.judge.lots import Lot
from lotkeeper.paper.judge.verdict import NO_BUY_LOST, NOT_BELOW_FLOOR, NOTHING_TWICE, Finding, Wishes
from lotkeeper.paper.judge.words import amount

FILTER_FAILURE = -1013


def finding(point: int, lot: Lot, text: str, wall_ns: int = 0) -> Finding:
    return Finding(point, lot.account, lot.pair.symbol, lot.name, text, wall_ns or lot.last_ns)


# 1: every BUY got its SELLs


def lost(lot: Lot, evidence: Evidence, wishes: Wishes, began_ns: int) -> tuple[Finding | None, Finding | None]:
    """A violation, or a note that says why something without a SELL is none; the journal began at `began_ns`."""
    qty = _sellable(lot, evidence, wishes)
    if not qty:
        return None, None
    text = f"{amount(qty)} {lot.pair.base} bought, could be sold, and no SELL offers it"
    excuse = _too_early(lot, wishes, began_ns) or _excuse(lot, evidence, wishes)
    if excuse:
        return None, finding(NO_BUY_LOST, lot, f"{text}: {excuse}")
    return finding(NO_BUY_LOST, lot, f"{text} ({_story(lot)})"), None


def _sellable(lot: Lot, evidence: Evidence, wishes: Wishes) -> Fraction:
    """What is left without a SELL and is enough for one, in whole steps."""
    pair, left = lot.pair, lot.remainder
    qty = left // pair.step * pair.step if pair.step else left
    if qty <= 0 or qty < pair.least_qty:
        return Fraction(0)
    rate = lowest_rate(evidence, lot.account, pair.symbol, NEVER)
    share = cost(lot.parts) * qty / received(lot.parts)
    price = floor_price(share, qty, wishes.wanted(pair.symbol), rate, pair.tick)
    return qty if qty * price >= pair.least_notional else Fraction(0)


def _too_early(lot: Lot, wishes: Wishes, began_ns: int) -> str:
    early = not lot.sells and lot.bought_ns - began_ns < wishes.from_s * SECOND_NS
    return f"bought within the first {wishes.from_s:g} s" if early else ""


def _excuse(lot: Lot, evidence: Evidence, wishes: Wishes) -> str:
    if evidence.last_ns - lot.last_ns < wishes.grace_s * SECOND_NS:
        return f"the journal ends within {wishes.grace_s:g} s"
    if lot.pair.status != "TRADING":
        return f"the pair is in {lot.pair.status}"
    refusal = evidence.refusals.get((lot.pair.symbol, lot.order_id))
    if refusal is not None and refusal.code == FILTER_FAILURE:
        return f"the exchange refused the last one: {refusal.text}"
    canceled = sum((each.qty - each.sold for each in lot.sells if each.ended == "CANCELED"), Fraction(0))
    if canceled and not wishes.strict:
        return "its SELL was canceled and not placed again"
    return ""


def _story(lot: Lot) -> str:
    held = f"received {amount(lot.received_at())}"
    return f"{held}, sold {amount(lot.sold_at())}, offered {amount(lot.open_at())}, {len(lot.sells)} SELLs"


# 2: nothing sold or offered twice


def twice(lot: Lot) -> Iterator[Finding]:
    """At each acceptance of a SELL: sold and offered are never more than was received by then. Once a lot is enough."""
    moments = sorted({each.at for each in lot.sells} | {fill.at for each in lot.sells for fill in each.fills})
    for line in moments:
        had, sold, offered = lot.received_at(line), lot.sold_at(line), lot.open_at(line)
        if sold + offered > had:
            over, base = sold + offered - had, lot.pair.base
            numbers = f"received {amount(had)}, sold {amount(sold)}, offered {amount(offered)}"
            text = f"{amount(over)} {base} too many at line {line}: {numbers}; SELLs {_ids(lot, line)}"
            yield finding(NOTHING_TWICE, lot, text)
            return


def _ids(lot: Lot, line: int) -> str:
    return ", ".join(f"{each.client_id} ({each.order_id})" for each in lot.sells if each.at <= line)


# 3: nothing sold below its floor


def below_floor(lot: Lot, evidence: Evidence, wishes: Wishes) -> Iterator[Finding]:
    """Each SELL alone, then all of them together, at each acceptance and in the end."""
    if lot.name in wishes.exempt:
        return
    for sell in lot.sells:
        text = _too_cheap_alone(lot, sell, evidence, wishes) or _too_cheap_together(lot, sell, evidence, wishes)
        if text:
            yield finding(NOT_BELOW_FLOOR, lot, text, sell.wall_ns)
            return
    text = _too_cheap_in_the_end(lot, evidence, wishes)
    if text:
        yield finding(NOT_BELOW_FLOOR, lot, text)


def _too_cheap_alone(lot: Lot, sell: Sell, evidence: Evidence, wishes: Wishes) -> str:
    """Whatever a SELL covers, it was not cheaper than the cheapest fill before it."""
    units = [each.cost / each.received for each in lot.parts if each.at <= sell.at and each.received > 0]
    if not units:
        return ""
    rate = lowest_rate(evidence, lot.account, lot.pair.symbol, sell.at)
    tick = evidence.pair(lot.pair.symbol, sell.at).tick
    least = floor_price(min(units), Fraction(1), wishes.wanted(lot.pair.symbol), rate, tick)
    if sell.price >= least or not sell.price:
        return ""
    return f"SELL {sell.client_id} ({sell.order_id}) at {amount(sell.price)}, its floor is {amount(least)}"


def _too_cheap_together(lot: Lot, sell: Sell, evidence: Evidence, wishes: Wishes) -> str:
    """All SELLs up to this one bring the floor of what they cover, by the fills that could be known then."""
    before = [each for each in lot.parts if each.at <= sell.at]
    choices = (before[:count] for count in range(1, len(before) + 1))
    lacks = [lack for known in choices if (lack := _lack(lot, known, sell.at, evidence, wishes)) is not None]
    if not lacks or min(lacks) <= 0:
        return ""
    short = f"{amount(min(lacks))} {lot.pair.quote}"
    return f"the SELLs up to {sell.client_id} ({sell.order_id}) bring {short} less than the floor of all they cover"


def _too_cheap_in_the_end(lot: Lot, evidence: Evidence, wishes: Wishes) -> str:
    if evidence.last_ns - lot.last_ns < wishes.grace_s * SECOND_NS or not lot.sells:
        return ""
    lack = _lack(lot, lot.parts, NEVER, evidence, wishes)
    if lack is None or lack <= 0:
        return ""
    return f"its SELLs together bring {amount(lack)} {lot.pair.quote} less than the floor of all they cover"


def _lack(lot: Lot, known: list[Part], line: int, evidence: Evidence, wishes: Wishes) -> Fraction | None:
    """What the SELLs bring less than their share of cost and profit; None where they cover more than is known."""
    quantity, had = lot.sold_at(line) + lot.open_at(line), received(known)
    if not quantity or quantity > had:
        return None
    rate = lowest_rate(evidence, lot.account, lot.pair.symbol, line)
    proceeds = sum((each.brought_at(line) + each.open_at(line) * each.price for each in lot.sells), Fraction(0))
    due = cost(known) * quantity / had * (1 + wishes.wanted(lot.pair.symbol))
    return due - proceeds * (1 - rate)
