"""What to do about a lot. Pure: the same lot, rules and situation give the same decisions."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import reduce

from lotkeeper.trading.filters.base import Refusal
from lotkeeper.trading.lots.disposal import Way
from lotkeeper.trading.lots.dust_transfer import DustTransfer
from lotkeeper.trading.lots.lot import Lot, with_order
from lotkeeper.trading.lots.states import HoldReason, LotState
from lotkeeper.trading.money import ZERO, floor_to, plain, product, total
from lotkeeper.trading.orders.client_ids import client_order_id
from lotkeeper.trading.orders.states import AWAITED, OrderState
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import ExitPolicy, OnPartial
from lotkeeper.trading.selling.decisions import (
    CancelSell,
    Cause,
    Close,
    Decision,
    Park,
    PlaceSell,
    Queue,
    Release,
    TransferDust,
    Until,
    ValueFees,
    Wait,
)
from lotkeeper.trading.selling.dust import carried, carries_for, covering, is_little
from lotkeeper.trading.selling.parking import parked
from lotkeeper.trading.selling.pricing import fitting_part, next_sell, sellable
from lotkeeper.trading.selling.repricing import dear_sells
from lotkeeper.trading.selling.situation import Market, Situation

LOOK_AGAIN_MS = 30_000  # at what changes without a word of the exchange: a reference price, a balance
_RETRY_FIRST_MS = 1_000
_RETRY_MOST_MS = 300_000


def decide(lot: Lot, market: Market, policy: ExitPolicy, now: Situation) -> tuple[Decision, ...]:
    """The next steps for a lot, in their order: dust that it takes over comes before what is done with it."""
    awaited = _awaited(lot)
    if awaited is None and lot.remainder < 0:
        return _deficit(lot, market, policy, now)
    if lot.hold is HoldReason.RELEASING:
        return _releasing(lot, awaited)
    waiting = awaited or _waiting(lot, market.pair, policy)
    if waiting is not None:
        return (waiting,)
    repriced = _repriced(lot, market, policy, now)
    if repriced:
        return repriced
    carries, step = _with_dust(lot, market, policy, now)
    return (*map(TransferDust, carries), *_slotted(step, now))


def unprotected(lot: Lot, market: Market, policy: ExitPolicy) -> Decimal:
    """The quantity that could be sold and that no SELL covers, whatever the reason; zero is the promise.

    A BUY that the configuration waits for (`on_partial: complete`) is not unprotected but unfinished.
    """
    if lot.state is LotState.CLOSED or _is_unfinished(lot, policy):
        return ZERO
    quantity = sellable(lot, market.pair)
    is_worth_selling = quantity and isinstance(_sell(lot, market, policy, Situation(0), quantity), PlaceSell)
    return floor_to(lot.remainder, market.pair.step) if is_worth_selling else ZERO


def retry_at(lot: Lot) -> int:
    """When the next SELL may be tried (ms): at once, or later and later after SELLs that ended unfilled in a row."""
    setbacks = 0
    for order in reversed(lot.orders):
        if order.executed or order.state not in (OrderState.REFUSED, OrderState.EXPIRED):
            break
        setbacks += 1
    if setbacks == 0 or (setbacks == 1 and lot.orders[-1].state is OrderState.EXPIRED):
        return 0
    delay = min(_RETRY_FIRST_MS << (setbacks - 1), _RETRY_MOST_MS)
    return lot.orders[-1].updated_ms + delay


# Before a SELL is thought of


def _awaited(lot: Lot) -> Wait | None:
    """What was sent for the lot and not answered blocks it, and it alone."""
    order = next((order for order in lot.orders if order.state in AWAITED), None)
    if order is None:
        return None
    what = "cancel" if order.state is OrderState.CANCELING else "outcome"
    return Wait(f"the {what} of SELL {order.client_id}", Until.OUTCOME)


def _waiting(lot: Lot, pair: TradePair, policy: ExitPolicy) -> Decision | None:
    if lot.state is LotState.HELD and sellable(lot, pair):
        return Wait(lot.reason or "held by hand", Until.RESUMED)
    assets = sorted({fill.commission_asset for fill in lot.unvalued() if fill in lot.buys})
    if assets:
        return ValueFees(tuple(assets))
    return Wait("the end of the BUY order", Until.BUY_END) if _is_unfinished(lot, policy) else None


def _releasing(lot: Lot, awaited: Wait | None) -> tuple[Decision, ...]:
    """What it has on the book is taken back; then the rest goes, in whatever state its BUY is."""
    if awaited is not None:
        return (awaited,)
    why = "its lot was released"
    cancels = (CancelSell(order.name, order.order_id, why) for order in lot.live_sells if order.order_id is not None)
    return tuple(cancels) or ((Release(),) if lot.remainder > 0 else (Close("it was released"),))


def _is_unfinished(lot: Lot, policy: ExitPolicy) -> bool:
    return policy.on_partial is OnPartial.COMPLETE and not lot.buy_ended


def _deficit(lot: Lot, market: Market, policy: ExitPolicy, now: Situation) -> tuple[Decision, ...]:
    """Its SELLs cover more than it received: with dust that the notebook forgot, or because our belief is wrong."""
    missing = lot.remainder.copy_negate()
    is_small = is_little(lot, missing, market.pair)
    carries = covering(lot, missing, now.dust, now.rests if is_small else (), now.now_ms)
    if carries:
        left = tuple(each for each in now.dust if each.buy_order_id not in {carry.source for carry in carries})
        then = decide(carried(lot, carries), market, policy, replace(now, dust=left))
        return (*map(TransferDust, carries), *then)
    text = f"SELLs cover {plain(missing)} {lot.base} more than was received"
    if not lot.open_quantity and is_small:
        return (Close(f"its {text}: dust of a lot that is not known any more"),)
    return (Wait(f"reconciliation: {text}", Until.RECONCILED),)


# The SELL


def _repriced(lot: Lot, market: Market, policy: ExitPolicy, now: Situation) -> tuple[Decision, ...]:
    """Takes back what asks for too much, where all of it can be placed anew at once, together and for less."""
    dear = dear_sells(lot, market.pair, policy)
    if lot.state is LotState.HELD or now.free is not None:
        return ()
    while dear:
        freed = reduce(with_order, (replace(order, state=OrderState.CANCELED) for order in dear), lot)
        step = _step(freed, market, policy, now)
        if not isinstance(step, PlaceSell):
            return ()
        dearer = tuple(order for order in dear if order.price > step.price)
        if dearer == dear:
            why = f"what was bought since shares its profit: it is sold at {plain(step.price)}"
            return tuple(CancelSell(order.name, order.order_id, why) for order in dear if order.order_id is not None)
        dear = dearer
    return ()


def _with_dust(
    lot: Lot, market: Market, policy: ExitPolicy, now: Situation
) -> tuple[tuple[DustTransfer, ...], Decision]:
    """What the lot's rest asks for, and all the pair's dust, where with it more can be sold at once than without.

    Each step is worked out once at the most: this stands between a fill and its SELL.
    """
    takes_none = lot.hold is not None or lot.state is LotState.CLOSED
    if not now.dust or now.slots == 0 or now.free is not None or takes_none:
        return (), _step(lot, market, policy, now)
    carries = carries_for(lot, now.dust, now.now_ms)
    with_it = _step(carried(lot, carries), market, policy, now)
    if _quantity(with_it) > sellable(lot, market.pair):  # more than the lot alone can ever sell at once
        return carries, with_it
    alone = _step(lot, market, policy, now)
    return (carries, with_it) if _quantity(with_it) > _quantity(alone) else ((), alone)


def _quantity(step: Decision) -> Decimal:
    return step.quantity if isinstance(step, PlaceSell) else ZERO


def _step(lot: Lot, market: Market, policy: ExitPolicy, now: Situation) -> Decision:
    """What the lot's rest asks for, order slots aside."""
    quantity = sellable(lot, market.pair, now.free)
    if not quantity:
        return _nothing_to_sell(lot, market.pair, now)
    again_ms = retry_at(lot)
    if again_ms > now.now_ms:
        return Park(Cause.REFUSED, lot.reason or "the exchange ended the last SELL", again_ms)
    step = _sell(lot, market, policy, now, quantity)
    step = _bounded(lot, step, market.pair, policy) if isinstance(step, PlaceSell) else step
    return Park(Cause.OBSTACLE, now.obstacle) if now.obstacle and isinstance(step, PlaceSell | CancelSell) else step


