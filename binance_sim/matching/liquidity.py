"""How the market outside moves: its quotes and trades meet the accounts' orders in the book, by price and age."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from binance_sim.market.prints import Print
from binance_sim.matching.desks import Desk
from binance_sim.matching.outside import Quote
from binance_sim.matching.plans import Taker, filled, plan_quantity, plan_through
from binance_sim.matching.taking import take
from binance_sim.numbers import ZERO, quote_amount

if TYPE_CHECKING:
    from binance_sim.matching.transaction import Transaction


def show(tx: Transaction, quote: Quote) -> None:
    """The top of the book outside is now `quote`: orders that it reaches trade, at most what it shows."""
    outside = tx.desk.outside
    outside.withdraw(quote)
    for buys, price, qty in ((True, quote.bid, quote.bid_qty), (False, quote.ask, quote.ask_qty)):
        gone = _arrive(tx, buys, price, outside.missing(buys, price, qty))
        if not _meets(tx.desk, buys, price):
            outside.stand(buys, price, qty - gone)


def _arrive(tx: Transaction, buys: bool, price: Decimal, more: Decimal) -> Decimal:
    """So much comes new to that price; what of it trades at once with orders of the other side."""
    if more <= 0 or not _meets(tx.desk, buys, price):
        return ZERO
    steps = plan_quantity(tx.desk.book.against(buys), Taker(None, buys, price), more)
    take(tx, buys, None, steps)
    return filled(steps)


def refill(tx: Transaction) -> None:
    """Have all of the quote and its ladder stand in the book for the order that comes now: others have filled it up.

    Orders that wait where it cannot stand see it again with the next quote, or a second later.
    """
    outside = tx.desk.outside
    for buys, price, qty in outside.lacking():
        if not _meets(tx.desk, buys, price):
            outside.stand(buys, price, qty)


def deepen(tx: Transaction) -> None:
    """Have the ladder behind the quote stand in the book, for whoever meets or sees it."""
    outside = tx.desk.outside
    for buys, price, qty in outside.behind():
        if not _meets(tx.desk, buys, price):
            outside.stand(buys, price, qty)


def show_again(tx: Transaction) -> None:
    """Fill up what was taken from a quote that still stands."""
    quote = tx.desk.outside.quote
    if quote is not None:
        show(tx, quote)


def _meets(desk: Desk, buys: bool, price: Decimal) -> bool:
    """Whether an order of the other side stands at that price or better."""
    other = desk.book.against(buys).best()
    return other is not None and (other.price <= price if buys else other.price >= price)


def take_outside(tx: Transaction, buys: bool, limit: Decimal, qty: Decimal) -> None:
    """Someone outside takes at most `qty` down (or up) to `limit`."""
    take(tx, buys, None, plan_quantity(tx.desk.book.against(buys), Taker(None, buys, limit), qty))


def pass_through(tx: Transaction, trade: Print) -> None:
    """Someone outside traded at `trade.price`: all who stood better, or as well and earlier, were served.

    Liquidity outside at better prices was not there any more, whatever the last quote said. What no order took was a
    trade between others; it is told under an id of its own, but for a replay, where the recorded trade stands for all.
    """
    desk, buys = tx.desk, not trade.buyer_is_maker
    steps = plan_through(desk.book.against(buys), buys, trade.price, trade.qty)
    take(tx, buys, None, steps)
    left = trade.qty - filled(steps)
    if desk.is_replayed:
        tx.recorded(trade)
    elif left > 0:
        quote = quote_amount(trade.price, left)
        tx.traded([Print(desk.take_trade_id(), trade.price, left, quote, tx.market_us, trade.buyer_is_maker)])
