"""The SELLs that carry out a person's sell instruction: before everything that the policy wants of the lot.

Each is a LIMIT as every SELL of ours, so nothing is new in how it is sent, found, cancelled and recovered. It is the
one SELL that may stand under its floor, and only where the instruction says so.
"""

from decimal import Decimal
from functools import reduce
from typing import NamedTuple

from lotkeeper.trading.filters.base import Draft, FilterRefusal, MarketContext, OrderType
from lotkeeper.trading.journal import Cause
from lotkeeper.trading.lots.attempts import is_setback, newest_attempt, setbacks
from lotkeeper.trading.lots.floors import floor_price
from lotkeeper.trading.lots.found_price import least_asked
from lotkeeper.trading.lots.instructed import (
    left_to_sell,
    next_instructed_generation,
    sells_of,
    stale_sells,
    standing_instruction,
)
from lotkeeper.trading.lots.instructions import SellInstruction
from lotkeeper.trading.lots.lot import Lot, with_order
from lotkeeper.trading.lots.states import HoldReason
from lotkeeper.trading.money import ONE, floor_to, less, product
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.policy import ExitPolicy, Market
from lotkeeper.trading.replacing import replace
from lotkeeper.trading.selling.decisions import CancelSell, Decision, EndInstruction, PlaceSell, Situation
from lotkeeper.trading.selling.next_sell import fitting_part, next_sell, required_of, sellable, share_of_cost
from lotkeeper.trading.selling.parking import retry_at

MOST_SETBACKS = 3  # so many SELLs of an instruction in a row that the exchange did not take end it
# A person who holds a lot back wants a sale by instruction all the same; what else holds a lot forbids it.
CAN_BE_INSTRUCTED = (None, HoldReason.CANCELLED_BY_HAND, HoldReason.AMENDED_BY_HAND)
_REPLACED = "it was to be sold by an instruction that stands no more"
_MAKES_ROOM = "its coins are to be sold as a person wants"


class _Moment(NamedTuple):
    """What a SELL depends on beside its lot and its instruction."""

    market: Market
    policy: ExitPolicy
    now: Situation


def instruction_steps(lot: Lot, market: Market, policy: ExitPolicy, now: Situation) -> tuple[Decision, ...]:
    """What the lot's instruction wants done now; nothing if the policy goes on.

    Where it cannot be carried out now, the policy goes on too: the lot stays for sale, and it is tried again whenever
    the lot is decided about.
    """
    stale = stale_sells(lot)
    if stale:
        return _cancels(stale, _REPLACED)
    instruction = standing_instruction(lot)
    if instruction is None or not instruction.is_recorded or lot.hold not in CAN_BE_INSTRUCTED:
        return ()
    wanted = less(left_to_sell(lot, instruction), *(order.open_quantity for order in sells_of(lot, instruction)))
    if wanted <= 0 or not market.pair.is_trading or market.sell_rate >= ONE or lot.unvalued_fills():
        return ()
    if _has_failed(lot, instruction):
        return (EndInstruction(),)
    if now.obstacle or now.pause or retry_at(lot, now) > now.now_ms:
        return ()
    return _sell(lot, instruction, _Moment(market, policy, now), wanted)


def floor_of(lot: Lot, market: Market, policy: ExitPolicy, quantity: Decimal) -> Decimal:
    """The floor (quote) of so much of the lot's remainder (base), whatever the filters say of that price."""
    required = required_of(lot, market.pair, policy, quantity)
    floor = floor_price(required, quantity, market.sell_rate, market.pair.tick)
    return max(floor, least_asked(lot, policy))


def sells_in_the_way(lot: Lot, step: Decimal, wanted: Decimal) -> tuple[SellOrder, ...]:
    """The standing SELLs to be cancelled so that `wanted` (base) can be sold: the smallest that is enough, else the
    largest first. None if the remainder is enough; all of them if they are not enough either.
    """
    missing = less(wanted, floor_to(lot.remainder, step))
    standing = [order for order in lot.orders if order.is_cancelable and not order.name.is_instructed]
    found: list[SellOrder] = []
    while missing > 0 and standing:
        standing.sort(key=lambda order: order.open_quantity)
        chosen = next((order for order in standing if order.open_quantity >= missing), standing[-1])
        standing.remove(chosen)
        found.append(chosen)
        missing = less(missing, chosen.open_quantity)
    return tuple(found)


