"""Moves of the external market: its quotes and trades meet the accounts' orders, by price and age."""

from decimal import Decimal

from binance_sim.market.public_trades import PublicTrade
from binance_sim.matching.execute_plan import execute_steps
from binance_sim.matching.external_liquidity import ExternalQuote
from binance_sim.matching.plans import Taker, filled_quantity, plan_external_trade, plan_quantity
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.matching.transaction import Transaction
from binance_sim.numbers import ZERO, quote_amount


def show_quote(tx: Transaction, quote: ExternalQuote) -> None:
    """Set the best external prices: orders that they reach trade, up to the sizes of the quote."""
    external = tx.market.external
    external.withdraw(quote)
    for buys, price, qty in ((True, quote.bid, quote.bid_qty), (False, quote.ask, quote.ask_qty)):
        gone = _arrive(tx, buys, price, external.missing(buys, price, qty))
        if not _meets(tx.market, buys, price):
            external.set_quantity(buys, price, qty - gone)


def _arrive(tx: Transaction, buys: bool, price: Decimal, more: Decimal) -> Decimal:
    """`more` is added at a price; returns how much of it trades at once with orders of the other side."""
    if more <= 0 or not _meets(tx.market, buys, price):
        return ZERO
    steps = plan_quantity(tx.market.book.opposite(buys), Taker(None, buys, price), more)
    execute_steps(tx, buys, None, steps)
    return filled_quantity(steps)


def refill(tx: Transaction) -> None:
    """Restore the external quote and its ladder before a new order, as others would have done.

    Accounts' orders at prices where the quote cannot rest meet it with the next quote, or a second later.
    """
    external = tx.market.external
    for buys, price, qty in external.missing_levels():
        if not _meets(tx.market, buys, price):
            external.set_quantity(buys, price, qty)


def show_whole_book(tx: Transaction) -> None:
    """Put the ladder behind the quote into the book, because it is about to be read or traded with."""
    external = tx.market.external
    for buys, price, qty in external.ladder_levels():
        if not _meets(tx.market, buys, price):
            external.set_quantity(buys, price, qty)


def show_quote_again(tx: Transaction) -> None:
    """Restore the sizes of the current quote after trades."""
    quote = tx.market.external.quote
    if quote is not None:
        show_quote(tx, quote)


def _meets(market: SymbolMarket, buys: bool, price: Decimal) -> bool:
    """Whether an order of the other side rests at this price or better."""
    other = market.book.opposite(buys).best()
    return other is not None and (other.price <= price if buys else other.price >= price)


def take_externally(tx: Transaction, buys: bool, limit: Decimal, qty: Decimal) -> None:
    """Another market participant takes at most `qty` up (or down) to the price `limit`."""
    execute_steps(tx, buys, None, plan_quantity(tx.market.book.opposite(buys), Taker(None, buys, limit), qty))


def fill_by_external_trade(tx: Transaction, trade: PublicTrade) -> None:
    """Others traded at `trade.price`: the accounts' orders at better prices, or earlier at this price, are filled.

    External orders at better prices are ignored: they were gone by then, whatever the last quote said. The quantity
    that no account's order filled is a public trade with its own id; in a replay the recorded trade stands for all.
    """
    market, buys = tx.market, not trade.buyer_is_maker
    steps = plan_external_trade(market.book.opposite(buys), buys, trade.price, trade.qty)
    execute_steps(tx, buys, None, steps)
    left = trade.qty - filled_quantity(steps)
    if market.is_replayed:
        tx.publish_recorded(trade)
    elif left > 0:
        quote = quote_amount(trade.price, left)
        tx.publish_trades(
            [PublicTrade(market.take_trade_id(), trade.price, left, quote, tx.market_us, trade.buyer_is_maker)]
        )
