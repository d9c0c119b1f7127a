"""SELLs that the exchange refused, or ended before they sold anything, one after the other: setbacks.

A lot that cannot be sold for months keeps the newest of them. The generations tell how many there were: the attempts
between two SELLs that are kept were setbacks, too.
"""

from collections.abc import Iterator
from itertools import pairwise

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.replacing import replace

_KEPT_MS = 600_000  # by then no report of such a SELL can come any more
_SETBACKS = (OrderState.REFUSED, OrderState.EXPIRED)


def setbacks(lot: Lot) -> int:
    """How many SELLs in a row, up to the newest, were refused, or ended by the exchange before they sold anything."""
    count = 0
    for order, stands_for in _attempts(lot):
        if order.trail is not None and order.state is OrderState.REFUSED:
            continue  # the lot is sold in another way at once
        if not is_setback(order):
            break
        count += stands_for
    return count


def is_setback(order: SellOrder) -> bool:
    """Whether it was refused, or ended by the exchange before it sold anything."""
    return not order.executed and order.state in _SETBACKS


def newest_attempt(lot: Lot) -> SellOrder | None:
    """The newest SELL that the exchange was asked for."""
    return next((order for order, _ in _attempts(lot)), None)


def attempted_ms(order: SellOrder) -> int:
    """When an attempt was made or refused, by our clock: when it ended on the book says the exchange's clock alone."""
    return order.updated_ms if order.state is OrderState.REFUSED else order.sent_ms


def without_old_setbacks(lot: Lot) -> Lot:
    """The lot without the setbacks that newer ones stand for."""
    if len(lot.orders) < 3:
        return lot
    latest_ms = attempted_ms(lot.orders[-1]) - _KEPT_MS
    old = {order.name for order, following in pairwise(lot.orders) if _may_go(order, following, latest_ms)}
    return replace(lot, orders=tuple(each for each in lot.orders if each.name not in old)) if old else lot


def lacks_attempts(lot: Lot) -> bool:
    """Whether setbacks of it are not kept."""
    return any(stands_for > 1 for _, stands_for in _attempts(lot))


def is_old_setback(lot: Lot, generation: int) -> bool:
    """Whether the SELL of this generation is a setback that is not kept."""
    return any(
        0 < order.name.generation - generation < stands_for
        for order, stands_for in (_attempts(lot) if lot.orders else ())
    )


def _attempts(lot: Lot) -> Iterator[tuple[SellOrder, int]]:
    """The SELLs, the newest first, and how many attempts each stands for. One that was not sent is none."""
    earlier = (0, *(order.name.generation for order in lot.orders))
    for order, before in zip(reversed(lot.orders), reversed(earlier[:-1]), strict=True):
        if order.state is OrderState.NOT_SENT:
            continue
        # Of a SELL that was found on the exchange, nobody knows whether there were others before it.
        stands_for_more = order.state in _SETBACKS and not order.executed and not order.was_found
        yield order, order.name.generation - before if stands_for_more else 1


def _may_go(order: SellOrder, following: SellOrder, latest_ms: int) -> bool:
    """Whether it is a setback of long ago, and the next one is a setback, too."""
    return _may_be_dropped(order) and _may_be_dropped(following) and attempted_ms(order) < latest_ms


def _may_be_dropped(order: SellOrder) -> bool:
    """A refused SELL that has an order id was on the book after all. One that was found there is kept for its price."""
    if order.was_found:
        return False
    is_refused = order.state is OrderState.REFUSED and not order.order_ids
    return not order.executed and (is_refused or order.state is OrderState.EXPIRED)
