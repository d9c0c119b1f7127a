"""The price and quantity of a lot's next SELL."""

from decimal import Decimal

from lotkeeper.trading.filters.base import Draft, Kind, MarketContext, Refusal
from lotkeeper.trading.lots.floors import RequiredProceeds, claim_on, floor_price, rounded_down, rounded_up
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ZERO, Ratio, floor_to, larger, less, product, ratio_ceil_to, ratio_floor_to, total
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import Dust, ExitPolicy
from lotkeeper.trading.selling.decisions import PlaceSell
from lotkeeper.trading.selling.situation import Market, Situation

_OF_PRICE = "price"


def sellable(lot: Lot, pair: TradePair, free: Decimal | None = None) -> Decimal:
    """How much of the remainder fits the exchange's quantity rules in one order; zero when nothing does.

    `free` (base) is what no order holds: more than that cannot be sold; None where nobody knows.
    """
    rest = lot.remainder if free is None else min(lot.remainder, free)
    quantity = floor_to(rest, pair.step)
    if pair.size.most:
        quantity = min(quantity, floor_to(pair.size.most, pair.step))
    return quantity if quantity >= pair.min_quantity else ZERO


def claim_of(lot: Lot, pair: TradePair, policy: ExitPolicy, quantity: Decimal) -> RequiredProceeds:
    """What a SELL of `quantity` (base) of the remainder has to bring, exactly.

    Its cost is its share of what no SELL covers yet, and at least what all SELLs together then lack of their share of
    the whole lot: while a BUY climbs, cheap dust stays behind and the later parts are dearer than it. Where dust is
    written off, its cost is shared by what can be sold.
    """
    stock, remainder = lot.stock, lot.remainder
    dust = less(remainder, floor_to(remainder, pair.step))
    idle = dust if policy.dust is Dust.WRITE_OFF else ZERO
    cost = _cost_to_cover(lot, less(stock, idle), less(remainder, idle), quantity)
    return claim_on(cost, Ratio(quantity, less(stock, dust)), policy)


def _cost_to_cover(lot: Lot, stock: Decimal, rest: Decimal, quantity: Decimal) -> Ratio:
    whole, left = lot.stock_cost, lot.cost_of_remainder
    share = Ratio(product(left, quantity), rest)
    covered = total((less(stock, rest), quantity))
    together = Ratio(less(product(whole, covered), product(less(whole, left), stock)), stock)
    return larger(share, Ratio(left) if Ratio(left).is_under(together) else together)


def next_sell(
    lot: Lot, market: Market, policy: ExitPolicy, now: Situation, quantity: Decimal
) -> tuple[PlaceSell, tuple[Refusal, ...]]:
    """The SELL of `quantity` at its floor, or at the lowest allowed price above it, and what refuses it."""
    pair = market.pair
    claim = claim_of(lot, pair, policy, quantity)
    price = floor_price(claim, quantity, market.sell_rate, pair.tick)
    around = MarketContext(reference=now.reference, now_ms=now.now_ms)
    refusals = pair.refusals(Draft(Side.SELL, Kind.LIMIT, quantity, price), around)
    lifted = _lifted(price, pair, refusals)
    if lifted != price:
        price, refusals = lifted, pair.refusals(Draft(Side.SELL, Kind.LIMIT, quantity, lifted), around)
    cost = lot.cost_of_remainder if _is_all(lot, pair, policy, quantity) else rounded_down(claim.cost)
    name = SellName(lot.buy_order_id, lot.next_generation)
    return PlaceSell(name, price, quantity, cost, rounded_up(claim.profit), market.sell_rate), refusals


def fitting_part(sell: PlaceSell, most: Decimal, pair: TradePair) -> Decimal:
    """How much of a SELL an order of at most `most` (quote) carries at its price."""
    return ratio_floor_to(Ratio(most, sell.price), pair.step)


def _lifted(price: Decimal, pair: TradePair, refusals: tuple[Refusal, ...]) -> Decimal:
    """The floor, or what the exchange asks for above it: a SELL may always ask for more."""
    wanted = [each.nearest for each in refusals if each.of == _OF_PRICE and each.nearest is not None]
    return ratio_ceil_to(Ratio(max([price, *wanted])), pair.tick)


def _is_all(lot: Lot, pair: TradePair, policy: ExitPolicy, quantity: Decimal) -> bool:
    """Whether nothing is left that has to bring a cost of its own."""
    remainder = lot.remainder
    return quantity == (floor_to(remainder, pair.step) if policy.dust is Dust.WRITE_OFF else remainder)
