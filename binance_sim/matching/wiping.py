"""What a testnet does each month: everything but keys and accounts begins anew."""

from binance_sim.matching.desks import FIRST_ORDER_ID, FIRST_TRADE_ID, Desk
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.ledger import Ledger


def wipe(exchange: Exchange) -> None:
    """Forget orders, lists and trades, restart their ids, give each account what it had at first. Nobody is told."""
    for desk in exchange.desks.values():
        _wipe_desk(desk)
    for account in exchange.accounts.values():
        account.wipe()
    exchange.ledger = Ledger()
    exchange.next_list_id = 0
    exchange.sink.wiped()


def _wipe_desk(desk: Desk) -> None:
    for order in desk.orders.values():
        desk.book.side(order.ticket.buys).remove(order)
    desk.orders.clear()
    desk.waiting.clear()
    desk.open_orders = 0
    desk.next_order_id, desk.next_trade_id, desk.next_match_id = FIRST_ORDER_ID, FIRST_TRADE_ID, 0
