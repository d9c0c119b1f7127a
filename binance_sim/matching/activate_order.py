"""An order that becomes active: it takes liquidity, then rests in the book or expires."""

from decimal import Decimal

from binance_sim.account.account import TradingAccount
from binance_sim.account.reserves import Reserve
from binance_sim.errors import ApiError
from binance_sim.matching import filters
from binance_sim.matching.end_order import expire
from binance_sim.matching.execute_plan import execute_steps
from binance_sim.matching.liquidity import refill
from binance_sim.matching.order_states import START
from binance_sim.matching.orders import Order, OrderList
from binance_sim.matching.plans import PlanStep, Taker, filled_quantity, plan_quantity, total_cost
from binance_sim.matching.settlement import required_reserve
from binance_sim.matching.stop_prices import wait_for_price
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.matching.tickets import AT_MARKET, Ticket
from binance_sim.matching.transaction import Transaction
from binance_sim.numbers import ZERO, floor_to, quote_ceiling
from binance_sim.symbols.rules import SymbolRules

REJECTED = "REJECTED"


def plan_order(market: SymbolMarket, account: TradingAccount, ticket: Ticket, qty: Decimal) -> list[PlanStep]:
    """The steps of an order now; none for a FOK order that cannot be filled completely."""
    taker = Taker(account, ticket.buys, ticket.limit, ticket.stp)
    steps = plan_quantity(market.book.opposite(ticket.buys), taker, qty)
    return [] if ticket.tif == "FOK" and filled_quantity(steps) < qty else steps


def execute_order(tx: Transaction, order: Order, steps: list[PlanStep]) -> None:
    """Execute the plan, then rest what is left of a GTC order, or expire what is left of others."""
    execute_steps(tx, order.ticket.buys, order, steps)
    if not order.is_open:
        return
    ticket = order.ticket
    if ticket.kind in AT_MARKET:
        expire(tx, order, "INSUFFICIENT_LIQUIDITY")
    elif ticket.tif == "GTC":
        rest_order(tx, order)
    else:
        reason = "UNFILLED_FOK_ORDER_EXPIRED" if ticket.tif == "FOK" else "UNFILLED_IOC_QUANTITY_EXPIRED"
        expire(tx, order, reason)


def rest_order(tx: Transaction, order: Order) -> None:
    order.shown = order.next_piece()
    tx.market.book.side(order.ticket.buys).add(order)


def activate(tx: Transaction, order: Order) -> None:
    """Start an order that waited for its stop price, or for the working order of its list."""
    order.working_us = tx.now
    tx.market.waiting.pop(order.order_id, None)
    refill(tx)
    steps = plan_order(tx.market, order.account, order.ticket, order.remaining)
    if order.ticket.kind == "LIMIT_MAKER" and steps:
        expire(tx, order, REJECTED)
        return
    try:
        filters.check_again(tx.market, order)
        _fund(order, steps)
    except ApiError:
        expire(tx, order, REJECTED)
        return
    tx.report(order, "NEW")
    execute_order(tx, order, steps)


def _fund(order: Order, steps: list[PlanStep]) -> None:
    """Lock what the order may cost; raises ApiError if the account has too little."""
    market_buy = order.ticket.buys and order.ticket.limit is None
    order.reserve.raise_to(total_cost(steps) if market_buy else required_reserve(order))


def start_pending(tx: Transaction, order_list: OrderList) -> None:
    """The working order of a list is filled: start the pending orders."""
    if order_list.proceeds is not None:
        _assign_proceeds(order_list)
    if len(order_list.pending) == 2:
        _share_reserve(order_list.pending)
    for order in order_list.pending:
        if order.is_pending:
            _start_order(tx, order)
    if order_list.is_open:
        order_list.mark_running(tx.now)
        tx.report_list(order_list)


def _assign_proceeds(order_list: OrderList) -> None:
    """The pending orders of an OPO sell what was bought, as far as the filters allow; the rest is freed."""
    proceeds = order_list.proceeds
    assert proceeds is not None
    at_market = any(order.ticket.kind in AT_MARKET for order in order_list.pending)
    qty = _fit_quantity(order_list.rules, proceeds.amount, at_market)
    for order in order_list.pending:
        order.qty = qty
        order.reserve = proceeds
    proceeds.holders = len(order_list.pending)
    proceeds.shrink_to(qty)
    order_list.proceeds = None


def _fit_quantity(rules: SymbolRules, amount: Decimal, at_market: bool) -> Decimal:
    """At most `amount`, in whole steps and no more than one order may have (LOT_SIZE, MARKET_LOT_SIZE)."""
    limits = [(rules.step, rules.max_qty)]
    if at_market:
        limits.append((rules.market_step, rules.market_max_qty))
    for step, most in limits:
        amount = floor_to(min(amount, most or amount), step)
    return amount


def _share_reserve(pair: tuple[Order, ...]) -> None:
    """Let both orders of a pair share one reserve."""
    first, second = pair
    if first.reserve is not second.reserve:
        second.reserve = first.reserve
        first.reserve.holders = 2


def _start_order(tx: Transaction, order: Order) -> None:
    if order.qty <= ZERO:
        expire(tx, order, REJECTED)
        return
    order.apply(START, tx.now)
    if not order.ticket.is_stop:
        activate(tx, order)
        return
    try:
        filters.check_again(tx.market, order)
        order.reserve.raise_to(stop_reserve(tx.market, order.ticket, order.qty))
        wait_for_price(tx.market, order, tx.now)
    except ApiError:
        expire(tx, order, REJECTED)
        return
    tx.report(order, "NEW")


def stop_reserve(market: SymbolMarket, ticket: Ticket, qty: Decimal) -> Decimal:
    """What a stop order locks while it waits: a BUY at the market locks its quantity at the stop price.

    That is our choice: the exchange does not document how much such an order locks.
    """
    if not ticket.buys:
        return qty
    return quote_ceiling(ticket.price or ticket.stop_price or market.last_price or ZERO, qty)


def new_reserve(account: TradingAccount, ticket: Ticket) -> Reserve:
    return Reserve(account.funds, ticket.spent_asset)
