"""Placing order lists (source: "Order lists")."""

from dataclasses import dataclass
from decimal import Decimal

from binance_sim.account.account import TradingAccount
from binance_sim.account.reserves import Reserve
from binance_sim.errors import filter_failure, order_rejection
from binance_sim.matching.activate_order import execute_order, new_reserve, plan_order, rest_order, stop_reserve
from binance_sim.matching.liquidity import refill
from binance_sim.matching.orders import Order, OrderList
from binance_sim.matching.place_order import amount_to_lock, check_placement, register_order
from binance_sim.matching.plans import PlanStep
from binance_sim.matching.stop_prices import check_trigger, wait_for_price
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.matching.tickets import STOP_LOSSES, Ticket
from binance_sim.matching.transaction import Transaction

WRONG_PRICES = "The relationship of the prices for the orders is not correct."


@dataclass(frozen=True, slots=True)
class ListTicket:
    """A requested list: an OCO pair (above, below), or a working order with one or two pending orders."""

    client_id: str
    working: Ticket | None
    others: tuple[Ticket, ...]
    pays: bool = False  # an OPO: the pending orders sell what the working order buys

    @property
    def tickets(self) -> tuple[Ticket, ...]:
        return self.others if self.working is None else (self.working, *self.others)

    @property
    def is_pair(self) -> bool:
        return len(self.others) == 2

    @property
    def numbered(self) -> tuple[Ticket, ...]:
        """`others` in the order of their ids and of the answer: the stop loss first, as in every documented example."""
        return tuple(sorted(self.others, key=lambda ticket: ticket.kind not in STOP_LOSSES))


def place_list(tx: Transaction, account: TradingAccount, list_ticket: ListTicket) -> OrderList:
    """Place a list; raises ApiError, with nothing changed, if it is refused."""
    check_placement(tx.market, account, list_ticket.tickets)
    _check_list(tx, account, list_ticket)
    refill(tx)
    return (
        _place_pair(tx, account, list_ticket)
        if list_ticket.working is None
        else _place_working(tx, account, list_ticket)
    )


def _check_list(tx: Transaction, account: TradingAccount, list_ticket: ListTicket) -> None:
    market = tx.market
    running = [each for each in tx.exchange.order_lists(account) if each.is_open]
    names = [ticket.client_id for ticket in list_ticket.tickets]
    if len(set(names)) < len(names) or any(each.client_id == list_ticket.client_id for each in running):
        raise order_rejection("Duplicate order sent.")
    here = sum(each.rules.name == market.name for each in running)
    if market.rules.max_lists and here >= market.rules.max_lists:
        raise filter_failure("MAX_NUM_ORDER_LISTS")
    if list_ticket.working is None:
        _check_prices(market, *list_ticket.others)


def _check_prices(market: SymbolMarket, above: Ticket, below: Ticket) -> None:
    """Check that the market is between the two orders of a pair."""
    last, high, low = market.last_price, _compared_price(above), _compared_price(below)
    if last is not None and ((high and high <= last) or (low and low >= last)):
        raise order_rejection(WRONG_PRICES)
    for ticket in (above, below):
        check_trigger(market, ticket)


def _compared_price(ticket: Ticket) -> Decimal:
    """The price that is compared with the last price (source: "New Order list - OCO", price restrictions).

    Zero for an order that trails from the start.
    """
    has_limit_compared = ticket.kind in ("LIMIT_MAKER", "TAKE_PROFIT_LIMIT")
    return ticket.price if has_limit_compared else ticket.stop_price


def _new_list(tx: Transaction, account: TradingAccount, list_ticket: ListTicket) -> OrderList:
    number = tx.exchange.take_list_id()
    order_list = OrderList(number, tx.market.rules, account, list_ticket.client_id, tx.now, tx.now)
    tx.market.blotter(account).lists[number] = order_list
    order_list.mark_running(tx.now)
    return order_list


def _place_pair(tx: Transaction, account: TradingAccount, list_ticket: ListTicket) -> OrderList:
    """An OCO: both orders share one reserve, because only one of them can trade."""
    plans = [_plan_maker(tx.market, account, ticket) for ticket in list_ticket.others]
    reserve = new_reserve(account, list_ticket.others[0])
    for ticket in list_ticket.others:
        reserve.raise_to(_amount_to_lock(tx.market, ticket))
    reserve.holders = len(plans)
    order_list = _new_list(tx, account, list_ticket)
    order_list.pair = tuple(
        register_order(tx, account, each, reserve, qty=each.qty, order_list=order_list) for each in list_ticket.numbered
    )
    order_list.orders = list(order_list.pair)
    tx.report_list(order_list)
    for order in order_list.pair:
        _begin_leg(tx, order)
    return order_list


def _plan_maker(market: SymbolMarket, account: TradingAccount, ticket: Ticket) -> list[PlanStep]:
    steps = [] if ticket.is_stop else plan_order(market, account, ticket, ticket.qty)
    if ticket.kind == "LIMIT_MAKER" and steps:
        raise order_rejection("Order would immediately match and take.")
    return steps


def _amount_to_lock(market: SymbolMarket, ticket: Ticket) -> Decimal:
    return stop_reserve(market, ticket, ticket.qty) if ticket.is_stop else amount_to_lock(ticket, ticket.qty, [])


def _begin_leg(tx: Transaction, order: Order) -> None:
    if order.ticket.is_stop:
        wait_for_price(tx.market, order, tx.now)
    else:
        order.working_us = tx.now
        rest_order(tx, order)
    tx.report(order, "NEW")


def _place_working(tx: Transaction, account: TradingAccount, list_ticket: ListTicket) -> OrderList:
    """An OTO or OPO: the working order is placed like any other order, the pending orders wait until it is filled."""
    ticket = list_ticket.working
    assert ticket is not None
    steps = _plan_maker(tx.market, account, ticket)
    reserve = new_reserve(account, ticket)
    reserve.raise_to(amount_to_lock(ticket, ticket.qty, steps))
    order_list = _new_list(tx, account, list_ticket)
    working = order_list.working = register_order(tx, account, ticket, reserve, qty=ticket.qty, order_list=order_list)
    order_list.pending = tuple(
        register_order(tx, account, each, new_reserve(account, each), qty=each.qty, order_list=order_list)
        for each in list_ticket.numbered
    )
    order_list.pair = order_list.pending if list_ticket.is_pair else ()
    order_list.orders = [working, *order_list.pending]
    order_list.proceeds = Reserve(account.funds, tx.market.rules.base) if list_ticket.pays else None
    working.working_us = tx.now
    tx.report_list(order_list)
    for order in order_list.orders:
        tx.report(order, "NEW")
    execute_order(tx, working, steps)
    return order_list
