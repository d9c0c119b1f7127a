"""The first two points of the promise: no BUY is lost, nothing is sold twice."""

from collections.abc import Iterator
from fractions import Fraction

from lotkeeper.verification.judge.evidence import NEVER, JournalEvidence
from lotkeeper.verification.judge.floors import SECOND_NS, cost, floor_price, lowest_rate, received
from lotkeeper.verification.judge.lots import JudgedLot
from lotkeeper.verification.judge.pools import LotPool, SpareDust, largest_dust, totals
from lotkeeper.verification.judge.verdict import NO_BUY_LOST, NOTHING_TWICE, Expectations, JudgeFinding, amount

FILTER_FAILURE = -1013


def finding(point: int, lot: JudgedLot, text: str, wall_ns: int = 0) -> JudgeFinding:
    return JudgeFinding(point, lot.account, lot.pair.symbol, lot.name, text, wall_ns or lot.last_ns)


# 1: every BUY got its SELLs


def find_lost(
    lot: JudgedLot, evidence: JournalEvidence, expectations: Expectations, pool: LotPool, began_ns: int
) -> tuple[JudgeFinding | None, JudgeFinding | None]:
    """A violation, or a note that excuses a missing SELL. `began_ns` is the start of the journal."""
    left = lot.remainder - expectations.kept_of(lot.pair.symbol, lot.received_at())
    qty = _sellable(lot, left, evidence, expectations)
    if qty:  # another lot may sell this lot's dust
        left -= pool.take_dust(min(left, largest_dust(lot)))
        qty = _sellable(lot, left, evidence, expectations)
    if not qty:
        return None, None
    text = f"{amount(qty)} {lot.pair.base} bought, could be sold, and no SELL offers it"
    excuse = _too_early(lot, expectations, began_ns) or _excuse(lot, evidence, expectations)
    excuse = excuse or _excuse_manual_sale(lot, left, evidence, expectations, pool)
    if excuse:
        return None, finding(NO_BUY_LOST, lot, f"{text}: {excuse}")
    return finding(NO_BUY_LOST, lot, f"{text} ({_summary(lot)})"), None


def _excuse_manual_sale(
    lot: JudgedLot, left: Fraction, evidence: JournalEvidence, expectations: Expectations, pool: LotPool
) -> str:
    """An excuse: so much was sold manually that the rest of the lot is too small to sell."""
    taken = pool.take_manual(left)
    if not taken or _sellable(lot, left - taken, evidence, expectations):
        return ""
    return f"{amount(taken)} {lot.pair.base} was sold or is offered by hand"


def _sellable(lot: JudgedLot, left: Fraction, evidence: JournalEvidence, expectations: Expectations) -> Fraction:
    """How much of `left` a SELL could offer, in whole steps; zero if it is too small for an order."""
    pair = lot.pair
    qty = left // pair.step * pair.step if pair.step else left
    if qty <= 0 or qty < pair.min_qty:
        return Fraction(0)
    rate = lowest_rate(evidence, lot.account, pair.symbol, NEVER)
    share = cost(lot.parts) * qty / received(lot.parts)
    price = floor_price(share, qty, expectations.profit_for(pair.symbol), rate, pair.tick)
    return qty if qty * price >= pair.min_notional else Fraction(0)


def _too_early(lot: JudgedLot, expectations: Expectations, began_ns: int) -> str:
    early = not lot.sells and lot.bought_ns - began_ns < expectations.from_s * SECOND_NS
    return f"bought within the first {expectations.from_s:g} s" if early else ""


def _excuse(lot: JudgedLot, evidence: JournalEvidence, expectations: Expectations) -> str:
    if evidence.last_ns - lot.last_ns < expectations.grace_s * SECOND_NS:
        return f"the journal ends within {expectations.grace_s:g} s"
    if lot.pair.status != "TRADING":
        return f"the pair is in {lot.pair.status}"
    refusal = evidence.refusals.get((lot.pair.symbol, lot.order_id))
    if refusal is not None and refusal.code == FILTER_FAILURE:
        return f"the exchange refused the last one: {refusal.text}"
    if expectations.strict:
        return ""
    if any(each.was_canceled_manually for each in lot.sells):
        return "its SELL was canceled by hand and not placed again"
    if any(each.was_amended for each in lot.sells):
        return "its SELL was made smaller by hand"
    return ""


def _summary(lot: JudgedLot) -> str:
    held = f"received {amount(lot.received_at())}"
    return f"{held}, sold {amount(lot.sold_at())}, offered {amount(lot.open_at())}, {len(lot.sells)} SELLs"


# 2: nothing sold or offered twice


def find_oversold(lots: list[JudgedLot], dust: SpareDust) -> Iterator[JudgeFinding]:
    """Check at each acceptance of a SELL that not more is sold and offered than was received. One finding for each lot.

    The SELLs of a lot may also sell dust of other lots, but all lots together never sell more than all received.
    """
    single = [found for lot in lots if (found := _find_oversold_lot(lot, dust)) is not None]
    yield from single
    line, over = next(((line, sold - had) for line, had, sold in _totals_by_line(lots) if sold > had), (0, Fraction(0)))
    if line and not single:
        last = max(lots, key=lambda lot: max((each.at for each in lot.sells if each.at <= line), default=0))
        yield finding(NOTHING_TWICE, last, f"{amount(over)} {last.pair.base} too many over all lots at line {line}")


def _find_oversold_lot(lot: JudgedLot, dust: SpareDust) -> JudgeFinding | None:
    moments = sorted({each.at for each in lot.sells} | {fill.at for each in lot.sells for fill in each.fills})
    for line in moments:
        over = lot.over_at(line)
        if over and over > dust.for_lot(lot, line):
            had, sold, offered = lot.received_at(line), lot.sold_at(line), lot.open_at(line)
            numbers = f"received {amount(had)}, sold {amount(sold)}, offered {amount(offered)}"
            text = f"{amount(over)} {lot.pair.base} too many at line {line}: {numbers}; SELLs {_ids(lot, line)}"
            return finding(NOTHING_TWICE, lot, text)
    return None


def _totals_by_line(lots: list[JudgedLot]) -> Iterator[tuple[int, Fraction, Fraction]]:
    """The totals after each line: one line may contain several changes."""
    steps = list(totals(lots))
    return (now for now, after in zip(steps, [*steps[1:], (NEVER, 0, 0)], strict=True) if now[0] != after[0])


def _ids(lot: JudgedLot, line: int) -> str:
    return ", ".join(f"{each.client_id} ({each.order_id})" for each in lot.sells if each.at <= line)
