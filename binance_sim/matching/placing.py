"""A new order: what can refuse it, its acceptance, and its way into the book (source: "New order")."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from binance_sim.account.account import Account
from binance_sim.account.reserves import Reserve
from binance_sim.errors import filter_failure, rejected
from binance_sim.matching import filters
from binance_sim.matching.desks import Desk
from binance_sim.matching.liquidity import refill
from binance_sim.matching.lists import OrderList
from binance_sim.matching.orders import Order
from binance_sim.matching.plans import Step, Taker, cost, quantity_for
from binance_sim.matching.states import ACCEPT, WAIT
from binance_sim.matching.tickets import Ticket
from binance_sim.matching.waiting import check_trigger, wait_for_price
from binance_sim.matching.working import new_reserve, plan, reserve_for, work
from binance_sim.numbers import ATOM, quote_ceiling

if TYPE_CHECKING:
    from binance_sim.matching.transaction import Transaction

NOT_IN_THIS_PHASE = "This order type is not possible in this trading phase."
CLOSED = {"BREAK": "Market is closed.", "END_OF_DAY": "Market is closed."}


def check(desk: Desk, account: Account, tickets: tuple[Ticket, ...]) -> None:
    """Everything that can refuse orders before the book and the balance are looked at; raises ApiError."""
    if not desk.is_trading:
        raise rejected(CLOSED.get(desk.status, NOT_IN_THIS_PHASE))
    if not account.can_trade:
        raise rejected("This account may not place or cancel orders.")
    filters.check(desk, account, tickets)
    account.unfilled.check()
    for ticket in tickets:
        check_duplicate(desk, account, ticket)


def check_duplicate(desk: Desk, account: Account, ticket: Ticket) -> None:
    if account.blotter(desk.name).is_taken(ticket.client_id):
        raise rejected("Duplicate order sent.")


def place(tx: Transaction, account: Account, ticket: Ticket) -> Order:
    """Take an order in, match it, rest or expire what is left; raises ApiError, with nothing changed, if refused."""
    desk = tx.desk
    check(desk, account, (ticket,))
    if ticket.is_stop:
        return _place_stop(tx, account, ticket)
    refill(tx)
    qty = _quantity(desk, account, ticket)
    steps = plan(desk, account, ticket, qty)
    if ticket.kind == "LIMIT_MAKER" and steps:
        raise rejected("Order would immediately match and take.")
    order = accept(tx, account, ticket, qty, locks(ticket, qty, steps))
    order.working_us = tx.now
    tx.report(order, "NEW")
    work(tx, order, steps)
    return order


def locks(ticket: Ticket, qty: Decimal, steps: list[Step]) -> Decimal:
    """What an order locks when it is accepted: a SELL its quantity, a BUY what it may cost."""
    if not ticket.buys:
        return qty
    return cost(steps) if ticket.limit is None else quote_ceiling(ticket.price, qty)


def _quantity(desk: Desk, account: Account, ticket: Ticket) -> Decimal:
    """The order's quantity: as asked for, or what its quote quantity comes to in whole steps."""
    if not ticket.quote_qty:
        return ticket.qty
    side, taker = desk.book.against(ticket.buys), Taker(account, ticket.buys, None, ticket.stp)
    if side.best() is None:
        raise rejected("Order book liquidity is less than symbol minimum quantity.")
    qty = quantity_for(side, taker, ticket.quote_qty, desk.rules.step)
    if qty < (desk.rules.min_qty or ATOM):
        raise filter_failure("LOT_SIZE")
    return qty


def _place_stop(tx: Transaction, account: Account, ticket: Ticket) -> Order:
    check_trigger(tx.desk, ticket)
    order = accept(tx, account, ticket, ticket.qty, reserve_for(tx.desk, ticket, ticket.qty))
    wait_for_price(tx.desk, order, tx.now)
    tx.report(order, "NEW")
    return order


def accept(tx: Transaction, account: Account, ticket: Ticket, qty: Decimal, amount: Decimal) -> Order:
    """Lock what it costs and give it its number; raises ApiError -2010 where the account has not that much."""
    reserve = new_reserve(account, ticket)
    reserve.grow(amount)
    return enter(tx, account, ticket, reserve, qty=qty)


def enter(
    tx: Transaction, account: Account, ticket: Ticket, reserve: Reserve, *, qty: Decimal, whole: OrderList | None = None
) -> Order:
    """An order that exists from now on. With a working order in its list, its turn comes later."""
    desk = tx.desk
    order = Order(ticket, account, desk.next_order_id, ticket.client_id, qty, tx.now, tx.now, reserve)
    order.goes(ACCEPT if whole is None or whole.working is None else WAIT, tx.now)
    order.order_list = whole
    desk.next_order_id += 1
    desk.open_orders += 1
    desk.orders[order.order_id] = order
    account.blotter(desk.name).add(order)
    account.unfilled.add()
    return order