def _nothing_to_sell(lot: Lot, pair: TradePair, now: Situation) -> Decision:
    wanted = sellable(lot, pair)
    if wanted:  # and no coins for it
        text = f"{plain(now.free or ZERO)} {lot.base} is free on the account, and {plain(wanted)} is to be sold"
        return Park(Cause.NO_BALANCE, text, now.now_ms + LOOK_AGAIN_MS)
    if lot.open_quantity:
        return Wait("its SELLs on the book", Until.SOLD)
    if lot.sold or lot.given or any(each.quantity for each in lot.disposals):
        return Close(_why_closed(lot))
    rest, least = plain(lot.remainder), plain(pair.min_quantity)
    return Park(Cause.TOO_SMALL, f"{rest} {lot.base} is below the smallest order quantity {least} (LOT_SIZE)")


def _why_closed(lot: Lot) -> str:
    """Empty where its own SELLs sold it."""
    last = next((each for each in reversed(lot.disposals) if each.quantity), None)
    if last is not None:
        return "it was released" if last.way is Way.RELEASED else f"order {last.order_id}, made by hand, sold it"
    return "" if lot.sold or not lot.given else f"its dust went to lot {lot.given[-1].target_lot}"


def _sell(lot: Lot, market: Market, policy: ExitPolicy, now: Situation, quantity: Decimal) -> Decision:
    """The SELL of as much of `quantity` as one order carries, or why there is none."""
    pair = market.pair
    if not pair.is_trading:
        return Park(Cause.NOT_TRADING, f"{pair.symbol} is {pair.status} on the exchange")
    if market.sell_rate >= 1:
        return Park(Cause.PRICE, f"a sell fee of {plain(market.sell_rate)} of the proceeds leaves nothing")
    sell, refusals = next_sell(lot, market, policy, now, quantity)
    most = _largest_notional(refusals)
    if most is None:
        return parked(refusals, lot, now.now_ms + LOOK_AGAIN_MS) if refusals else sell
    part = fitting_part(sell, most, pair)
    if part >= pair.min_quantity:
        return _sell(lot, market, policy, now, part)
    text = f"the largest order of {plain(most)} {lot.quote} carries {plain(part)} {lot.base}"
    return Park(Cause.TOO_SMALL, f"{text}, below the smallest order quantity {plain(pair.min_quantity)}")


