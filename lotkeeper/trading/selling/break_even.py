"""Break-even: once the price has risen so far above the cost of a lot, the lot is not to be sold at a loss any more.

From then on its break-even is armed: with each SELL stands a stop at the price that brings the cost and all fees. The
price is the best bid; which bid may be believed is for the PriceBroadcaster to say. A lot whose break-even was armed
stays so, and its moment is recorded with it. Without the database a stop on the exchange tells of it.

A stop that does not stand yet is placed while the bid is known to be above it, and not because it was there once.
"""

from decimal import Decimal

from lotkeeper.trading.lots.floors import RequiredProceeds, floor_price
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import Ratio, less, product, ratio_ceil_to, total
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import LIVE, OrderState
from lotkeeper.trading.orders.stop_leg import StopPrices
from lotkeeper.trading.policy import ExitPolicy, Market
from lotkeeper.trading.selling.decisions import PlaceSell, Situation

_WHOLE = Decimal(100)  # percent
_STOOD = LIVE | {OrderState.CANCELED}  # states of a SELL whose stop was not triggered


def break_even_prices(
    cost: Decimal, quantity: Decimal, sell_rate: Decimal, policy: ExitPolicy, tick: Decimal
) -> StopPrices:
    """Where the stop of `quantity` (base) that cost so much (quote) is triggered, and the least it sells for then.

    It is triggered at the lowest price that brings the cost after the sell fee. Both are rounded up to the tick: it
    never sells for less than was asked for.
    """
    trigger = floor_price(RequiredProceeds(Ratio(cost)), quantity, sell_rate, tick)
    least = Ratio(product(trigger, less(_WHOLE, policy.break_even_limit_pct)), _WHOLE)
    return StopPrices(trigger, ratio_ceil_to(least, tick))


def arming_level(lot: Lot, market: Market, policy: ExitPolicy) -> Decimal | None:
    """The best bid (quote) at which the break-even of a lot is armed, rounded up to the tick; None if no bid arms it.

    It is above the break-even price in any case: at that price or under it a stop would be triggered at once. While a
    fee of the BUY has no value, the cost is not known, and no bid arms it.
    """
    if lot.stock <= 0 or market.sell_rate >= 1 or lot.unvalued_buys():
        return None
    tick = market.pair.tick
    wanted = product(lot.stock_cost, total((_WHOLE, policy.break_even_gain_pct)))
    asked = ratio_ceil_to(Ratio(wanted, product(lot.stock, _WHOLE)), tick)
    trigger = break_even_prices(lot.stock_cost, lot.stock, market.sell_rate, policy, tick).trigger
    return max(asked, total((trigger, tick)))


def is_armed(lot: Lot) -> bool:
    """Whether the price has risen to the level of the lot, at any time."""
    return lot.break_even_ms is not None or any(_was_found_with_stop(order, lot) for order in lot.orders)


def _was_found_with_stop(order: SellOrder, lot: Lot) -> bool:
    """Whether the SELL was found on the exchange with a stop at break-even: its own cost follows from its price."""
    prices = order.stop.prices if order.stop is not None and order.was_found else None
    return prices is not None and product(prices.trigger, lot.stock) >= lot.stock_cost


def is_at_break_even(prices: StopPrices | None, sell: PlaceSell | SellOrder) -> bool:
    """Whether a stop of the SELL is at the cost of its coins or above: no stop loss is there."""
    return prices is not None and product(prices.trigger, sell.quantity) >= sell.cost


def has_break_even(order: SellOrder) -> bool:
    """Whether the SELL has a stop at break-even."""
    return order.stop is not None and is_at_break_even(order.stop.prices, order)


def may_stand_now(sell: PlaceSell | SellOrder, trigger: Decimal, lot: Lot, now: Situation) -> bool:
    """Whether the market is above such a stop as far as is known: the exchange refuses it otherwise.

    The bid says so, or a stop that stands, or stood until the lot's newest SELL was cancelled.
    """
    if now.bid is not None and now.bid > trigger:
        return True
    held = sell if isinstance(sell, SellOrder) else next(reversed(lot.orders), None)
    return held is not None and held.state in _STOOD and has_break_even(held)
