"""Stop loss: with each SELL at its floor stands a stop below the cost, as one order list of the exchange (OCO).

Stop loss and break-even are the policies that may sell under the floor, and only by their names. What the stops of both
have in common is here; where both ask for one, the higher counts. A lot is never left without an order for the sake
of its stop: where the stop cannot stand, the SELL is a LIMIT at the floor, and the reason is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lotkeeper.trading.filters.base import Draft, MarketContext, OrderType
from lotkeeper.trading.lots.attempts import attempted_ms
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import Ratio, less, plain, product, ratio_floor_to, total
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.orders.stop_leg import StopPrices
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import ExitPolicy, Market
from lotkeeper.trading.replacing import replace
from lotkeeper.trading.selling.break_even import (
    arming_level,
    break_even_prices,
    has_break_even,
    is_armed,
    is_at_break_even,
    may_stand_now,
)
from lotkeeper.trading.selling.decisions import PlaceSell, Situation
from lotkeeper.trading.selling.overpriced import WORTH_IT

_WHOLE = Decimal(100)  # percent
# After a refusal the SELL is a LIMIT for so long, twice as long with each one more, before the stop is tried again.
_AGAIN_FIRST_MS = 600_000
_AGAIN_DOUBLED = 7  # times at most: then it is some 21 hours
_AT_BREAK_EVEN_MS = 10_000  # the same for a stop at break-even: then the bid is known to be above it again
WITHOUT_SLOT = "no stop: nearer lots have the few that the exchange takes, or it refused the last ones"


class NoStopCause(StrEnum):
    """Why a SELL has no stop, for programs."""

    PAIR = "the pair takes no order lists"
    NO_PRICE = "no price is left"
    AT_TARGET = "the SELL itself stands at break-even"
    BID = "the bid is not known to be above it"
    FILTER = "a filter"
    REFUSED = "refused"
    SLOTS = "no slot"


@dataclass(frozen=True, slots=True)
class NoStop:
    """The SELL is a LIMIT, without a stop."""

    cause: NoStopCause
    why: str  # for people


def stop_prices(cost: Decimal, quantity: Decimal, policy: ExitPolicy, pair: TradePair) -> StopPrices:
    """Where the stop of `quantity` (base) that cost so much (quote) is triggered, and the least it sells for then.

    Both are rounded down to the tick: it is never triggered earlier than was asked for.
    """
    left = product(cost, less(_WHOLE, policy.stop_loss_pct))
    trigger = ratio_floor_to(Ratio(left, product(quantity, _WHOLE)), pair.tick)
    limit = ratio_floor_to(Ratio(product(trigger, less(_WHOLE, policy.stop_limit_pct)), _WHOLE), pair.tick)
    return StopPrices(trigger, limit)


def asks_for_stop(lot: Lot, policy: ExitPolicy) -> bool:
    """Whether the SELLs of the lot are to have a stop now."""
    return bool(policy.stop_loss_pct or (policy.break_even_gain_pct and is_armed(lot)))


def stop_at_break_even(sell: PlaceSell | SellOrder, lot: Lot, market: Market, policy: ExitPolicy) -> StopPrices | None:
    """The stop at break-even of a SELL; None if none is asked for, or the SELL itself stands there."""
    rate = market.sell_rate if sell.sell_rate is None else sell.sell_rate
    if not policy.break_even_gain_pct or rate >= 1 or not is_armed(lot):
        return None
    found = break_even_prices(sell.cost, sell.quantity, rate, policy, market.pair.tick)
    return found if found.trigger < sell.price else None


def wanted_stop(
    sell: PlaceSell | SellOrder, lot: Lot, market: Market, policy: ExitPolicy, now: Situation
) -> StopPrices | None:
    """The stop that a SELL is to have: at break-even, or as long as that cannot stand, the stop loss; None for none."""
    risen = stop_at_break_even(sell, lot, market, policy)
    if policy.stop_loss_pct and (risen is None or _prevented(risen, sell, lot, now) is not None):
        return stop_prices(sell.cost, sell.quantity, policy, market.pair)
    return risen


def _prevented(prices: StopPrices, sell: PlaceSell | SellOrder, lot: Lot, now: Situation) -> NoStop | None:
    """Why the stop is not to be tried now; None if nothing is known against it."""
    is_risen = is_at_break_even(prices, sell)
    if tried_again_ms(lot, at_break_even=is_risen) > now.now_ms:
        return NoStop(NoStopCause.REFUSED, f"no stop: {lot.reason or 'the exchange refused it a while ago'}")
    if is_risen and not may_stand_now(sell, prices.trigger, lot, now):
        return NoStop(NoStopCause.BID, f"no stop yet: it comes when the best bid is above {plain(prices.trigger)}")
    return None


def with_stop(sell: PlaceSell, lot: Lot, market: Market, policy: ExitPolicy, now: Situation) -> PlaceSell:
    """The SELL with its stop, or as it is with the reason why it has none."""
    stop = possible_stop(sell, lot, market, policy, now)
    return replace(sell, no_stop=stop.why) if isinstance(stop, NoStop) else replace(sell, stop=stop)


def possible_stop(
    sell: PlaceSell | SellOrder, lot: Lot, market: Market, policy: ExitPolicy, now: Situation
) -> StopPrices | NoStop:
    """The stop of a SELL, or why it cannot have one now."""
    pair = market.pair
    if not pair.takes_lists:
        return NoStop(NoStopCause.PAIR, f"no stop: {pair.symbol} takes no order lists (OCO) on the exchange")
    prices = wanted_stop(sell, lot, market, policy, now)
    if prices is None:
        return NoStop(NoStopCause.AT_TARGET, "no stop: the SELL itself stands at break-even")
    if prices.limit <= 0:
        return NoStop(NoStopCause.NO_PRICE, "no stop: so far under the cost no price is left")
    refused = _refusal(sell.quantity, prices, pair, now)
    if refused:
        return NoStop(NoStopCause.FILTER, f"no stop: {refused}")
    prevented = _prevented(prices, sell, lot, now)
    if prevented is not None:
        return prevented
    if now.stop_from is None or sell.price < now.stop_from:
        return NoStop(NoStopCause.SLOTS, WITHOUT_SLOT)
    return prices


def _refusal(quantity: Decimal, prices: StopPrices, pair: TradePair, now: Situation) -> str:
    """What the exchange's filters say of the stop, for people; empty if they let it pass."""
    draft = Draft(Side.SELL, OrderType.STOP_LOSS_LIMIT, quantity, prices.limit, stop_price=prices.trigger)
    around = MarketContext(reference_price=now.reference_price, now_ms=now.now_ms)
    found = next(iter(pair.refusals(draft, around)), None)
    return "" if found is None else f"its limit {plain(prices.limit)} is not allowed, {found}"