def _largest_notional(refusals: Sequence[Refusal]) -> Decimal | None:
    """The most that an order may be worth, where this one is worth more."""
    too_large = (each for each in refusals if each.of == "notional" and each.nearest is not None)
    return next((each.nearest for each in too_large if each.nearest < each.value), None)  # type: ignore[operator]


def _bounded(lot: Lot, sell: PlaceSell, pair: TradePair, policy: ExitPolicy) -> Decision:
    """The SELL, or where enough of the lot's stand: the smallest of them is taken back, to be sold with the rest.

    While the BUY goes on only for a rest at least as large, so that a BUY in a thousand parts makes few cancels. A lot
    of several of the largest orders has as many as it needs.
    """
    live = lot.live_sells
    smallest = min((each for each in live if each.is_cancelable), key=lambda each: each.open_quantity, default=None)
    if len(live) < policy.max_sells or smallest is None:
        return sell
    merged = total((sell.quantity, smallest.open_quantity))
    if _is_too_large(merged, max(sell.price, smallest.price), pair):
        return sell
    if lot.buy_ended or sell.quantity >= smallest.open_quantity:
        assert smallest.order_id is not None
        return CancelSell(smallest.name, smallest.order_id, "to be sold together with what was bought since")
    return Wait(f"{len(live)} SELLs of it stand on the book, as many as are allowed", Until.MORE_BOUGHT)


def _is_too_large(quantity: Decimal, price: Decimal, pair: TradePair) -> bool:
    most_quantity, most_notional = pair.size.most, pair.max_notional
    is_too_much = most_quantity and quantity > most_quantity
    return bool(is_too_much or (most_notional and product(quantity, price) > most_notional))


def _slotted(step: Decision, now: Situation) -> tuple[Decision, ...]:
    """The step, where an order slot is free for it; else it waits, and the farthest SELL may have to make room."""
    if not isinstance(step, PlaceSell) or now.slots is None or now.slots > 0:
        return (step,)
    queue = Queue(step.price, f"every order slot is taken; it is sold at {plain(step.price)} when one is free")
    farthest = now.farthest
    nearer = sum(price <= step.price for price in now.queue)
    if nearer < now.coming or farthest is None or farthest.price <= step.price:
        return (queue,)
    assert farthest.order_id is not None
    why = f"its order slot goes to the nearer {client_order_id(step.name)}"
    return CancelSell(farthest.name, farthest.order_id, why), queue
