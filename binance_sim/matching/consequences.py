"""What trades cause: pending orders of a list start, and orders whose stop price was reached begin to work."""

from binance_sim.market.public_trades import PublicTrade
from binance_sim.matching.activate_order import begin, start_pending
from binance_sim.matching.end_order import end_pair
from binance_sim.matching.order_states import TRIGGER
from binance_sim.matching.orders import Order
from binance_sim.matching.stop_prices import sees
from binance_sim.matching.transaction import Transaction


def run_consequences(tx: Transaction) -> None:
    """Repeat until nothing more happens: what begins to work may trade, and its trades may cause more."""
    while True:
        while tx.ready:
            start_pending(tx, tx.ready.popleft())
        if not trigger(tx, tx.take_new_prints()) and not tx.ready:
            return


def trigger(tx: Transaction, prints: list[PublicTrade]) -> bool:
    """Show the trades to the orders that wait; those whose price came work, the oldest trade and order first.

    Returns whether any did: their own trades may make others work.
    """
    waiting = tx.desk.waiting
    if not prints or not waiting:
        return False
    due = _due(tx, prints)
    for order in due:
        if order.is_waiting:
            _begin(tx, order)
    return bool(due)


def _due(tx: Transaction, prints: list[PublicTrade]) -> list[Order]:
    due: dict[Order, None] = {}
    for each in prints:
        for order in tx.desk.waiting.values():
            if order not in due and sees(order, each.price, tx.now):
                due[order] = None
    return list(due)


def _begin(tx: Transaction, order: Order) -> None:
    """The stop price of an OCO's order ends the other one first."""
    end_pair(tx, order)
    order.goes(TRIGGER, tx.now)
    begin(tx, order)
