"""Canceling and expiring orders, and what their end means for the other orders of their list."""

from binance_sim.matching.order_states import CANCEL, DONE, EXPIRE, REJECT
from binance_sim.matching.orders import Order, OrderList
from binance_sim.matching.settlement import shrink_reserve
from binance_sim.matching.transaction import Transaction


def close_order(tx: Transaction, order: Order) -> None:
    """Remove a finished order from the book and free its reserve."""
    tx.market.book.side(order.ticket.buys).remove(order)
    tx.market.waiting.pop(order.order_id, None)
    tx.market.open_orders -= 1
    tx.market.blotter(order.account).close(order)
    order.reserve.release_holder()


def expire(tx: Transaction, order: Order, reason: str) -> None:
    """End an open order by a rule of the exchange, and with it the orders that depend on it."""
    _end(tx, order, REJECT if reason == "REJECTED" else EXPIRE, reason)
    end_dependents(tx, order, "OTO_PHASE_ONE_EXPIRED")
    finish_list(tx, order.order_list)


def _end(tx: Transaction, order: Order, what: str, reason: str) -> None:
    order.expiry_reason = reason
    order.apply(what, tx.now)
    close_order(tx, order)
    shrink_reserve(order)
    tx.report(order, "EXPIRED")


def end_dependents(tx: Transaction, order: Order, phase_one: str) -> None:
    """An order of a list ended unfilled: its other leg and its pending orders end too."""
    order_list = order.order_list
    if order_list is None:
        return
    other = order_list.other_leg(order)
    if other is not None and other.is_open:
        _end(tx, other, EXPIRE, "OCO_TRIGGER")
    if order is order_list.working:
        for each in order_list.pending:
            if each.is_open:
                _end(tx, each, EXPIRE, phase_one)
    elif order_list.working is not None and order.filled == 0:
        _end_working_order(tx, order_list)
    release_proceeds(order_list)


def _end_working_order(tx: Transaction, order_list: OrderList) -> None:
    """A pending order that ends before it starts ends the working order too."""
    working = order_list.working
    if working is not None and working.is_open:
        _end(tx, working, EXPIRE, "OTO_PHASE_ONE_EXPIRED")


def release_proceeds(order_list: OrderList) -> None:
    """Free what the working order of an OPO bought, if no pending order is left."""
    if order_list.proceeds is not None and not any(each.is_open for each in order_list.orders):
        order_list.proceeds.release_holder()
        order_list.proceeds = None


def end_other_leg(tx: Transaction, order: Order) -> None:
    """An order of an OCO trades or triggers: the other order expires."""
    order_list = order.order_list
    other = order_list.other_leg(order) if order_list is not None else None
    if other is not None and other.is_open:
        _end(tx, other, EXPIRE, "OCO_TRIGGER")


def finish_list(tx: Transaction, order_list: OrderList | None) -> None:
    """Report the end of a list, once none of its orders is open."""
    if order_list is not None and order_list.is_open and not any(each.is_open for each in order_list.orders):
        order_list.apply(DONE, tx.now)
        tx.report_list(order_list)


def cancel(tx: Transaction, order: Order, cancel_id: str) -> None:
    """Cancel an open order and its whole list. The orders get the client order id of the cancel."""
    order_list = order.order_list
    for each in order_list.orders if order_list is not None else [order]:
        if each.is_open:
            _cancel_one(tx, each, cancel_id)
    if order_list is not None:
        release_proceeds(order_list)
        finish_list(tx, order_list)


def _cancel_one(tx: Transaction, order: Order, cancel_id: str) -> None:
    order.old_client_id = order.client_id
    tx.market.blotter(order.account).rename(order, cancel_id)
    order.apply(CANCEL, tx.now)
    close_order(tx, order)
    tx.report(order, "CANCELED")
