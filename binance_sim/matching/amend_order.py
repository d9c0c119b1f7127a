"""Reducing an open order without losing its place in the book (source: "Order Amend Keep Priority" FAQ)."""

from decimal import Decimal

from binance_sim.errors import amend_rejection
from binance_sim.matching.end_order import expire
from binance_sim.matching.filters import check_quantity
from binance_sim.matching.order_states import AMEND
from binance_sim.matching.orders import Amendment, Order
from binance_sim.matching.settlement import shrink_reserve
from binance_sim.matching.tickets import AT_MARKET
from binance_sim.matching.transaction import Transaction


def amend(tx: Transaction, order: Order, qty: Decimal, client_id: str) -> Amendment:
    """Set a lower quantity; raises ApiError -2038, with nothing changed, if that is not allowed.

    Both orders of an OCO have the same quantity, so the other order is amended too. If the new quantity is already
    filled, the order expires.
    """
    check_amendment(tx, order, qty, client_id)
    pair = order.order_list.pair if order.order_list is not None and order in order.order_list.pair else (order,)
    made = _amend_one(tx, order, qty, client_id)
    for each in pair:
        if each is not order and each.is_open:
            _amend_one(tx, each, qty, each.client_id)
    order_list = order.order_list
    if order_list is not None and client_id != made.old_client_id:
        order_list.mark_renamed(tx.now)
        tx.report_list(order_list)
    if order.is_open and not order.remaining:
        expire(tx, order, "NONE")
    return made


def check_amendment(tx: Transaction, order: Order, qty: Decimal, client_id: str) -> None:
    rules = order.rules
    if not tx.market.rules.allows("amendAllowed"):
        raise amend_rejection("Order amend is not supported for this symbol.")
    if order.order_list is not None and order.order_list.proceeds is not None and order.is_pending:
        raise amend_rejection("Order amend (pending OPO order) is not supported.")
    if qty == order.qty:
        raise amend_rejection("The requested action would change no state; rejecting")
    if qty > order.qty:
        raise amend_rejection("Order amend (quantity increase) is not supported.")
    check_quantity(rules, qty, order.ticket.kind in AT_MARKET)
    if rules.max_amends and order.amends >= rules.max_amends:
        raise amend_rejection("Filter failure: MAX_NUM_ORDER_AMENDS")
    if client_id != order.client_id and tx.market.blotter(order.account).is_taken(client_id):
        raise amend_rejection("Duplicate order sent.")


def _amend_one(tx: Transaction, order: Order, qty: Decimal, client_id: str) -> Amendment:
    old_qty, old_id, blotter = order.qty, order.client_id, tx.market.blotter(order.account)
    order.qty = max(qty, order.filled + order.prevented)
    order.amends += 1
    order.old_client_id = old_id
    blotter.rename(order, client_id)
    order.apply(AMEND, tx.now)
    if order.shown > order.remaining:
        tx.market.book.side(order.ticket.buys).resize(order, order.remaining)
    shrink_reserve(order)
    number = tx.report(order, "REPLACED").number
    made = Amendment(order, number, old_id, client_id, old_qty, order.qty, tx.now)
    blotter.amendments.append(made)
    return made
