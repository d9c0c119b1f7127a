"""The quantity and the price of a lot's next SELL: as much as one order can carry, at the floor or above it."""

from decimal import Decimal

from lotkeeper.trading.filters.base import Draft, FilterRefusal, MarketContext, OrderType
from lotkeeper.trading.lots.floors import (
    RequiredProceeds,
    floor_price,
    required_proceeds,
    round_cost_down,
    round_profit_up,
)
from lotkeeper.trading.lots.found_price import least_asked
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ZERO, Ratio, floor_to, larger, less, product, ratio_ceil_to, ratio_floor_to, total
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import Dust, ExitPolicy, Market
from lotkeeper.trading.selling.decisions import PlaceSell, Situation

_OF_PRICE = "price"


def sellable(lot: Lot, pair: TradePair, free: Decimal | None = None) -> Decimal:
    """How much of the remainder (base) one order can sell by the exchange's quantity rules; zero if nothing.

    `free` (base) is the free balance of the account: more cannot be sold. None if it is not known.
    """
    rest = lot.remainder if free is None else min(lot.remainder, free)
    quantity = floor_to(rest, pair.step)
    if pair.size.most:
        quantity = min(quantity, pair.max_quantity)
    return quantity if quantity >= pair.min_quantity else ZERO


def next_sell(
    lot: Lot, market: Market, policy: ExitPolicy, now: Situation, quantity: Decimal
) -> tuple[PlaceSell, tuple[FilterRefusal, ...]]:
    """The SELL of `quantity` at its floor, or at the lowest allowed price above it, and the filters that refuse it."""
    pair = market.pair
    required = required_of(lot, pair, policy, quantity)
    price = floor_price(required, quantity, market.sell_rate, pair.tick)
    around = MarketContext(reference_price=now.reference_price, now_ms=now.now_ms)
    refusals = pair.refusals(Draft(Side.SELL, OrderType.LIMIT, quantity, price), around)
    raised = _raised_to_filters(max(price, least_asked(lot, policy), now.group_price or ZERO), pair, refusals)
    if raised != price:
        price, refusals = raised, pair.refusals(Draft(Side.SELL, OrderType.LIMIT, quantity, raised), around)
    cost = lot.uncovered_cost if _sells_the_rest(lot, pair, policy, quantity) else round_cost_down(required.cost)
    name = SellName(lot.buy_order_id, lot.next_generation)
    return PlaceSell(name, price, quantity, cost, round_profit_up(required.profit), market.sell_rate), refusals


def required_of(lot: Lot, pair: TradePair, policy: ExitPolicy, quantity: Decimal) -> RequiredProceeds:
    """What a SELL of `quantity` (base) of the remainder has to bring, exactly.

    Its cost is its share of the uncovered cost, and at least what all SELLs together would lack of their share of the
    whole lot: when a BUY is filled at rising prices, cheap dust stays behind and later parts cost more than it. If dust
    is written off, its cost is shared by what can be sold.
    """
    stock, remainder = lot.stock, lot.remainder
    dust = less(remainder, floor_to(remainder, pair.step))
    idle = dust if policy.dust is Dust.WRITE_OFF else ZERO
    cost = _cost_to_cover(lot, less(stock, idle), less(remainder, idle), quantity)
    return required_proceeds(cost, Ratio(quantity, less(stock, dust)), policy)


def share_of_cost(lot: Lot, pair: TradePair, policy: ExitPolicy, quantity: Decimal) -> Decimal:
    """The share (quote) of so much of the remainder (base) in the cost that no SELL covers yet, rounded down."""
    rest = floor_to(lot.remainder, pair.step) if policy.dust is Dust.WRITE_OFF else lot.remainder
    return round_cost_down(Ratio(product(lot.uncovered_cost, quantity), rest))


def is_order(lot: Lot, market: Market, policy: ExitPolicy, quantity: Decimal) -> bool:
    """Whether so much of the remainder (base) is enough for an order at its floor."""
    pair = market.pair
    if quantity < pair.min_quantity:
        return False
    required = required_of(lot, pair, policy, quantity)
    return product(floor_price(required, quantity, market.sell_rate, pair.tick), quantity) >= pair.min_notional


def _cost_to_cover(lot: Lot, stock: Decimal, rest: Decimal, quantity: Decimal) -> Ratio:
    whole, left = lot.stock_cost, lot.uncovered_cost
    share = Ratio(product(left, quantity), rest)
    covered = total((less(stock, rest), quantity))
    together = Ratio(less(product(whole, covered), product(less(whole, left), stock)), stock)
    return larger(share, Ratio(left) if Ratio(left).is_less_than(together) else together)


def _raised_to_filters(price: Decimal, pair: TradePair, refusals: tuple[FilterRefusal, ...]) -> Decimal:
    """The floor, or the price above it that the filters ask for: a SELL may always ask for more."""
    wanted = [each.nearest for each in refusals if each.of == _OF_PRICE and each.nearest is not None]
    return ratio_ceil_to(Ratio(max([price, *wanted])), pair.tick)


def _sells_the_rest(lot: Lot, pair: TradePair, policy: ExitPolicy, quantity: Decimal) -> bool:
    """Whether nothing is left after this SELL that would have to bring a cost of its own."""
    remainder = lot.remainder
    return quantity == (floor_to(remainder, pair.step) if policy.dust is Dust.WRITE_OFF else remainder)


def fitting_part(sell: PlaceSell, most: Decimal, pair: TradePair) -> Decimal:
    """How much (base) of a SELL fits into an order of at most `most` (quote) at its price."""
    return ratio_floor_to(Ratio(most, sell.price), pair.step)
