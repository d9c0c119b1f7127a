"""Stop prices and trailing stops: which orders wait, and which trade starts them.

Source: "New order" (trigger order price rules) and "Spot Trailing Stop order FAQ".
"""

from decimal import Decimal

from binance_sim.errors import order_rejection
from binance_sim.matching.orders import NOT_YET, Order
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.matching.tickets import Ticket
from binance_sim.numbers import EXACT

BIPS = Decimal(10_000)


def check_trigger(market: SymbolMarket, ticket: Ticket) -> None:
    """Raises ApiError -2010 for a stop price that the market has already reached."""
    last = market.last_price
    if ticket.is_stop and ticket.stop_price and last is not None and is_reached(ticket, last):
        raise order_rejection("Order would trigger immediately.")


def is_reached(ticket: Ticket, price: Decimal) -> bool:
    """Whether a trade at `price` reaches the stop price."""
    return price >= ticket.stop_price if ticket.triggers_above else price <= ticket.stop_price


def wait_for_price(market: SymbolMarket, order: Order, now: int) -> None:
    """Let an order wait for its stop price; a trailing stop without one follows the market at once.

    Raises ApiError -2010 if the stop price is already reached.
    """
    ticket = order.ticket
    check_trigger(market, ticket)
    market.waiting[order.order_id] = order
    if ticket.trailing_delta and not ticket.stop_price and market.last_price is not None:
        _start_trailing(order, market.last_price, now)


def observe_trade(order: Order, price: Decimal, now: int) -> bool:
    """A waiting order observes a trade; returns whether it starts to work."""
    ticket = order.ticket
    if not ticket.trailing_delta:
        return is_reached(ticket, price)
    if order.trailing_us == NOT_YET:
        if not ticket.stop_price or is_reached(ticket, price):
            _start_trailing(order, price, now)
        return False
    return _follow_price(order, price)


def _start_trailing(order: Order, price: Decimal, now: int) -> None:
    order.trailing_us, order.extreme = now, price


def _follow_price(order: Order, price: Decimal) -> bool:
    """A BUY starts after a rise from the lowest price seen, a SELL after a fall from the highest."""
    delta = Decimal(order.ticket.trailing_delta)
    if order.ticket.buys:
        order.extreme = min(order.extreme, price)
        return EXACT.multiply(price, BIPS) >= EXACT.multiply(order.extreme, BIPS + delta)
    order.extreme = max(order.extreme, price)
    return EXACT.multiply(price, BIPS) <= EXACT.multiply(order.extreme, BIPS - delta)