def without_sells(lot: Lot, sells: tuple[SellOrder, ...]) -> Lot:
    """The lot as it would be if these SELLs were cancelled now."""
    return reduce(with_order, (replace(order, state=OrderState.CANCELED) for order in sells), lot)


def _sell(lot: Lot, instruction: SellInstruction, at: _Moment, wanted: Decimal) -> tuple[Decision, ...]:
    """The SELL; or the cancels that make room for it, if it can be placed then. Nothing is cancelled while the account
    lacks coins.
    """
    now = at.now
    in_the_way = sells_in_the_way(lot, at.market.pair.step, wanted)
    if in_the_way and now.free_balance is not None:
        return ()
    freed = without_sells(lot, in_the_way)
    sell = _fitting_sell(freed, instruction, at, wanted)
    if sell is None or (sell.price <= now.ended_price and now.now_ms < now.ended_until_ms):
        return ()
    return _cancels(in_the_way, _MAKES_ROOM) if in_the_way else (sell,)


def _fitting_sell(lot: Lot, instruction: SellInstruction, at: _Moment, wanted: Decimal) -> PlaceSell | None:
    """As much of `wanted` (base) as one order can carry; None if the exchange allows no such order."""
    pair = at.market.pair
    quantity = min(floor_to(wanted, pair.step), sellable(lot, pair, at.now.free_balance))
    if quantity < pair.min_quantity:
        return None
    sell, refusals = _instructed_sell(lot, instruction, at, quantity)
    if pair.max_notional and product(sell.price, quantity) > pair.max_notional:
        quantity = fitting_part(sell, pair.max_notional, pair)
        if quantity < pair.min_quantity:
            return None
        sell, refusals = _instructed_sell(lot, instruction, at, quantity)
    return None if refusals else sell


def _instructed_sell(
    lot: Lot, instruction: SellInstruction, at: _Moment, quantity: Decimal
) -> tuple[PlaceSell, tuple[FilterRefusal, ...]]:
    """The SELL of `quantity` (base) of the lot's remainder at the price of the instruction, or at the floor where that
    is higher and nothing below it is allowed; and the filters that refuse it.

    Its profit is what its price brings beyond its cost: below zero under the floor of cost and fees. Under its floor it
    makes up for no SELL before it, and takes its share of the cost alone, so that the SELLs after it do.
    """
    market, policy, now = at
    plain_policy = replace(policy, ladder=()) if policy.ladder else policy
    at_floor, _ = next_sell(lot, market, plain_policy, now, quantity)
    floor = floor_of(lot, market, policy, quantity)
    price = instruction.price if instruction.is_below_floor_allowed else max(instruction.price, floor)
    share = share_of_cost(lot, market.pair, policy, quantity)
    cost = at_floor.cost if price >= floor else min(at_floor.cost, share)
    name = SellName(lot.buy_order_id, next_instructed_generation(lot), is_instructed=True)
    profit = less(product(price, quantity, less(ONE, market.sell_rate)), cost)
    around = MarketContext(reference_price=now.reference_price, now_ms=now.now_ms)
    refusals = market.pair.refusals(Draft(Side.SELL, OrderType.LIMIT, quantity, price), around)
    return replace(at_floor, name=name, price=price, cost=cost, profit=profit), refusals


def _has_failed(lot: Lot, instruction: SellInstruction) -> bool:
    """Whether the exchange took its last SELLs not, one after the other, whatever the policy placed between them."""
    own = [order for order in sells_of(lot, instruction) if order.state is not OrderState.NOT_SENT]
    last = own[-MOST_SETBACKS:]
    if len(last) == MOST_SETBACKS and all(is_setback(order) for order in last):
        return True
    return bool(own) and own[-1] == newest_attempt(lot) and setbacks(lot) >= MOST_SETBACKS


def _cancels(sells: tuple[SellOrder, ...], why: str) -> tuple[Decision, ...]:
    standing = ((order.name, order.standing_id) for order in sells)
    return tuple(
        CancelSell(name, order_id, why, Cause.INSTRUCTION) for name, order_id in standing if order_id is not None
    )
