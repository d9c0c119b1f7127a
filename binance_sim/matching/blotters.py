"""An account's orders and trades of one pair."""

from binance_sim.matching.orders import AccountTrade, Amendment, Order, OrderList, PreventedMatch


class Blotter:
    """An account's orders by id and by client order id, the open ones, and its trades, amendments and order lists."""

    def __init__(self) -> None:
        self.orders: dict[int, Order] = {}
        self.by_client: dict[str, Order] = {}
        self.open: dict[int, Order] = {}
        self.trades: list[AccountTrade] = []
        self.prevented: list[PreventedMatch] = []
        self.amendments: list[Amendment] = []
        self.lists: dict[int, OrderList] = {}

    def add(self, order: Order) -> None:
        self.orders[order.order_id] = self.open[order.order_id] = order
        self.by_client[order.client_id] = order

    def restore(self, order: Order) -> None:
        """Add an order of an earlier process, after all older orders. Its amendments must be known already."""
        self.orders[order.order_id] = order
        if order.is_open:
            self.open[order.order_id] = order
        later = (each.new_client_id for each in self.amendments if each.order is order)
        for client_id in (order.ticket.client_id, *later, order.client_id):
            self.by_client[client_id] = order

    def last_amendment(self, order: Order) -> Amendment:
        return next(each for each in reversed(self.amendments) if each.order is order)

    def rename(self, order: Order, client_id: str) -> None:
        """Give the order another client order id. It is still found by its earlier ids."""
        order.client_id = client_id
        self.by_client[client_id] = order

    def close(self, order: Order) -> None:
        self.open.pop(order.order_id, None)

    def is_taken(self, client_id: str) -> bool:
        """Whether an open order has this client order id now."""
        known = self.by_client.get(client_id)
        return known is not None and known.is_open and known.client_id == client_id
