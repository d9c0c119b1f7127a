"""The exits of a lot that are armed: at which price each is reached, what the exchange holds of it, and what it does
not hold and why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ZERO, Ratio, less, product, ratio_floor_to
from lotkeeper.trading.orders.client_ids import stop_id
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.policy import ExitPolicy, Terms
from lotkeeper.trading.reports.changes import changes_of
from lotkeeper.trading.selling.decisions import Decision, Keep, PlaceSell, TransferDust

_HUNDRED, _FINEST = Decimal(100), Decimal("0.01")


class ExitKind(StrEnum):
    """Which policy wants it."""

    TARGET = "target"  # one price for all of it
    LADDER = "ladder"  # a part of the lot
    TRAILING = "trailing"  # follows the price
    STOP_LOSS = "stop loss"  # sells under the floor when the price has fallen so far
    AGE = "age"  # a step of the lot's age that is still to come
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


def trigger_of(order: SellOrder) -> Decimal | None:
    """The price (quote) that the market has to reach so that the order begins to sell, or to follow the price.

    None for one that has no such price, because it follows the price from the start.
    """
    return order.price if order.trail is None else order.trail.stop_price


def nearest_trigger(lot: Lot) -> Decimal | None:
    """The lowest trigger (quote) of what the exchange holds of a lot; None if it holds nothing with a trigger."""
    triggers = (trigger_of(order) for order in lot.live_sells)
    return min((trigger for trigger in triggers if trigger is not None), default=None)


def distance_pct(trigger: Decimal, bid: Decimal) -> Decimal:
    """How far the bid (above zero) has to move to the trigger, in percent of the bid; cut to hundredths, downward."""
    return ratio_floor_to(Ratio(product(less(trigger, bid), _HUNDRED), bid), _FINEST)


def armed_exits(lot: Lot, terms: Terms | None, steps: Sequence[Decision], now_ms: int) -> tuple[ArmedExit, ...]:
    """What the exchange holds, the lowest trigger first; then what it does not hold; then what the lot's age brings.

    `steps` is what would be done now, by the policy at the lot's age; `terms` have the policy as it is configured.
    """
    policy = terms.policy if terms else None
    exits = (each for order in lot.live_sells for each in _held(order, policy))
    held = sorted(exits, key=lambda each: each.trigger or ZERO)
    return (*held, *_not_held(lot, policy, steps), *(_to_come(lot, terms, now_ms) if terms else ()))


def _held(order: SellOrder, policy: ExitPolicy | None) -> Iterator[ArmedExit]:
    """The SELL; one with a stop is two orders for the same coins, as long as both stand."""
    stop, quantity = order.stop, order.open_quantity
    if stop is None or not stop.target_has_ended:
        yield ArmedExit(_kind_of(order, policy), trigger_of(order), order.price, quantity, order.client_id)
    if stop is not None and stop.prices is not None and not stop.has_ended:
        name = stop_id(order.name)
        yield ArmedExit(ExitKind.STOP_LOSS, stop.prices.trigger, stop.prices.limit, quantity, name)


def _kind_of(order: SellOrder, policy: ExitPolicy | None) -> ExitKind:
    if order.trail is not None:
        return ExitKind.TRAILING
    if order.was_found:
        return ExitKind.FOUND
    return ExitKind.LADDER if policy is not None and policy.ladder else ExitKind.TARGET


def _not_held(lot: Lot, policy: ExitPolicy | None, steps: Sequence[Decision]) -> Iterator[ArmedExit]:
    """What of the lot no SELL covers, and what it waits for."""
    step = next((each for each in steps if not isinstance(each, TransferDust | Keep)), None)
    why = getattr(step, "why", "")
    if lot.remainder <= 0 or step is None or not (why or isinstance(step, PlaceSell)):
        return
    kind = ExitKind.LADDER if policy is not None and policy.ladder else ExitKind.TARGET
    price = getattr(step, "price", None)
    yield ArmedExit(kind, price, price, lot.remainder, why_not=why or "its SELL is placed next")


def _to_come(lot: Lot, terms: Terms, now_ms: int) -> Iterator[ArmedExit]:
    """Each step of the lot's age that will have a standing SELL placed again at a lower price."""
    for step in terms.policy.age if lot.buys else ():
        from_ms = lot.opened_ms + step.after_ms
        for change in changes_of(lot, terms.market, terms.policy, from_ms) if from_ms > now_ms else ():
            why = f"until then {change.sell.client_id} stands at its price"
            yield ArmedExit(ExitKind.AGE, change.price, change.price, change.quantity, from_ms=from_ms, why_not=why)
