"""What trades cause: pending orders of a list start, and orders whose stop price was reached begin to work."""

from binance_sim.market.public_trades import PublicTrade
from binance_sim.matching.activate_order import activate, start_pending
from binance_sim.matching.end_order import end_other_leg
from binance_sim.matching.order_states import TRIGGER
from binance_sim.matching.orders import Order
from binance_sim.matching.stop_prices import observe_trade
from binance_sim.matching.transaction import Transaction


def run_consequences(tx: Transaction) -> None:
    """Repeat until nothing more happens: what begins to work may trade, and its trades may cause more."""
    while True:
        while tx.ready:
            start_pending(tx, tx.ready.popleft())
        if not trigger(tx, tx.take_new_prints()) and not tx.ready:
            return


def trigger(tx: Transaction, public_trades: list[PublicTrade]) -> bool:
    """Start the waiting orders whose stop price the trades reached, by the age of trade and order.

    Returns whether any started.
    """
    waiting = tx.market.waiting
    if not public_trades or not waiting:
        return False
    due = _due(tx, public_trades)
    for order in due:
        if order.is_waiting:
            _trigger_order(tx, order)
    return bool(due)


def _due(tx: Transaction, public_trades: list[PublicTrade]) -> list[Order]:
    due: dict[Order, None] = {}
    for each in public_trades:
        for order in tx.market.waiting.values():
            if order not in due and observe_trade(order, each.price, tx.now):
                due[order] = None
    return list(due)


def _trigger_order(tx: Transaction, order: Order) -> None:
    """Start an order whose stop price was reached. It ends the other leg of its OCO first."""
    end_other_leg(tx, order)
    order.apply(TRIGGER, tx.now)
    activate(tx, order)
