"""The judge's own arithmetic of costs and floors, in exact fractions."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from fractions import Fraction
from operator import itemgetter

from lotkeeper.verification.judge.evidence import BuyFacts, FillFacts, JournalEvidence, PairFacts

SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class LotPart:
    """A fill of a BUY: what it added to the account, and what that cost with its fee, in the quote asset."""

    at: int
    received: Fraction
    cost: Fraction


def parts_of(buy: BuyFacts, evidence: JournalEvidence, window_s: float) -> list[LotPart]:
    """The fills in order. A fee in a third asset is valued at the lowest bid near the fill, so never too high."""
    pair = evidence.pair(buy.symbol)
    return [_part(each, pair, evidence, window_s) for each in buy.fills]


def _part(fill: FillFacts, pair: PairFacts, evidence: JournalEvidence, window_s: float) -> LotPart:
    if fill.fee_asset == pair.base:
        return LotPart(fill.at, fill.qty - fill.fee, fill.quote)
    if fill.fee_asset == pair.quote:
        return LotPart(fill.at, fill.qty, fill.quote + fill.fee)
    worth = fill.fee * lowest_bid(evidence, fill.fee_asset + pair.quote, fill.wall_ns, window_s)
    return LotPart(fill.at, fill.qty, fill.quote + worth)


def lowest_bid(evidence: JournalEvidence, symbol: str, wall_ns: int, window_s: float) -> Fraction:
    """The lowest bid within so many seconds before and after; else the last bid before; else zero."""
    window_ns = int(window_s * SECOND_NS)
    bids = evidence.bids.get(symbol, [])
    first = bisect_left(bids, wall_ns - window_ns, key=itemgetter(0))
    end = bisect_right(bids, wall_ns + window_ns, key=itemgetter(0))
    near = bids[first:end] or bids[max(first - 1, 0) : first]
    return min((bid for _, bid in near), default=Fraction(0))


def received(parts: list[LotPart]) -> Fraction:
    return sum((each.received for each in parts), Fraction(0))


def cost(parts: list[LotPart]) -> Fraction:
    return sum((each.cost for each in parts), Fraction(0))


def lowest_rate(evidence: JournalEvidence, account: str, symbol: str, line: int) -> Fraction:
    """The lowest sell rate of the pair up to this line: the service may not know newer rates."""
    known = [(name, rate) for at, name, rate in evidence.rates.get(account, []) if at <= line]
    own = [rate for name, rate in known if name == symbol]
    usual = [rate for name, rate in known if not name]
    return min(own + usual, default=Fraction(0))


def round_up_to_tick(price: Fraction, tick: Fraction) -> Fraction:
    return -(-price // tick) * tick if tick else price


def floor_price(cost_share: Fraction, qty: Fraction, profit: Fraction, rate: Fraction, tick: Fraction) -> Fraction:
    """The lowest price, rounded up to the tick, at which `qty` brings its cost and the profit after the sell fee."""
    return round_up_to_tick(cost_share * (1 + profit) / (qty * (1 - rate)), tick)
