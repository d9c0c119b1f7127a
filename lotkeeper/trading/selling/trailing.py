"""A part of a lot follows the price up, and is sold when the price has fallen from its high by a distance.

On the exchange it is a TAKE_PROFIT_LIMIT with a trailing delta. Its limit is the floor, so it never sells below it. It
follows from the stop price on, which is so far above the floor that the fall which triggers it ends at the floor or
above. A touch of the floor sells nothing of it; so the rest of the lot may stand as a LIMIT at the floor.

A lot has one such SELL at a time, for its whole share, and only after its BUY has ended: until then all of it stands as
LIMIT orders. What was sold counts to the rest first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lotkeeper.trading.filters.amounts import TrailingDelta
from lotkeeper.trading.filters.base import Draft, FilterRefusal, MarketContext, OrderType
from lotkeeper.trading.lots.instructed import standing_instruction
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ZERO, Ratio, floor_to, less, plain, product, ratio_ceil_to, total
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.trails import Trail
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import ExitPolicy, Market
from lotkeeper.trading.replacing import replace
from lotkeeper.trading.selling.decisions import PlaceSell, Situation
from lotkeeper.trading.selling.next_sell import is_order, next_sell
from lotkeeper.trading.selling.refused_trails import TrailStart

BIPS = Decimal(10_000)
_PERCENT = Decimal("0.01")


class NoTrail(StrEnum):
    """Why nothing of a lot can follow the price now; the sentences are for people."""

    BUY_GOES_ON = "its BUY has not ended"
    INSTRUCTED = "a person has it sold"
    PAIR = "the exchange takes no such orders on the pair"
    FILTER = "the exchange refuses it"
    TOO_SMALL = "its part is too small for an order"
    TOO_LARGE = "its part is too large for one order"
    NO_SLOT = "nearer lots have the slots for such orders, or the exchange refused it in the last ten minutes"


@dataclass(frozen=True, slots=True)
class TrailingPart:
    """What of a lot is to follow the price, and what that takes."""

    distance_bips: int
    share_pct: Decimal  # of the lot
    quantity: Decimal  # base; zero if nothing is to follow, or not now
    sell: SellOrder | None  # that follows the price now
    why_not: NoTrail | None  # None if a SELL follows, or nothing more is to
    refusal: FilterRefusal | None = None  # the filter, of which `why_not` speaks


def stop_price(floor: Decimal, bips: int, tick: Decimal) -> Decimal:
    """The lowest price (quote) of which a fall by the distance ends at the floor or above, in whole ticks."""
    return ratio_ceil_to(Ratio(product(floor, BIPS), less(BIPS, Decimal(bips))), tick)


def trailing_sell(lot: Lot, market: Market, policy: ExitPolicy, now: Situation, quantity: Decimal) -> PlaceSell | None:
    """The next SELL of a remainder, if it is one that follows the price; None if a LIMIT comes next.

    `quantity` (base) is the most that it may be.
    """
    part = _part_to_place(lot, market, policy)
    if not part or part > quantity:
        return None
    sell, refusals = next_sell(lot, market, policy, now, part)
    if refusals:
        return None
    is_at_once = now.trail_start is TrailStart.AT_ONCE
    stop = None if is_at_once else stop_price(sell.price, policy.trailing_bips, market.pair.tick)
    trail = Trail(policy.trailing_bips, stop)
    around = MarketContext(reference_price=now.reference_price, now_ms=now.now_ms)
    is_refused = market.pair.refusals(_draft(sell.price, part, trail), around)
    return None if is_refused or not market.pair.allows_trailing else replace(sell, trail=trail)


def limits_to_trail(lot: Lot, market: Market, policy: ExitPolicy) -> tuple[SellOrder, ...]:
    """The LIMIT SELLs on the book, the largest first, that have what is to follow the price; none if nothing is to."""
    wanted = _wanted(lot, market, policy)
    freed, found = floor_to(max(lot.remainder, ZERO), market.pair.step), []
    standing = (order for order in lot.orders if order.is_cancelable and _may_follow(order))
    for order in sorted(standing, key=lambda each: each.open_quantity, reverse=True):
        if freed >= wanted:
            break
        found.append(order)
        freed = total((freed, order.open_quantity))
    return tuple(found)


def is_to_trail(lot: Lot, market: Market, policy: ExitPolicy) -> bool:
    """Whether a part of the lot is to follow the price, and could by the rules of the pair."""
    part = trailing_part(lot, market, policy)
    return part.sell is None and bool(part.quantity) and part.why_not is None


def trailing_part(lot: Lot, market: Market, policy: ExitPolicy) -> TrailingPart:
    """What is to follow the price, slots aside."""
    bips, share = policy.trailing_bips, policy.trailing_share_pct
    following = following_sell(lot)
    if following is not None:
        return TrailingPart(bips, share, following.open_quantity, following, None)
    wanted = min(_share_left(lot, market, policy), _left(lot, market))
    why_not, refusal = _why_not(lot, market, policy, wanted)
    return TrailingPart(bips, share, ZERO if why_not is NoTrail.TOO_SMALL else wanted, None, why_not, refusal)


def following_sell(lot: Lot) -> SellOrder | None:
    """The SELL of the lot that follows the price, or may do so when its request arrives."""
    return next((order for order in lot.orders if order.trail is not None and order.is_live), None)


def wants_another_trail(order: SellOrder, policy: ExitPolicy) -> bool:
    """Whether a SELL follows the price otherwise than is wanted now."""
    return order.trail is not None and order.trail.delta != policy.trailing_bips


def why_never(pair: TradePair, policy: ExitPolicy) -> str:
    """Why no lot of the pair can follow the price, though the configuration wants it; for people, empty if lots can."""
    if not policy.trailing_bips:
        return ""
    if not pair.allows_trailing:
        return NoTrail.PAIR
    ranges = [(each.least_above, each.most_above) for each in pair.filters if isinstance(each, TrailingDelta)]
    for least, most in ranges:
        if not least <= policy.trailing_bips <= most:
            found, *allowed = (plain(Decimal(bips).scaleb(-2)) for bips in (policy.trailing_bips, least, most))
            return f"distance_pct is {found}, and the exchange takes {' to '.join(allowed)} (TRAILING_DELTA)"
    if pair.max_algo_orders is not None and pair.max_algo_orders <= policy.free_algo_slots:
        return f"all {pair.max_algo_orders} slots for such orders are left to you (free_algo_slots)"
    return ""


def _why_not(
    lot: Lot, market: Market, policy: ExitPolicy, wanted: Decimal
) -> tuple[NoTrail | None, FilterRefusal | None]:
    pair, standing = market.pair, next((order for order in lot.live_sells), None)
    if not wanted:
        return (NoTrail.TOO_SMALL if _left(lot, market) and not lot.sold else None), None
    if not lot.buy_ended:
        return NoTrail.BUY_GOES_ON, None
    if standing_instruction(lot) is not None:
        return NoTrail.INSTRUCTED, None
    if not pair.allows_trailing:
        return NoTrail.PAIR, None
    if pair.size.most and wanted > pair.size.most:
        return NoTrail.TOO_LARGE, None
    price = standing.price if standing else next_sell(lot, market, policy, Situation(0), wanted)[0].price
    wanted = _folded(wanted, _left(lot, market), lambda quantity: _is_enough(quantity, price, pair))
    if not wanted:
        return NoTrail.TOO_SMALL, None
    if pair.max_notional and product(wanted, price) > pair.max_notional:
        return NoTrail.TOO_LARGE, None
    trail = Trail(policy.trailing_bips, stop_price(price, policy.trailing_bips, pair.tick))
    refusal = next(iter(pair.refusals(_draft(price, wanted, trail))), None)
    return (None if refusal is None else NoTrail.FILTER), refusal


def _is_enough(quantity: Decimal, price: Decimal, pair: TradePair) -> bool:
    return quantity >= pair.min_quantity and product(quantity, price) >= pair.min_notional


def _part_to_place(lot: Lot, market: Market, policy: ExitPolicy) -> Decimal:
    """How much of the remainder (base) is placed as one SELL that follows the price; zero if none is now.

    None as long as LIMIT orders have coins of its share: they are cancelled first.
    """
    rest = floor_to(max(lot.remainder, ZERO), market.pair.step)
    wanted = _wanted(lot, market, policy)
    if not wanted or (wanted > rest and any(order.is_live and _may_follow(order) for order in lot.orders)):
        return ZERO
    return _folded(min(wanted, rest), rest, lambda quantity: is_order(lot, market, policy, quantity))


def _folded(part: Decimal, whole: Decimal, is_enough: Callable[[Decimal], bool]) -> Decimal:
    """The part, or all or nothing of the whole (base) where one of the two is too little for an order.

    Where both are, the larger takes the other.
    """
    others = less(whole, part)
    if is_enough(part):
        return part if not others or is_enough(others) else whole
    return whole if part >= others and is_enough(whole) else ZERO


def _wanted(lot: Lot, market: Market, policy: ExitPolicy) -> Decimal:
    """How much (base) is to follow the price that does not yet; zero before the end of the BUY, and while a person has
    the lot sold otherwise.
    """
    is_none = not lot.buy_ended or following_sell(lot) is not None or standing_instruction(lot) is not None
    return ZERO if is_none else min(_share_left(lot, market, policy), _left(lot, market))


def _share_left(lot: Lot, market: Market, policy: ExitPolicy) -> Decimal:
    """The share of the whole lot (base), less what SELLs that followed the price sold of it."""
    share = floor_to(product(lot.stock, policy.trailing_share_pct, _PERCENT), market.pair.step)
    sold = total(order.executed for order in lot.orders if order.trail is not None)
    return max(less(share, sold), ZERO)


def _left(lot: Lot, market: Market) -> Decimal:
    """What can still be sold of the lot by its policy (base), on the book or not."""
    instructed = (order.open_quantity for order in lot.orders if order.name.is_instructed)
    return floor_to(max(less(total((lot.remainder, lot.open_quantity)), *instructed), ZERO), market.pair.step)


def _may_follow(order: SellOrder) -> bool:
    """Whether the coins of a standing SELL may follow the price: those of a person's instruction may not."""
    return order.trail is None and not order.name.is_instructed


def _draft(price: Decimal, quantity: Decimal, trail: Trail) -> Draft:
    return Draft(
        Side.SELL,
        OrderType.TAKE_PROFIT_LIMIT,
        quantity,
        price,
        stop_price=trail.stop_price,
        trailing_delta=trail.delta,
    )
