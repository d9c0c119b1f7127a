"""Placing order lists (source: "Order lists"): what is asked for, what refuses it, and how it begins."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from binance_sim.account.account import Account
from binance_sim.account.reserves import Reserve
from binance_sim.errors import filter_failure, rejected
from binance_sim.matching.desks import Desk
from binance_sim.matching.liquidity import refill
from binance_sim.matching.lists import OrderList
from binance_sim.matching.orders import Order
from binance_sim.matching.placing import check, enter, locks
from binance_sim.matching.plans import Step
from binance_sim.matching.tickets import Ticket
from binance_sim.matching.waiting import wait_for_price
from binance_sim.matching.working import new_reserve, plan, reserve_for, rest, work

if TYPE_CHECKING:
    from binance_sim.matching.transaction import Transaction

WRONG_PRICES = "The relationship of the prices for the orders is not correct."


@dataclass(frozen=True, slots=True)
class ListTicket:
    """A list as asked for: a pair (above, below), a working order, or a working order with one or two pending."""

    client_id: str
    working: Ticket | None
    others: tuple[Ticket, ...]
    pays: bool = False

    @property
    def tickets(self) -> tuple[Ticket, ...]:
        return self.others if self.working is None else (self.working, *self.others)

    @property
    def is_pair(self) -> bool:
        return len(self.others) == 2


def place_list(tx: Transaction, account: Account, wanted: ListTicket) -> OrderList:
    """Take a list in; raises ApiError, with nothing changed, if it is refused."""
    check(tx.desk, account, wanted.tickets)
    _check_list(tx.desk, account, wanted)
    refill(tx)
    return _place_pair(tx, account, wanted) if wanted.working is None else _place_working(tx, account, wanted)


def _check_list(desk: Desk, account: Account, wanted: ListTicket) -> None:
    running = [each for each in account.lists.values() if each.is_open]
    names = [ticket.client_id for ticket in wanted.tickets]
    if len(set(names)) < len(names) or any(each.client_id == wanted.client_id for each in running):
        raise rejected("Duplicate order sent.")
    here = sum(each.rules.name == desk.name for each in running)
    if desk.rules.max_lists and here >= desk.rules.max_lists:
        raise filter_failure("MAX_NUM_ORDER_LISTS")
    if wanted.working is None:
        _check_prices(desk, *wanted.others)


def _check_prices(desk: Desk, above: Ticket, below: Ticket) -> None:
    """The market lies between the two orders of a pair."""
    last, high, low = desk.last_price, _turning_price(above), _turning_price(below)
    if last is not None and ((high and high <= last) or (low and low >= last)):
        raise rejected(WRONG_PRICES)


def _turning_price(ticket: Ticket) -> Decimal:
    """Where an order of a pair comes into play; zero for one that trails from the start."""
    return ticket.stop_price if ticket.is_stop else ticket.price


def _new_list(tx: Transaction, account: Account, wanted: ListTicket) -> OrderList:
    number = tx.exchange.take_list_id()
    whole = OrderList(number, tx.desk.rules, account, wanted.client_id, tx.now, tx.now)
    account.lists[number] = whole
    whole.runs(tx.now)
    return whole


def _place_pair(tx: Transaction, account: Account, wanted: ListTicket) -> OrderList:
    """An OCO: both orders hold one reserve, for only one of them can trade."""
    plans = [_plan_maker(tx.desk, account, ticket) for ticket in wanted.others]
    reserve = new_reserve(account, wanted.others[0])
    for ticket in wanted.others:
        reserve.grow(_locks(tx.desk, ticket))
    reserve.holders = len(plans)
    whole = _new_list(tx, account, wanted)
    whole.pair = tuple(enter(tx, account, each, reserve, qty=each.qty, whole=whole) for each in wanted.others)
    whole.orders = list(whole.pair)
    tx.report_list(whole)
    for order in whole.pair:
        _begin_leg(tx, order)
    return whole


def _plan_maker(desk: Desk, account: Account, ticket: Ticket) -> list[Step]:
    steps = [] if ticket.is_stop else plan(desk, account, ticket, ticket.qty)
    if ticket.kind == "LIMIT_MAKER" and steps:
        raise rejected("Order would immediately match and take.")
    return steps


def _locks(desk: Desk, ticket: Ticket) -> Decimal:
    return reserve_for(desk, ticket, ticket.qty) if ticket.is_stop else locks(ticket, ticket.qty, [])


def _begin_leg(tx: Transaction, order: Order) -> None:
    if order.ticket.is_stop:
        wait_for_price(tx.desk, order, tx.now)
    else:
        order.working_us = tx.now
        rest(tx, order)
    tx.report(order, "NEW")


def _place_working(tx: Transaction, account: Account, wanted: ListTicket) -> OrderList:
    """An OTO, or an OPO: the working order is placed like any other, the rest waits for it to be filled."""
    ticket = wanted.working
    assert ticket is not None
    steps = _plan_maker(tx.desk, account, ticket)
    reserve = new_reserve(account, ticket)
    reserve.grow(locks(ticket, ticket.qty, steps))
    whole = _new_list(tx, account, wanted)
    working = whole.working = enter(tx, account, ticket, reserve, qty=ticket.qty, whole=whole)
    whole.pending = tuple(
        enter(tx, account, each, new_reserve(account, each), qty=each.qty, whole=whole) for each in wanted.others
    )
    whole.pair = whole.pending if wanted.is_pair else ()
    whole.orders = [working, *whole.pending]
    whole.proceeds = Reserve(account.funds, tx.desk.rules.base) if wanted.pays else None
    working.working_us = tx.now
    tx.report_list(whole)
    for order in whole.orders:
        tx.report(order, "NEW")
    work(tx, working, steps)
    return whole