def tried_again_ms(lot: Lot, *, at_break_even: bool) -> int:
    """From when on (ms, as `attempted_ms`) a stop may be tried again after the exchange refused it; 0: at once.

    One at break-even is tried again soon, a stop loss seldom; refusals of the one do not count for the other.
    """
    stops = (order for order in lot.orders if order.stop is not None and order.state is OrderState.REFUSED)
    refused = [order for order in stops if has_break_even(order) is at_break_even]
    if not refused:
        return 0
    first_ms = _AT_BREAK_EVEN_MS if at_break_even else _AGAIN_FIRST_MS
    return attempted_ms(refused[-1]) + (first_ms << min(len(refused) - 1, _AGAIN_DOUBLED))


def lacks_stop(order: SellOrder, lot: Lot, market: Market, policy: ExitPolicy, now: Situation) -> bool:
    """Whether a standing SELL without a stop is to have one, if there is room for it."""
    is_standing = order.stop is None and _may_be_replaced(order)
    return is_standing and could_have_stop(order, lot, market, policy, now)


def could_have_stop(order: SellOrder, lot: Lot, market: Market, policy: ExitPolicy, now: Situation) -> bool:
    """Whether a stop is asked for that may be tried now with this SELL, or with one in its place."""
    if policy.stop_loss_pct and tried_again_ms(lot, at_break_even=False) <= now.now_ms:
        return True
    risen = stop_at_break_even(order, lot, market, policy)
    return risen is not None and _prevented(risen, order, lot, now) is None


def _may_be_replaced(order: SellOrder) -> bool:
    """Whether a standing SELL may be cancelled to be placed again with another stop.

    One that was found on the exchange keeps its price: nobody knows the terms of it. One that carries out a person's
    instruction has none.
    """
    return order.is_cancelable and not order.was_found and not order.name.is_instructed


def awaited_level(lot: Lot, market: Market, policy: ExitPolicy, now_ms: int) -> Decimal | None:
    """The best bid (quote) that the lot waits for: it arms its break-even, or lets a stop be placed that is missing.

    None if it waits for none.
    """
    if not is_armed(lot):
        return arming_level(lot, market, policy)
    if not market.pair.takes_lists or tried_again_ms(lot, at_break_even=True) > now_ms:
        return None
    lacking = (order for order in lot.orders if _may_be_replaced(order) and not has_break_even(order))
    stops = (stop_at_break_even(order, lot, market, policy) for order in lacking)
    return min((total((each.trigger, market.pair.tick)) for each in stops if each is not None), default=None)


def stop_changes(
    lot: Lot, market: Market, policy: ExitPolicy, now: Situation
) -> Iterator[tuple[SellOrder, StopPrices | None, str]]:
    """The standing SELLs that should have another stop, with the stop that they should have and why."""
    for order in (each for each in lot.orders if each.is_cancelable):
        held = None if order.stop is None else order.stop.prices
        if order.stop is None:
            is_lacking = asks_for_stop(lot, policy) and lacks_stop(order, lot, market, policy, now)
            wanted = possible_stop(order, lot, market, policy, now) if is_lacking else None
            if isinstance(wanted, StopPrices):
                yield order, wanted, f"it is to have a stop at {plain(wanted.trigger)}"
        elif not (policy.stop_loss_pct or policy.break_even_gain_pct):
            yield order, None, "no stop is wanted any more"
        elif now.gives_up_stop == order.name.generation:
            yield order, None, "its stop goes to a nearer lot"
        elif held is not None and not order.was_found:
            wanted = wanted_stop(order, lot, market, policy, now)
            if wanted is None:
                yield order, None, "no stop is wanted any more"
            elif _differs(held, wanted):
                yield order, wanted, f"its stop is to be at {plain(wanted.trigger)} now"


def _differs(held: StopPrices, wanted: StopPrices) -> bool:
    """Whether one of its prices is another by a thousandth or more."""
    both = ((held.trigger, wanted.trigger), (held.limit, wanted.limit))
    return any(less(one, other).copy_abs() >= product(one, WORTH_IT) for one, other in both)
