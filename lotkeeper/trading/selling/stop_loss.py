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
from lotkeeper.trading.money import Ratio, less, plain, product, ratio_floor_to
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.stop_leg import StopPrices
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import ExitPolicy, Market
from lotkeeper.trading.replacing import replace
from lotkeeper.trading.selling.break_even import break_even_prices, is_armed, refused_stops
from lotkeeper.trading.selling.decisions import PlaceSell, Situation
from lotkeeper.trading.selling.overpriced import WORTH_IT

_WHOLE = Decimal(100)  # percent
# After a refusal the SELL is a LIMIT for so long, twice as long with each one more, before the stop is tried again.
_AGAIN_FIRST_MS = 600_000
_AGAIN_DOUBLED = 7  # times at most: then it is some 21 hours
WITHOUT_SLOT = "no stop: nearer lots have the few that the exchange takes, or it refused the last ones"


class NoStopCause(StrEnum):
    """Why a SELL has no stop, for programs."""

    PAIR = "the pair takes no order lists"
    NO_PRICE = "no price is left"
    AT_TARGET = "the SELL itself stands at break-even"
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


def wanted_stop(sell: PlaceSell | SellOrder, lot: Lot, market: Market, policy: ExitPolicy) -> StopPrices | None:
    """The stop that a SELL is to have: the highest that is asked for under its price; None if there is none."""
    found = []
    if policy.stop_loss_pct:
        found.append(stop_prices(sell.cost, sell.quantity, policy, market.pair))
    rate = market.sell_rate if sell.sell_rate is None else sell.sell_rate
    if policy.break_even_gain_pct and rate < 1 and is_armed(lot):
        found.append(break_even_prices(sell.cost, sell.quantity, rate, policy, market.pair.tick))
    return max((each for each in found if each.trigger < sell.price), key=lambda each: each.trigger, default=None)


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
    prices = wanted_stop(sell, lot, market, policy)
    if prices is None:
        return NoStop(NoStopCause.AT_TARGET, "no stop: the SELL itself stands at break-even")
    if prices.limit <= 0:
        return NoStop(NoStopCause.NO_PRICE, "no stop: so far under the cost no price is left")
    refused = _refusal(sell.quantity, prices, pair, now)
    if refused:
        return NoStop(NoStopCause.FILTER, f"no stop: {refused}")
    again_ms = tried_again_ms(lot)
    if again_ms > now.now_ms:
        return NoStop(NoStopCause.REFUSED, f"no stop: {lot.reason or 'the exchange refused it a while ago'}")
    if now.stop_from is None or sell.price < now.stop_from:
        return NoStop(NoStopCause.SLOTS, WITHOUT_SLOT)
    return prices


def _refusal(quantity: Decimal, prices: StopPrices, pair: TradePair, now: Situation) -> str:
    """What the exchange's filters say of the stop, for people; empty if they let it pass."""
    draft = Draft(Side.SELL, OrderType.STOP_LOSS_LIMIT, quantity, prices.limit, stop_price=prices.trigger)
    around = MarketContext(reference_price=now.reference_price, now_ms=now.now_ms)
    found = next(iter(pair.refusals(draft, around)), None)
    return "" if found is None else f"its limit {plain(prices.limit)} is not allowed, {found}"


def tried_again_ms(lot: Lot) -> int:
    """From when on (ms, as `attempted_ms`) a stop may be tried again after the exchange refused it; 0: at once.

    When the break-even of a lot is armed, refusals from before do not count.
    """
    refused = refused_stops(lot)
    if not refused:
        return 0
    return attempted_ms(refused[-1]) + (_AGAIN_FIRST_MS << min(len(refused) - 1, _AGAIN_DOUBLED))


def may_have_stop(order: SellOrder, lot: Lot, now_ms: int) -> bool:
    """Whether a standing SELL without a stop may be cancelled to be placed again with one.

    One that was found on the exchange keeps its price: nobody knows the terms of it. One that carries out a person's
    instruction has none.
    """
    is_ours = not order.was_found and not order.name.is_instructed
    return order.stop is None and order.is_cancelable and is_ours and tried_again_ms(lot) <= now_ms


def stop_changes(
    lot: Lot, market: Market, policy: ExitPolicy, now: Situation
) -> Iterator[tuple[SellOrder, StopPrices | None, str]]:
    """The standing SELLs that should have another stop, with the stop that they should have and why."""
    for order in (each for each in lot.orders if each.is_cancelable):
        held = None if order.stop is None else order.stop.prices
        if order.stop is None:
            is_asked = asks_for_stop(lot, policy) and may_have_stop(order, lot, now.now_ms)
            wanted = possible_stop(order, lot, market, policy, now) if is_asked else None
            if isinstance(wanted, StopPrices):
                yield order, wanted, f"it is to have a stop at {plain(wanted.trigger)}"
        elif not (policy.stop_loss_pct or policy.break_even_gain_pct):
            yield order, None, "no stop is wanted any more"
        elif now.gives_up_stop == order.name.generation:
            yield order, None, "its stop goes to a nearer lot"
        elif held is not None and not order.was_found:
            wanted = wanted_stop(order, lot, market, policy)
            if wanted is None:
                yield order, None, "no stop is wanted any more"
            elif _differs(held, wanted):
                yield order, wanted, f"its stop is to be at {plain(wanted.trigger)} now"


def _differs(held: StopPrices, wanted: StopPrices) -> bool:
    """Whether one of its prices is another by a thousandth or more."""
    both = ((held.trigger, wanted.trigger), (held.limit, wanted.limit))
    return any(less(one, other).copy_abs() >= product(one, WORTH_IT) for one, other in both)
