"""One pair's market together with the account's orders and trades there."""

from bisect import insort
from itertools import chain

from lotkeeper.paper.markets import Market
from lotkeeper.paper.orders import Order, Trade
from lotkeeper.paper.symbols import Rules

FIRST_ORDER_ID = 28_000_001


class Desk:
    """The account's orders and trades of one pair. Ids are unique within the pair only, as on the exchange."""

    def __init__(self, rules: Rules) -> None:
        self.market = Market(rules)
        self.orders: dict[int, Order] = {}
        self.trades: list[Trade] = []
        self.by_client: dict[str, Order] = {}
        self.buys: list[Order] = []
        self.sells: list[Order] = []
        self.next_order_id = FIRST_ORDER_ID

    def open_orders(self) -> list[Order]:
        return sorted(chain(self.buys, self.sells), key=lambda order: order.order_id)

    def rest(self, order: Order) -> None:
        insort(self.buys if order.ticket.buys else self.sells, order, key=lambda each: each.rank)

    def leave(self, order: Order) -> None:
        side = self.buys if order.ticket.buys else self.sells
        if order in side:
            side.remove(order)
