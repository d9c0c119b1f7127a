"""Placing a new order: checks, acceptance, matching (source: "New order")."""

from decimal import Decimal

from binance_sim.account.account import TradingAccount
from binance_sim.account.reserves import Reserve
from binance_sim.errors import filter_failure, order_rejection
from binance_sim.matching import filters
from binance_sim.matching.activate_order import execute_order, new_reserve, plan_order, stop_reserve
from binance_sim.matching.liquidity import refill
from binance_sim.matching.order_states import ACCEPT, WAIT
from binance_sim.matching.orders import Order, OrderList
from binance_sim.matching.plans import PlanStep, Taker, quantity_for_budget, total_cost
from binance_sim.matching.stop_prices import check_trigger, wait_for_price
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.matching.tickets import Ticket
from binance_sim.matching.transaction import Transaction
from binance_sim.numbers import ATOM, quote_ceiling

NOT_IN_THIS_PHASE = "This order type is not possible in this trading phase."
CLOSED = {"BREAK": "Market is closed.", "END_OF_DAY": "Market is closed."}


def check_placement(market: SymbolMarket, account: TradingAccount, tickets: tuple[Ticket, ...]) -> None:
    """Make all checks that need neither the book nor the balance; raises ApiError."""
    if not market.is_trading:
        raise order_rejection(CLOSED.get(market.status, NOT_IN_THIS_PHASE))
    if not account.can_trade:
        raise order_rejection("This account may not place or cancel orders.")
    filters.check(market, account, tickets)
    account.unfilled.check(len(tickets))
    for ticket in tickets:
        check_duplicate(market, account, ticket)


def check_duplicate(market: SymbolMarket, account: TradingAccount, ticket: Ticket) -> None:
    if market.blotter(account).is_taken(ticket.client_id):
        raise order_rejection("Duplicate order sent.")


def place(tx: Transaction, account: TradingAccount, ticket: Ticket) -> Order:
    """Accept an order, match it, rest or expire the remainder; raises ApiError, with nothing changed, if refused."""
    market = tx.market
    check_placement(market, account, (ticket,))
    if ticket.is_stop:
        return _place_stop(tx, account, ticket)
    refill(tx)
    qty = _quantity(market, account, ticket)
    steps = plan_order(market, account, ticket, qty)
    if ticket.kind == "LIMIT_MAKER" and steps:
        raise order_rejection("Order would immediately match and take.")
    order = accept(tx, account, ticket, qty, amount_to_lock(ticket, qty, steps))
    order.working_us = tx.now
    tx.report(order, "NEW")
    execute_order(tx, order, steps)
    return order


def amount_to_lock(ticket: Ticket, qty: Decimal, steps: list[PlanStep]) -> Decimal:
    """What an order locks when it is accepted: a SELL its quantity, a BUY its largest possible cost."""
    if not ticket.buys:
        return qty
    return total_cost(steps) if ticket.limit is None else quote_ceiling(ticket.price, qty)


def _quantity(market: SymbolMarket, account: TradingAccount, ticket: Ticket) -> Decimal:
    """The requested quantity, or the whole steps that the quote quantity buys."""
    if not ticket.quote_qty:
        return ticket.qty
    side, taker = market.book.opposite(ticket.buys), Taker(account, ticket.buys, None, ticket.stp)
    if side.best() is None:
        raise order_rejection("Order book liquidity is less than symbol minimum quantity.")
    qty = quantity_for_budget(side, taker, ticket.quote_qty, market.rules.step)
    if qty < (market.rules.min_qty or ATOM):
        raise filter_failure("LOT_SIZE")
    return qty


def _place_stop(tx: Transaction, account: TradingAccount, ticket: Ticket) -> Order:
    check_trigger(tx.market, ticket)
    order = accept(tx, account, ticket, ticket.qty, stop_reserve(tx.market, ticket, ticket.qty))
    wait_for_price(tx.market, order, tx.now)
    tx.report(order, "NEW")
    return order


def accept(tx: Transaction, account: TradingAccount, ticket: Ticket, qty: Decimal, amount: Decimal) -> Order:
    """Lock `amount` and register the order; raises ApiError -2010 if the account has too little."""
    reserve = new_reserve(account, ticket)
    reserve.raise_to(amount)
    return register_order(tx, account, ticket, reserve, qty=qty)


def register_order(
    tx: Transaction,
    account: TradingAccount,
    ticket: Ticket,
    reserve: Reserve,
    *,
    qty: Decimal,
    order_list: OrderList | None = None,
) -> Order:
    """Create an order with an id. It is pending if its list has a working order."""
    market = tx.market
    order = Order(ticket, account, market.next_order_id, ticket.client_id, qty, tx.now, tx.now, reserve)
    order.apply(ACCEPT if order_list is None or order_list.working is None else WAIT, tx.now)
    order.order_list = order_list
    market.next_order_id += 1
    market.open_orders += 1
    market.orders[order.order_id] = order
    market.blotter(account).add(order)
    account.unfilled.add()
    return order
