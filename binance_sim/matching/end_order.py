"""How orders end other than by trading, and what their end means for the rest of their list."""

from binance_sim.matching.order_states import CANCEL, DONE, EXPIRE, REJECT
from binance_sim.matching.orders import Order, OrderList
from binance_sim.matching.settlement import shrink_reserve
from binance_sim.matching.transaction import Transaction


def close_order(tx: Transaction, order: Order) -> None:
    """Take a finished order out of the book and free what it still holds."""
    tx.market.book.side(order.ticket.buys).remove(order)
    tx.market.waiting.pop(order.order_id, None)
    tx.market.open_orders -= 1
    tx.market.blotter(order.account).close(order)
    order.reserve.release_holder()


def expire(tx: Transaction, order: Order, reason: str) -> None:
    """End an open order by a rule of the exchange, and with it what depends on it."""
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
    """An order of a list ended without being filled: so do the other one of its pair and those that wait for it."""
    whole = order.order_list
    if whole is None:
        return
    other = whole.other_leg(order)
    if other is not None and other.is_open:
        _end(tx, other, EXPIRE, "OCO_TRIGGER")
    if order is whole.working:
        for each in whole.pending:
            if each.is_open:
                _end(tx, each, EXPIRE, phase_one)
    elif whole.working is not None and order.filled == 0:
        _end_working_order(tx, whole)
    release_proceeds(whole)


def _end_working_order(tx: Transaction, whole: OrderList) -> None:
    """A pending order that ends before its turn takes the working one along."""
    working = whole.working
    if working is not None and working.is_open:
        _end(tx, working, EXPIRE, "OTO_PHASE_ONE_EXPIRED")


def release_proceeds(whole: OrderList) -> None:
    """Free what an OPO's working order bought, when no order is left that waits for it."""
    if whole.proceeds is not None and not any(each.is_open for each in whole.orders):
        whole.proceeds.release_holder()
        whole.proceeds = None


def end_other_leg(tx: Transaction, order: Order) -> None:
    """An order of an OCO trades or triggers: the other one expires."""
    whole = order.order_list
    other = whole.other_leg(order) if whole is not None else None
    if other is not None and other.is_open:
        _end(tx, other, EXPIRE, "OCO_TRIGGER")


def finish_list(tx: Transaction, whole: OrderList | None) -> None:
    """Say that a list has ended, once none of its orders is open."""
    if whole is not None and whole.is_open and not any(each.is_open for each in whole.orders):
        whole.apply(DONE, tx.now)
        tx.report_list(whole)


def cancel(tx: Transaction, order: Order, cancel_id: str) -> None:
    """Cancel an open order, and with it its whole list; they carry the client order id of the cancel from then on."""
    whole = order.order_list
    for each in whole.orders if whole is not None else [order]:
        if each.is_open:
            _cancel_one(tx, each, cancel_id)
    if whole is not None:
        release_proceeds(whole)
        finish_list(tx, whole)


def _cancel_one(tx: Transaction, order: Order, cancel_id: str) -> None:
    order.old_client_id = order.client_id
    tx.market.blotter(order.account).rename(order, cancel_id)
    order.apply(CANCEL, tx.now)
    close_order(tx, order)
    tx.report(order, "CANCELED")
