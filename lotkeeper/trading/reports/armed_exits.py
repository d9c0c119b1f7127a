"""The exits of a lot that are armed: at which price each is reached, what the exchange holds of it, and what it does
not hold and why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.money import ZERO, plain
from lotkeeper.trading.orders.client_ids import stop_id
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.stop_leg import StopPrices
from lotkeeper.trading.policy import ExitPolicy, Terms
from lotkeeper.trading.reports.changes import changes_of
from lotkeeper.trading.selling.break_even import arming_level, break_even_prices, has_break_even, is_armed
from lotkeeper.trading.selling.decisions import Decision, Keep, PlaceSell, Situation, TransferDust, Wait, WaitUntil
from lotkeeper.trading.selling.stop_loss import WITHOUT_SLOT, NoStop, possible_stop, stop_prices


class ExitKind(StrEnum):
    """Which policy wants it."""

    TARGET = "target"  # one price for all of it
    LADDER = "ladder"  # a part of the lot
    TRAILING = "trailing"  # follows the price
    STOP_LOSS = "stop loss"  # sells under the floor when the price has fallen so far
    BREAK_EVEN = "break-even"  # the same at the cost and all fees, once the price has risen so far above
    AGE = "age"  # a step of the lot's age that is still to come
    INSTRUCTION = "instruction"  # a person asked for it with `lotkeeper sell`
    FOUND = "found"  # a SELL that was found on the exchange: what it wants is not known


@dataclass(frozen=True, slots=True)
class ArmedExit:
    """One of a lot's exits; prices in quote asset, quantities in base asset."""

    kind: ExitKind
    trigger: Decimal | None  # the price that the market has to reach; None: it follows the price already
    price: Decimal | None  # the least that it is sold at; None: not known before it is placed
    quantity: Decimal
    client_id: str = ""  # of the SELL that the exchange holds; empty: it holds none
    from_ms: int | None = None  # with AGE: when it takes the place of the SELL that stands
    why_not: str = ""  # why the exchange holds none, for people
    arms_at: Decimal | None = None  # the best bid from which on it is armed; None: it is


def trigger_of(order: SellOrder) -> Decimal | None:
    """The price (quote) that the market has to reach so that the order begins to sell, or to follow the price.

    None for one that has no such price, because it follows the price from the start. A stop that was triggered sells at
    its limit; before that the price is the one above.
    """
    if order.stop is not None and order.stop.is_triggered:
        return None if order.stop.prices is None else order.stop.prices.limit
    return order.price if order.trail is None else order.trail.stop_price


def nearest_trigger(lot: Lot) -> Decimal | None:
    """The lowest trigger (quote) to which the price has to rise, of what the exchange holds of a lot; None for none."""
    triggers = (trigger_of(order) for order in lot.live_sells)
    return min((trigger for trigger in triggers if trigger is not None), default=None)


def nearest_stop(lot: Lot) -> Decimal | None:
    """The highest trigger (quote) to which the price has to fall, of the stops of a lot; None for none."""
    waiting = (order.stop for order in lot.live_sells if order.stop is not None and not order.stop.target_has_ended)
    stops = (stop.prices for stop in waiting)
    return max((prices.trigger for prices in stops if prices is not None), default=None)


def level_to_arm(lot: Lot, terms: Terms) -> Decimal | None:
    """The best bid (quote) that arms the break-even of a lot; None if it is armed, or not wanted."""
    is_waiting = terms.policy.break_even_gain_pct and lot.state is not LotState.CLOSED and not is_armed(lot)
    return arming_level(lot, terms.market, terms.policy) if is_waiting else None


def armed_exits(lot: Lot, terms: Terms | None, steps: Sequence[Decision], now_ms: int) -> tuple[ArmedExit, ...]:
    """What the exchange holds, the lowest trigger first; then what it does not hold; then what the lot's age brings.

    `steps` is what would be done now, by the policy at the lot's age; `terms` have the policy as it is configured.
    """
    policy = terms.policy if terms else None
    found = (each for order in lot.live_sells for each in _held(order, policy))
    held = sorted(found, key=lambda each: each.trigger or ZERO)
    missing = (*(_missing_stops(lot, terms, now_ms) if terms else ()), *_not_held(lot, policy, steps))
    return (*held, *missing, *(_to_come(lot, terms, now_ms) if terms else ()))


