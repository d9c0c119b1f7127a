"""What to do about one lot, in reading order: the same lot, rules and situation always give the same decisions."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import reduce

from lotkeeper.trading.journal import Cause
from lotkeeper.trading.lots.lot import Lot, with_more_disposed, with_order
from lotkeeper.trading.lots.states import HoldReason, LotState
from lotkeeper.trading.money import ZERO, floor_to, plain
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import AWAITED, OrderState
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import ExitPolicy, Market, OnPartial
from lotkeeper.trading.selling.age import policy_at_age
from lotkeeper.trading.selling.changed_terms import is_worth_it, sells_to_replace
from lotkeeper.trading.selling.decisions import (
    CancelSell,
    Close,
    Decision,
    Keep,
    PlaceSell,
    Release,
    Situation,
    TransferDust,
    ValueFees,
    Wait,
    WaitUntil,
)
from lotkeeper.trading.selling.dust import (
    is_fee_from_free_coins,
    is_little,
    transfers_covering,
    with_dust_transfers,
)
from lotkeeper.trading.selling.instructed_sells import instruction_steps
from lotkeeper.trading.selling.kept_coins import coins_to_keep, disposal_of_kept
from lotkeeper.trading.selling.next_sell import sellable
from lotkeeper.trading.selling.overpriced import overpriced_sells
from lotkeeper.trading.selling.remainder_step import sell_of, step_of_remainder, step_with_dust
from lotkeeper.trading.selling.stop_loss import asks_for_stop, stop_changes
from lotkeeper.trading.selling.trailing import limits_to_trail, wants_another_trail


def decide(lot: Lot, market: Market, policy: ExitPolicy, now: Situation) -> tuple[Decision, ...]:
    """The next steps for a lot, in the order in which to carry them out: dust is taken over before the lot is sold.

    First what prevents a SELL, then SELLs that ask for too much, then the next SELL, then SELLs at another price, then
    those that are to follow the price.
    """
    policy = policy_at_age(policy, lot, now.now_ms) if policy.age else policy
    awaited = _wait_for_outcome(lot)
    deficit = _deficit_steps(lot, market, policy, now) if awaited is None and lot.remainder < 0 else ()
    if deficit:
        return deficit
    if lot.hold is HoldReason.RELEASING:
        return _release_steps(lot, awaited)
    instructed = instruction_steps(lot, market, policy, now) if lot.instructions and awaited is None else ()
    if instructed:
        return instructed
    waiting = awaited or _wait_before_selling(lot, market.pair, policy)
    if waiting is not None:
        return (waiting,)
    repriced = _repricing_steps(lot, market, policy, now)
    if repriced:
        return repriced
    kept = _keeping_steps(lot, market, policy, now) if policy.keep_coins_pct else ()
    if kept:
        return kept
    transfers, step = step_with_dust(lot, market, policy, now)
    is_next = isinstance(step, CancelSell) or (isinstance(step, PlaceSell) and now.can_place)
    replaced = () if is_next else _replacing_steps(lot, market, policy, now)
    armed = _arming_steps(lot, market, policy, now) if now.arms_trail and not (is_next or replaced) else ()
    return replaced or armed or (*map(TransferDust, transfers), step)


def wait_for_trades(lot: Lot) -> Wait | None:
    """A lot is closed only when its fills add up to what its orders executed: before, its proceeds are not known."""
    order = next(iter(lot.sells_lacking_fills()), None)
    if order is None:
        return None
    return Wait(f"the trades of SELL {order.client_id}, which sold {plain(order.executed)}", WaitUntil.RECONCILED)


def unprotected_quantity(lot: Lot, market: Market, policy: ExitPolicy) -> Decimal:
    """The quantity (base) that could be sold and that no SELL covers, for whatever reason; the promise is zero.

    A BUY whose end the configuration waits for (`on_partial: complete`) counts as unfinished, not as unprotected; a lot
    that is left to an order list of the trader is protected by that.
    """
    if lot.state is LotState.CLOSED or lot.hold is HoldReason.ORDER_LIST or _is_unfinished(lot, policy):
        return ZERO
    quantity = sellable(lot, market.pair)
    is_worth_selling = quantity and isinstance(sell_of(lot, market, policy, Situation(0), quantity), PlaceSell)
    return floor_to(lot.remainder, market.pair.step) if is_worth_selling else ZERO


# What comes before any SELL


def _wait_for_outcome(lot: Lot) -> Wait | None:
    """A request that was sent for the lot and not answered blocks this lot, and no other."""
    order = next((order for order in lot.orders if order.state in AWAITED), None)
    if order is None:
        return None
    what = "cancel" if order.state is OrderState.CANCELING else "outcome"
    return Wait(f"the {what} of SELL {order.client_id}", WaitUntil.OUTCOME)


def _wait_before_selling(lot: Lot, pair: TradePair, policy: ExitPolicy) -> Decision | None:
    if lot.state is LotState.HELD and sellable(lot, pair):
        return Wait(lot.reason or "held by hand", WaitUntil.RESUMED)
    unvalued = lot.unvalued_buys()
    if unvalued:
        return ValueFees(tuple(sorted({fill.commission_asset for fill in unvalued})))
    return Wait("the end of the BUY order", WaitUntil.BUY_END) if _is_unfinished(lot, policy) else None


def _is_unfinished(lot: Lot, policy: ExitPolicy) -> bool:
    return policy.on_partial is OnPartial.COMPLETE and not lot.buy_ended


def _release_steps(lot: Lot, awaited: Wait | None) -> tuple[Decision, ...]:
    """Its SELLs on the book are cancelled, then the rest leaves the lot, whether or not its BUY has ended."""
    if awaited is not None:
        return (awaited,)
    why = "its lot was released"
    standing = ((order.name, order.standing_id) for order in lot.live_sells)
    cancels = (CancelSell(name, order_id, why, Cause.RELEASING) for name, order_id in standing if order_id is not None)
    return tuple(cancels) or ((Release(),) if lot.remainder > 0 else (Close("it was released"),))


def _deficit_steps(lot: Lot, market: Market, policy: ExitPolicy, now: Situation) -> tuple[Decision, ...]:
    """Its SELLs cover more than it received: the database lost a transfer of dust, or our data is wrong.

    Or the exchange took the fee of the BUY from free coins: those of other lots count first, else they were the
    owner's own, and nothing is to be done.
    """
    missing = lot.remainder.copy_negate()
    is_small, is_fee = is_little(lot, missing, market.pair), is_fee_from_free_coins(lot, missing)
    transfers = transfers_covering(lot, missing, now.dust, now.remainders if is_small or is_fee else (), now.now_ms)
    if transfers:
        left = tuple(dust for dust in now.dust if dust.buy_order_id not in {each.source for each in transfers})
        then = decide(with_dust_transfers(lot, transfers), market, policy, now._replace(dust=left))
        return (*map(TransferDust, transfers), *then)
    if is_fee:
        return ()
    text = f"SELLs cover {plain(missing)} {lot.base} more than was received"
    if not lot.open_quantity and is_small and not now.is_more_to_come:
        return (Close(f"its {text}: dust of a lot that is not known any more"),)
    return (Wait(f"reconciliation: {text}", WaitUntil.RECONCILED),)


# Coins that the owner keeps


def _keeping_steps(lot: Lot, market: Market, policy: ExitPolicy, now: Situation) -> tuple[Decision, ...]:
    """Keeps what is to be kept, and goes on with the rest; nothing, if that rest would be too little for an order."""
    quantity = coins_to_keep(lot, market.pair, policy)
    if not quantity:
        return ()
    disposal = disposal_of_kept(lot, quantity, now.now_ms)
    rest = with_more_disposed(lot, disposal)
    then = decide(rest, market, policy, now)
    is_sold = isinstance(then[-1], PlaceSell) or not rest.remainder
    return (
        (Keep(disposal), *then)
        if is_sold or not isinstance(step_of_remainder(lot, market, policy, now), PlaceSell)
        else ()
    )


# SELLs on the book that ask for too much


def _repricing_steps(lot: Lot, market: Market, policy: ExitPolicy, now: Situation) -> tuple[Decision, ...]:
    """Cancels the SELLs that ask for too much, if all they cover can be placed again together at once for less."""
    if not lot.orders or lot.state is LotState.HELD or now.free_balance is not None:
        return ()
    overpriced = overpriced_sells(lot, market.pair, policy)
    while overpriced:
        freed = reduce(with_order, (replace(order, state=OrderState.CANCELED) for order in overpriced), lot)
        step = step_of_remainder(freed, market, policy, now)
        if not isinstance(step, PlaceSell):
            return ()
        still_overpriced = tuple(order for order in overpriced if order.price > step.price)
        if still_overpriced == overpriced:
            why = f"what was bought since shares its profit: it is sold at {plain(step.price)}"
            return tuple(
                CancelSell(order.name, order.order_id, why, Cause.PROFIT_SHARED)
                for order in overpriced
                if order.order_id is not None
            )
        overpriced = still_overpriced
    return ()


def _replacing_steps(lot: Lot, market: Market, policy: ExitPolicy, now: Situation) -> tuple[Decision, ...]:
    """Cancels a SELL that the present terms would price otherwise, if it can be placed again at once: one at a time."""
    if not now.may_replace or now.free_balance is not None:
        return ()
    found = next(replacements(lot, market, policy, now), None)
    if found is None:
        return _stop_steps(lot, market, policy, now)
    order, step = found
    assert order.order_id is not None
    why = f"it is to be sold at {plain(step.price)} now"
    return (CancelSell(order.name, order.order_id, why, Cause.NEW_PRICE),)


def _stop_steps(lot: Lot, market: Market, policy: ExitPolicy, now: Situation) -> tuple[Decision, ...]:
    """Cancels a SELL that should have another stop, or none, if it can be placed again at once."""
    if not asks_for_stop(lot, policy) and all(order.stop is None for order in lot.orders):
        return ()
    for order, _, why in stop_changes(lot, market, policy, now):
        step = step_of_remainder(with_order(lot, replace(order, state=OrderState.CANCELED)), market, policy, now)
        if isinstance(step, PlaceSell) and order.standing_id is not None:
            return (CancelSell(order.name, order.standing_id, why, Cause.NEW_STOP),)
    return ()


def replacements(lot: Lot, market: Market, policy: ExitPolicy, now: Situation) -> Iterator[tuple[SellOrder, PlaceSell]]:
    """The standing SELLs that would be placed again at another price, each with the SELL that takes its place."""
    for order in sells_to_replace(lot, market, policy, now.group_price):
        step = step_of_remainder(with_order(lot, replace(order, state=OrderState.CANCELED)), market, policy, now)
        if not isinstance(step, PlaceSell):
            continue
        if is_worth_it(order.price, step.price) or wants_another_trail(order, policy):
            yield order, step


# A part that follows the price


def _arming_steps(lot: Lot, market: Market, policy: ExitPolicy, now: Situation) -> tuple[Decision, ...]:
    """Cancels the LIMIT orders whose coins are to follow the price, if they can be placed so again at once."""
    limits = limits_to_trail(lot, market, policy)
    if lot.state is LotState.HELD or now.free_balance is not None:
        return ()
    step = step_of_remainder(
        reduce(with_order, (replace(order, state=OrderState.CANCELED) for order in limits), lot), market, policy, now
    )
    if not isinstance(step, PlaceSell) or step.trail is None:
        return ()
    why = f"{plain(step.quantity)} {lot.base} of it follows the price from now on"
    cancels = (
        CancelSell(each.name, each.order_id, why, Cause.TRAILING) for each in limits if each.order_id is not None
    )
    return tuple(cancels)
