"""The filters that a new order must pass, in Decimal (source: "Filters")."""

from decimal import Decimal

from lotkeeper.paper.errors import ApiError, filter_failure
from lotkeeper.paper.numbers import decimals
from lotkeeper.paper.orders import Ticket
from lotkeeper.paper.symbols import Rules
from lotkeeper.trading.money import EXACT, ZERO


def check(ticket: Ticket, reference: Decimal | None, open_orders: int) -> None:
    """Refuse an order that a filter forbids (-1013), or one that is written too finely (-1111)."""
    rules = ticket.rules
    _precise(ticket)
    if ticket.limit is not None:
        check_price(rules, ticket.price)
        _near(ticket, reference)
    if ticket.qty:
        check_quantity(ticket)
    _notional(ticket, reference)
    if rules.max_orders and open_orders >= rules.max_orders:
        raise filter_failure("MAX_NUM_ORDERS")


def _precise(ticket: Ticket) -> None:
    fields = {"quantity": ticket.qty, "price": ticket.price, "quoteOrderQty": ticket.quote_qty}
    for name, value in fields.items():
        if decimals(value) > ticket.rules.places:
            raise ApiError(-1111, f"Parameter '{name}' has too much precision.")


def check_price(rules: Rules, price: Decimal) -> None:
    if _outside(price, rules.min_price, rules.max_price) or _off(price, rules.tick):
        raise filter_failure("PRICE_FILTER")


def check_quantity(ticket: Ticket) -> None:
    """LOT_SIZE for every order, MARKET_LOT_SIZE on top for MARKET; a step of zero is no step."""
    rules, qty = ticket.rules, ticket.qty
    if _outside(qty, rules.min_qty, rules.max_qty) or _off(qty, rules.step):
        raise filter_failure("LOT_SIZE")
    if ticket.kind != "MARKET":
        return
    if _outside(qty, rules.market_min_qty, rules.market_max_qty) or _off(qty, rules.market_step):
        raise filter_failure("MARKET_LOT_SIZE")


def _near(ticket: Ticket, reference: Decimal | None) -> None:
    rules = ticket.rules
    up, down = (rules.bid_up, rules.bid_down) if ticket.buys else (rules.ask_up, rules.ask_down)
    if reference is not None and _outside(ticket.price, reference * down, reference * up):
        raise filter_failure("PERCENT_PRICE_BY_SIDE")


def _notional(ticket: Ticket, reference: Decimal | None) -> None:
    rules = ticket.rules
    market = ticket.kind == "MARKET"
    price = (reference or ZERO) if market else ticket.price
    value = ticket.quote_qty or EXACT.multiply(price, ticket.qty)
    least = rules.min_notional if rules.min_to_market or not market else ZERO
    most = rules.max_notional if rules.max_to_market or not market else ZERO
    if _outside(value, least, most):
        raise filter_failure("NOTIONAL")


def _outside(value: Decimal, least: Decimal, most: Decimal) -> bool:
    return bool(value < least or (most and value > most))


def _off(value: Decimal, step: Decimal) -> bool:
    return bool(step and EXACT.remainder(value, step))
