"""The first two points of the promise: no BUY is lost, nothing is sold twice. The third is in `prices`."""

from collections.abc import Iterator
from fractions import Fraction

from lotkeeper.verification.judge.evidence import NEVER, JournalEvidence
from lotkeeper.verification.judge.floors import SECOND_NS, cost, floor_price, lowest_rate, received
from lotkeeper.verification.judge.lots import JudgedLot
from lotkeeper.verification.judge.pools import LotPool, most_dust, spare_at, totals
from lotkeeper.verification.judge.verdict import NO_BUY_LOST, NOTHING_TWICE, Expectations, JudgeFinding, amount

FILTER_FAILURE = -1013


def finding(point: int, lot: JudgedLot, text: str, wall_ns: int = 0) -> JudgeFinding:
    return JudgeFinding(point, lot.account, lot.pair.symbol, lot.name, text, wall_ns or lot.last_ns)


# 1: every BUY got its SELLs


def find_lost(
    lot: JudgedLot, evidence: JournalEvidence, wishes: Expectations, pool: LotPool, began_ns: int
) -> tuple[JudgeFinding | None, JudgeFinding | None]:
    """A violation, or a note that says why something without a SELL is none; the journal began at `began_ns`."""
    left = lot.remainder
    qty = _sellable(lot, left, evidence, wishes)
    if qty:  # what another lot sells for this one is not missing
        left -= pool.take_dust(min(left, most_dust(lot)))
        qty = _sellable(lot, left, evidence, wishes)
    if not qty:
        return None, None
    text = f"{amount(qty)} {lot.pair.base} bought, could be sold, and no SELL offers it"
    excuse = _too_early(lot, wishes, began_ns) or _excuse(lot, evidence, wishes)
    excuse = excuse or _sold_by_hand(lot, left, evidence, wishes, pool)
    if excuse:
        return None, finding(NO_BUY_LOST, lot, f"{text}: {excuse}")
    return finding(NO_BUY_LOST, lot, f"{text} ({_story(lot)})"), None


def _sold_by_hand(
    lot: JudgedLot, left: Fraction, evidence: JournalEvidence, wishes: Expectations, pool: LotPool
) -> str:
    """Enough was sold by hand that what is left of the lot cannot be sold any more."""
    taken = pool.take_by_hand(left)
    if not taken or _sellable(lot, left - taken, evidence, wishes):
        return ""
    return f"{amount(taken)} {lot.pair.base} was sold or is offered by hand"


def _sellable(lot: JudgedLot, left: Fraction, evidence: JournalEvidence, wishes: Expectations) -> Fraction:
    """Of what is left without a SELL, what is enough for one, in whole steps."""
    pair = lot.pair
    qty = left // pair.step * pair.step if pair.step else left
    if qty <= 0 or qty < pair.least_qty:
        return Fraction(0)
    rate = lowest_rate(evidence, lot.account, pair.symbol, NEVER)
    share = cost(lot.parts) * qty / received(lot.parts)
    price = floor_price(share, qty, wishes.wanted(pair.symbol), rate, pair.tick)
    return qty if qty * price >= pair.least_notional else Fraction(0)


def _too_early(lot: JudgedLot, wishes: Expectations, began_ns: int) -> str:
    early = not lot.sells and lot.bought_ns - began_ns < wishes.from_s * SECOND_NS
    return f"bought within the first {wishes.from_s:g} s" if early else ""


def _excuse(lot: JudgedLot, evidence: JournalEvidence, wishes: Expectations) -> str:
    if evidence.last_ns - lot.last_ns < wishes.grace_s * SECOND_NS:
        return f"the journal ends within {wishes.grace_s:g} s"
    if lot.pair.status != "TRADING":
        return f"the pair is in {lot.pair.status}"
    refusal = evidence.refusals.get((lot.pair.symbol, lot.order_id))
    if refusal is not None and refusal.code == FILTER_FAILURE:
        return f"the exchange refused the last one: {refusal.text}"
    if wishes.strict:
        return ""
    if any(each.was_canceled_by_hand for each in lot.sells):
        return "its SELL was canceled by hand and not placed again"
    if any(each.was_amended for each in lot.sells):
        return "its SELL was made smaller by hand"
    return ""


def _story(lot: JudgedLot) -> str:
    held = f"received {amount(lot.received_at())}"
    return f"{held}, sold {amount(lot.sold_at())}, offered {amount(lot.open_at())}, {len(lot.sells)} SELLs"


# 2: nothing sold or offered twice


def find_oversold(lots: list[JudgedLot]) -> Iterator[JudgeFinding]:
    """At each acceptance of a SELL: sold and offered are never more than was received by then. Once a lot is enough.

    A lot's SELLs may sell other lots' dust besides; all lots of the account and pair together never more than all had.
    """
    single = [found for lot in lots if (found := _one_twice(lot, lots)) is not None]
    yield from single
    line, over = next(((line, sold - had) for line, had, sold in _by_line(lots) if sold > had), (0, Fraction(0)))
    if line and not single:
        last = max(lots, key=lambda lot: max((each.at for each in lot.sells if each.at <= line), default=0))
        yield finding(NOTHING_TWICE, last, f"{amount(over)} {last.pair.base} too many over all lots at line {line}")


def _one_twice(lot: JudgedLot, lots: list[JudgedLot]) -> JudgeFinding | None:
    moments = sorted({each.at for each in lot.sells} | {fill.at for each in lot.sells for fill in each.fills})
    for line in moments:
        over = lot.over_at(line)
        if over and over > spare_at(lots, lot, line):
            had, sold, offered = lot.received_at(line), lot.sold_at(line), lot.open_at(line)
            numbers = f"received {amount(had)}, sold {amount(sold)}, offered {amount(offered)}"
            text = f"{amount(over)} {lot.pair.base} too many at line {line}: {numbers}; SELLs {_ids(lot, line)}"
            return finding(NOTHING_TWICE, lot, text)
    return None


def _by_line(lots: list[JudgedLot]) -> Iterator[tuple[int, Fraction, Fraction]]:
    """The state after the last change of each line: one line may change several things."""
    steps = list(totals(lots))
    return (now for now, after in zip(steps, [*steps[1:], (NEVER, 0, 0)], strict=True) if now[0] != after[0])


def _ids(lot: JudgedLot, line: int) -> str:
    return ", ".join(f"{each.client_id} ({each.order_id})" for each in lot.sells if each.at <= line)
