"""After trades: which waiting orders begin to work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from binance_sim.market.prints import Print
from binance_sim.matching.ending import end_pair
from binance_sim.matching.orders import Order
from binance_sim.matching.states import TRIGGER
from binance_sim.matching.waiting import sees
from binance_sim.matching.working import begin

if TYPE_CHECKING:
    from binance_sim.matching.transaction import Transaction


def trigger(tx: Transaction, prints: list[Print]) -> bool:
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


def _due(tx: Transaction, prints: list[Print]) -> list[Order]:
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
