"""The filters that new orders must pass, in Decimal (source: "Filters")."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from binance_sim.account.account import TradingAccount
from binance_sim.errors import ApiError, filter_failure
from binance_sim.matching.orders import Order
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.matching.tickets import AT_MARKET, Ticket
from binance_sim.numbers import EXACT, ZERO, decimal_places
from binance_sim.symbols.rules import SymbolRules


def check(market: SymbolMarket, account: TradingAccount, tickets: tuple[Ticket, ...]) -> None:
    """Raises ApiError -1013 for orders that violate a filter, -1111 for too many decimals."""
    reference = market.reference
    for ticket in tickets:
        _check_precision(ticket)
        _check_alone(ticket, reference)
        _check_position(market, account, ticket)
        _check_assets(account, ticket, reference)
    _check_counts(market, account, tickets)


def check_again(market: SymbolMarket, order: Order) -> None:
    """Repeat the checks for a waiting order that begins to work; raises ApiError -1013."""
    ticket = order.ticket
    check_quantity(ticket.rules, order.qty, ticket.kind in AT_MARKET)
    if ticket.limit is not None:
        _check_percent(ticket, market.reference)
    _check_notional(ticket, order.qty, market.reference)


def _check_precision(ticket: Ticket) -> None:
    fields = {
        "quantity": ticket.qty,
        "price": ticket.price,
        "quoteOrderQty": ticket.quote_qty,
        "stopPrice": ticket.stop_price,
        "icebergQty": ticket.iceberg_qty,
    }
    for name, value in fields.items():
        if decimal_places(value) > ticket.rules.places:
            raise ApiError(-1111, f"Parameter '{name}' has too much precision.")


def _check_alone(ticket: Ticket, reference: Decimal | None) -> None:
    """Checks that depend on the order and the market only."""
    if ticket.limit is not None:
        check_price(ticket.rules, ticket.price)
        _check_percent(ticket, reference)
    if ticket.stop_price:
        check_price(ticket.rules, ticket.stop_price)
    if ticket.trailing_delta:
        _check_trailing(ticket)
    if ticket.qty:
        check_quantity(ticket.rules, ticket.qty, ticket.kind in AT_MARKET)
    if ticket.iceberg_qty:
        _check_iceberg(ticket)
    if ticket.qty or ticket.quote_qty:
        _check_notional(ticket, ticket.qty, reference)


def check_price(rules: SymbolRules, price: Decimal) -> None:
    if _outside(price, rules.min_price, rules.max_price) or _off(price, rules.tick):
        raise filter_failure("PRICE_FILTER")


def check_quantity(rules: SymbolRules, qty: Decimal, at_market: bool) -> None:
    """LOT_SIZE for every order, also MARKET_LOT_SIZE for orders at the market; a step of zero means no step."""
    if _outside(qty, rules.min_qty, rules.max_qty) or _off(qty, rules.step):
        raise filter_failure("LOT_SIZE")
    if not at_market:
        return
    if _outside(qty, rules.market_min_qty, rules.market_max_qty) or _off(qty, rules.market_step):
        raise filter_failure("MARKET_LOT_SIZE")


def _check_percent(ticket: Ticket, reference: Decimal | None) -> None:
    rules = ticket.rules
    up, down = (rules.bid_up, rules.bid_down) if ticket.buys else (rules.ask_up, rules.ask_down)
    if reference is not None and _outside(ticket.price, reference * down, reference * up):
        raise filter_failure(rules.percent_filter)


def _check_trailing(ticket: Ticket) -> None:
    least, most = ticket.rules.trailing[:2] if ticket.triggers_above else ticket.rules.trailing[2:]
    if ticket.trailing_delta < least or (most and ticket.trailing_delta > most):
        raise filter_failure("TRAILING_DELTA")


def _check_iceberg(ticket: Ticket) -> None:
    check_quantity(ticket.rules, ticket.iceberg_qty, at_market=False)
    parts = -(-ticket.qty // ticket.iceberg_qty)
    if ticket.rules.iceberg_parts and parts > ticket.rules.iceberg_parts:
        raise filter_failure("ICEBERG_PARTS")


def _check_notional(ticket: Ticket, qty: Decimal, reference: Decimal | None) -> None:
    rules, at_market = ticket.rules, ticket.kind in AT_MARKET
    value = ticket.quote_qty or _worth(ticket, qty, reference)
    least = rules.min_notional if rules.min_to_market or not at_market else ZERO
    most = rules.max_notional if rules.max_to_market or not at_market else ZERO
    if _outside(value, least, most):
        raise filter_failure(rules.notional_filter)


def _worth(ticket: Ticket, qty: Decimal, reference: Decimal | None) -> Decimal:
    """Price times quantity; for orders at the market the price is the reference price."""
    price = (reference or ZERO) if ticket.limit is None else ticket.price
    return EXACT.multiply(price, qty)


def _check_position(market: SymbolMarket, account: TradingAccount, ticket: Ticket) -> None:
    most = ticket.rules.max_position
    if not most or not ticket.buys:
        return
    open_orders = market.blotter(account).open.values()
    coming = sum((order.remaining for order in open_orders if order.ticket.buys), ZERO)
    if account.funds.total(ticket.rules.base) + coming + ticket.qty > most:
        raise filter_failure("MAX_POSITION")


def _check_assets(account: TradingAccount, ticket: Ticket, reference: Decimal | None) -> None:
    worth = ticket.quote_qty or _worth(ticket, ticket.qty, reference)
    for asset, amount in ((ticket.rules.base, ticket.qty), (ticket.rules.quote, worth)):
        if asset in account.limits and amount > account.limits[asset]:
            raise filter_failure("MAX_ASSET")


def _check_counts(market: SymbolMarket, account: TradingAccount, tickets: tuple[Ticket, ...]) -> None:
    rules, open_orders = market.rules, market.blotter(account).open
    if rules.max_orders and len(open_orders) + len(tickets) > rules.max_orders:
        raise filter_failure("MAX_NUM_ORDERS")
    stops = sum(ticket.is_stop for ticket in tickets)
    if rules.max_algo_orders and stops and stops + _stops(open_orders.values()) > rules.max_algo_orders:
        raise filter_failure("MAX_NUM_ALGO_ORDERS")
    icebergs = sum(bool(ticket.iceberg_qty) for ticket in tickets)
    if rules.max_iceberg_orders and icebergs and icebergs + _icebergs(open_orders.values()) > rules.max_iceberg_orders:
        raise filter_failure("MAX_NUM_ICEBERG_ORDERS")


def _stops(orders: Iterable[Order]) -> int:
    return sum(order.ticket.is_stop for order in orders)


def _icebergs(orders: Iterable[Order]) -> int:
    return sum(bool(order.ticket.iceberg_qty) for order in orders)


def _outside(value: Decimal, least: Decimal, most: Decimal) -> bool:
    return bool(value < least or (most and value > most))


def _off(value: Decimal, step: Decimal) -> bool:
    return bool(step and EXACT.remainder(value, step))