def _held(order: SellOrder, policy: ExitPolicy | None) -> Iterator[ArmedExit]:
    """One order, or two for the same coins."""
    if order.stop is None or not order.stop.is_triggered:
        yield ArmedExit(_kind_of(order, policy), trigger_of(order), order.price, order.open_quantity, order.client_id)
    if order.stop is not None and order.stop.prices is not None and not order.stop.has_ended:
        prices = order.stop.prices
        trigger = prices.limit if order.stop.is_triggered else prices.trigger
        kind = ExitKind.BREAK_EVEN if has_break_even(order) else ExitKind.STOP_LOSS
        yield ArmedExit(kind, trigger, prices.limit, order.open_quantity, stop_id(order.name))


def _missing_stops(lot: Lot, terms: Terms, now_ms: int) -> Iterator[ArmedExit]:
    """The stops of SELLs that stand without one, and why; at break-even also what has to be reached before."""
    market, policy = terms.market, terms.policy
    for order in (each for each in lot.live_sells if not each.name.is_instructed):
        if order.stop is None and policy.stop_loss_pct:
            prices = stop_prices(order.cost, order.quantity, policy, market.pair)
            yield _missing(ExitKind.STOP_LOSS, prices, order, why_not=_why_missing(order, lot, terms, now_ms))
        if policy.break_even_gain_pct and not has_break_even(order):
            yield from _missing_break_even(order, lot, terms, now_ms)


def _missing_break_even(order: SellOrder, lot: Lot, terms: Terms, now_ms: int) -> Iterator[ArmedExit]:
    level = level_to_arm(lot, terms)
    rate = terms.market.sell_rate if order.sell_rate is None else order.sell_rate
    if rate >= 1 or (level is None and not is_armed(lot)):
        return
    prices = break_even_prices(order.cost, order.quantity, rate, terms.policy, terms.market.pair.tick)
    if level is not None:
        why = f"the best bid has not reached {plain(level)} yet"
        yield _missing(ExitKind.BREAK_EVEN, prices, order, why_not=why, arms_at=level)
    else:
        yield _missing(ExitKind.BREAK_EVEN, prices, order, why_not=_why_missing(order, lot, terms, now_ms))


def _missing(
    kind: ExitKind, prices: StopPrices, order: SellOrder, *, why_not: str, arms_at: Decimal | None = None
) -> ArmedExit:
    return ArmedExit(kind, prices.trigger, prices.limit, order.open_quantity, why_not=why_not, arms_at=arms_at)


def _why_missing(order: SellOrder, lot: Lot, terms: Terms, now_ms: int) -> str:
    found = possible_stop(order, lot, terms.market, terms.policy, Situation(now_ms))
    return found.why if isinstance(found, NoStop) else WITHOUT_SLOT


def _kind_of(order: SellOrder, policy: ExitPolicy | None) -> ExitKind:
    if order.name.is_instructed:
        return ExitKind.INSTRUCTION
    if order.trail is not None:
        return ExitKind.TRAILING
    if order.was_found:
        return ExitKind.FOUND
    return ExitKind.LADDER if policy is not None and policy.ladder else ExitKind.TARGET


def _not_held(lot: Lot, policy: ExitPolicy | None, steps: Sequence[Decision]) -> Iterator[ArmedExit]:
    """What of the lot no SELL covers, and what it waits for; dust beside SELLs that stand is not sold by itself."""
    step = next((each for each in steps if not isinstance(each, TransferDust | Keep)), None)
    if isinstance(step, Wait) and step.until is WaitUntil.SOLD:
        return
    why = getattr(step, "why", "")
    if lot.remainder <= 0 or step is None or not (why or isinstance(step, PlaceSell)):
        return
    kind = ExitKind.LADDER if policy is not None and policy.ladder else ExitKind.TARGET
    quantity, price = lot.remainder, getattr(step, "price", None)
    if isinstance(step, PlaceSell) and step.name.is_instructed:
        kind, quantity = ExitKind.INSTRUCTION, step.quantity
    yield ArmedExit(kind, price, price, quantity, why_not=why or "its SELL is placed next")


def _to_come(lot: Lot, terms: Terms, now_ms: int) -> Iterator[ArmedExit]:
    """Each step of the lot's age that will have a standing SELL placed again at a lower price."""
    for step in terms.policy.age if lot.buys else ():
        from_ms = lot.opened_ms + step.after_ms
        for change in changes_of(lot, terms.market, terms.policy, from_ms) if from_ms > now_ms else ():
            why = f"until then {change.sell.client_id} stands at its price"
            yield ArmedExit(ExitKind.AGE, change.price, change.price, change.quantity, from_ms=from_ms, why_not=why)
