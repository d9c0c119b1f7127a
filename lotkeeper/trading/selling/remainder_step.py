"""What is done with the rest of a lot that no SELL covers: the next SELL, or why there is none."""

from collections.abc import Sequence
from decimal import Decimal

from lotkeeper.trading.filters.base import FilterRefusal
from lotkeeper.trading.journal import Cause
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import DisposalKind, DustTransfer
from lotkeeper.trading.money import ZERO, plain, product, total
from lotkeeper.trading.orders.states import why_expired
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import ExitPolicy, Market
from lotkeeper.trading.selling.decisions import (
    CancelSell,
    Close,
    Decision,
    Park,
    ParkCause,
    PlaceSell,
    Queue,
    Situation,
    Wait,
    WaitUntil,
)
from lotkeeper.trading.selling.dust import (
    transfers_to,
    with_dust_transfers,
)
from lotkeeper.trading.selling.ladder import next_part, sold_together
from lotkeeper.trading.selling.next_sell import fitting_part, next_sell, sellable
from lotkeeper.trading.selling.parking import LOOK_AGAIN_MS, park_for, retry_at
from lotkeeper.trading.selling.refused_trails import TrailStart
from lotkeeper.trading.selling.stop_loss import asks_for_stop, with_stop
from lotkeeper.trading.selling.trailing import trailing_sell

_WAYS = {
    DisposalKind.SOLD_BY_HAND: "order {order}, made by hand, sold it",
    DisposalKind.RELEASED: "it was released",
    DisposalKind.LEFT: "its dust left the account without a trade",
}


def step_with_dust(
    lot: Lot, market: Market, policy: ExitPolicy, now: Situation
) -> tuple[tuple[DustTransfer, ...], Decision]:
    """The next step for the lot's remainder, with all dust of the pair if that sells more at once.

    Each step is worked out at most once, because this stands between a fill and its SELL.
    """
    takes_none = lot.hold is not None or lot.state is LotState.CLOSED
    if not now.dust or not now.can_place or now.pause or now.free_balance is not None or takes_none:
        return (), step_of_remainder(lot, market, policy, now)
    transfers = transfers_to(lot, now.dust, now.now_ms)
    with_it = step_of_remainder(with_dust_transfers(lot, transfers), market, policy, now)
    if _quantity(with_it) > sellable(lot, market.pair):  # more than the lot alone can ever sell at once
        return transfers, with_it
    alone = step_of_remainder(lot, market, policy, now)
    return (transfers, with_it) if _quantity(with_it) > _quantity(alone) else ((), alone)


def _quantity(step: Decision) -> Decimal:
    return step.quantity if isinstance(step, PlaceSell) else ZERO


def step_of_remainder(lot: Lot, market: Market, policy: ExitPolicy, now: Situation) -> Decision:
    """The next step for the lot's remainder, whether or not it is its turn."""
    quantity = sellable(lot, market.pair, now.free_balance)
    if not quantity:
        return _nothing_to_sell(lot, market.pair, now)
    again_ms = retry_at(lot, now)
    if again_ms > now.now_ms:
        return Park(ParkCause.REFUSED, lot.reason or why_expired(""), again_ms)
    step = sell_of(lot, market, policy, now, quantity)
    if (
        isinstance(step, Park)
        and step.cause is ParkCause.TOO_SMALL
        and quantity < (wanted := sellable(lot, market.pair))
    ):
        return _park_for_coins(lot, wanted, now)
    step = _within_max_sells(lot, step, market, policy) if isinstance(step, PlaceSell) else step
    if not isinstance(step, PlaceSell | CancelSell):
        return step
    if isinstance(step, PlaceSell) and asks_for_stop(lot, policy):
        step = with_stop(step, lot, market, policy, now)
    if isinstance(step, PlaceSell) and step.price <= now.ended_price and now.now_ms < now.ended_until_ms:
        return Park(ParkCause.REFUSED, now.ended_why, now.ended_until_ms)
    if now.obstacle:
        return Park(ParkCause.OBSTACLE, now.obstacle)
    return _wait_for_pause(lot, step, now) if now.pause else step


def _wait_for_pause(lot: Lot, step: PlaceSell | CancelSell, now: Situation) -> Queue:
    """Its turn is that of the SELL which would be placed, or be cancelled to be placed again with more."""
    if isinstance(step, CancelSell):
        price = next(order.price for order in lot.orders if order.name == step.name)
    else:
        price = step.price
    return Queue(price, f"{now.pause}; it is sold at {plain(price)} when it is its turn")


