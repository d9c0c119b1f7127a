"""Break-even: once the price has risen so far above the cost of a lot, the lot is not to be sold at a loss any more.

From then on its break-even is armed: with each SELL stands a stop at the price that brings the cost and all fees. The
price is the best bid; which bid may be believed is for the PriceBroadcaster to say. A lot whose break-even was armed
stays so, and its moment is recorded with it. Without the database a stop on the exchange tells of it.
"""

from decimal import Decimal

from lotkeeper.trading.lots.attempts import attempted_ms
from lotkeeper.trading.lots.floors import RequiredProceeds, floor_price
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.money import Ratio, less, product, ratio_ceil_to, total
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.orders.stop_leg import StopPrices
from lotkeeper.trading.policy import ExitPolicy, Market

_WHOLE = Decimal(100)  # percent
# After the exchange refused a stop, the lot waits for its level again from then on: so no lot is tried in a row.
_LEVEL_AGAIN_MS = 10_000


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

    It is above the break-even price in any case: at that price or under it a stop would be triggered at once.
    """
    if lot.stock <= 0 or market.sell_rate >= 1:
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
    """Whether the SELL was found on the exchange with a stop at the lot's cost or above it: no stop loss is there."""
    prices = order.stop.prices if order.stop is not None and order.was_found else None
    return prices is not None and product(prices.trigger, lot.stock) >= lot.stock_cost


def waits_for_level(lot: Lot, now_ms: int) -> bool:
    """Whether the lot's break-even is to be armed when the bid reaches its level: for the first time, or once more
    because the exchange refused its stop a while ago.
    """
    if lot.state is LotState.CLOSED or not lot.buys:
        return False
    if not is_armed(lot):
        return True
    if any(order.is_live and order.stop is not None for order in lot.orders):
        return False
    refused = refused_stops(lot)
    return bool(refused) and attempted_ms(refused[-1]) + _LEVEL_AGAIN_MS <= now_ms


def refused_stops(lot: Lot) -> list[SellOrder]:
    """The SELLs with a stop that the exchange refused since the lot's break-even was armed last."""
    since_ms = lot.break_even_ms or 0
    refused = (order for order in lot.orders if order.stop is not None and order.state is OrderState.REFUSED)
    return [order for order in refused if attempted_ms(order) >= since_ms]