def _nothing_to_sell(lot: Lot, pair: TradePair, now: Situation) -> Decision:
    wanted = sellable(lot, pair)
    if wanted:  # the lot has it, and the account has no free coins for it
        return _park_for_coins(lot, wanted, now)
    if lot.open_quantity:
        return Wait("its SELLs on the book", WaitUntil.SOLD)
    if lot.sold or lot.dust_given or any(each.quantity for each in lot.disposals):
        return Close(_why_closed(lot))
    rest, least = plain(lot.remainder), plain(pair.min_quantity)
    return Park(ParkCause.TOO_SMALL, f"{rest} {lot.base} is below the smallest order quantity {least} (LOT_SIZE)")


def _park_for_coins(lot: Lot, wanted: Decimal, now: Situation) -> Park:
    text = f"{plain(now.free_balance or ZERO)} {lot.base} is free on the account, and {plain(wanted)} is to be sold"
    return Park(ParkCause.NO_BALANCE, text, now.now_ms + LOOK_AGAIN_MS)


def _why_closed(lot: Lot) -> str:
    """What closed the lot, for people; empty if its own SELLs sold it."""
    gone = (each for each in reversed(lot.disposals) if each.quantity and each.kind is not DisposalKind.KEPT)
    last = next(gone, None)
    if last is not None:
        return _WAYS[last.kind].format(order=last.order_id)
    return "" if lot.sold or not lot.dust_given else f"its dust went to lot {lot.dust_given[-1].target_lot}"


def sell_of(lot: Lot, market: Market, policy: ExitPolicy, now: Situation, quantity: Decimal) -> Decision:
    """The SELL of as much of `quantity` as one order can carry, or why there is none."""
    pair = market.pair
    if not pair.is_trading:
        return Park(ParkCause.NOT_TRADING, f"{pair.symbol} is {pair.status} on the exchange")
    if market.sell_rate >= 1:
        return Park(ParkCause.PRICE, f"a sell fee of {plain(market.sell_rate)} of the proceeds leaves nothing")
    if policy.trailing_bips and now.trail_start is not TrailStart.NOT_NOW:
        trailing = trailing_sell(lot, market, policy, now, quantity)
        if trailing is not None:
            return trailing
    if policy.ladder:
        policy, quantity = next_part(lot, market, policy, now.free_balance, quantity)
    sell, refusals = next_sell(lot, market, policy, now, quantity)
    if not refusals:
        return sell
    most = _largest_notional(refusals)
    if most is None:
        return park_for(refusals, lot, now.now_ms + LOOK_AGAIN_MS)
    part = fitting_part(sell, most, pair)
    if part >= pair.min_quantity:
        return sell_of(lot, market, policy, now, part)
    text = f"the largest order of {plain(most)} {lot.quote} carries {plain(part)} {lot.base}"
    return Park(ParkCause.TOO_SMALL, f"{text}, below the smallest order quantity {plain(pair.min_quantity)}")


def _largest_notional(refusals: Sequence[FilterRefusal]) -> Decimal | None:
    """The most that an order may be worth (quote), if this one is worth more; else None."""
    too_large = (each for each in refusals if each.of == "notional" and each.nearest is not None)
    return next((each.nearest for each in too_large if each.nearest < each.value), None)  # type: ignore[operator]


# SELLs of the lot


def _within_max_sells(lot: Lot, sell: PlaceSell, market: Market, policy: ExitPolicy) -> Decision:
    """The SELL; or, if the lot has as many SELLs as allowed, the cancel of the smallest, to sell both together.

    While the BUY is still being filled, only for a remainder at least as large as that SELL: so a BUY of a thousand
    fills causes few cancels. A lot too large for one order has as many SELLs as it needs.
    """
    if len(lot.orders) < policy.max_sells:
        return sell
    live = [order for order in lot.live_sells if not order.name.is_instructed]
    if len(live) < policy.max_sells:
        return sell
    smallest = min(sold_together(sell, lot, market, policy), key=lambda each: each.open_quantity, default=None)
    if smallest is None:
        return sell
    merged = total((sell.quantity, smallest.open_quantity))
    if _is_too_large(merged, max(sell.price, smallest.price), market.pair):
        return sell
    if lot.buy_ended or sell.quantity >= smallest.open_quantity:
        assert smallest.order_id is not None
        why = "to be sold together with what was bought since"
        return CancelSell(smallest.name, smallest.order_id, why, Cause.TOGETHER)
    return Wait(f"{len(live)} SELLs of it stand on the book, as many as are allowed", WaitUntil.MORE_BOUGHT)


def _is_too_large(quantity: Decimal, price: Decimal, pair: TradePair) -> bool:
    most_quantity, most_notional = pair.size.most, pair.max_notional
    is_too_much = most_quantity and quantity > most_quantity
    return bool(is_too_much or (most_notional and product(quantity, price) > most_notional))
