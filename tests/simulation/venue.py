"""The exchange of the simulation: the embedded exchange's matching with one account, in virtual time, without sockets.

It keeps every version of each order, so that a query can be answered as by a database that lags behind.
"""

from bisect import bisect_right
from collections.abc import Callable
from decimal import Decimal as D
from typing import Any

from binance_sim.account.fees import FeeSchedule, standard_fees
from binance_sim.api.shapes import orders as shapes
from binance_sim.clock import FixedClock, milliseconds
from binance_sim.market.public_trades import PublicTrade
from binance_sim.matching.end_order import cancel, expire
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.external_liquidity import ExternalQuote
from binance_sim.matching.orders import Order
from binance_sim.matching.place_order import place
from binance_sim.matching.sinks import ExecutionEvent, Sink, TransactionChanges
from binance_sim.matching.tickets import Ticket
from binance_sim.symbols.catalogue import default_document
from binance_sim.symbols.rules import SymbolRules, rules_of

SYMBOL, BASE = "SOLUSDT", "SOL"
BNB_SYMBOL, BNB_BID = "BNBUSDT", D(600)
START_PRICE = D(150)
RULES = {name: rules_of(default_document(name)) for name in (SYMBOL, BNB_SYMBOL)}
Json = dict[str, Any]


class Venue(Sink):
    """`on_event` is called with every execution."""

    def __init__(
        self,
        start_ms: int,
        spare: D,
        fees: FeeSchedule,
        on_event: Callable[[ExecutionEvent], None],
        *,
        rules: SymbolRules = RULES[SYMBOL],
        orders_in_10_s: int = 0,
    ) -> None:
        """`orders_in_10_s` limits the orders of the account; 0: no limit."""
        self.clock = FixedClock(now_us=start_ms * 1000)
        self.exchange = Exchange({**RULES, SYMBOL: rules}, self.clock)
        funds = {"USDT": D(10_000_000), BASE: spare, "BNB": D(50)}
        self.account = self.exchange.open_account("main", funds, fees, (orders_in_10_s, 0))
        self.exchange.sink = self
        self._on_event = on_event
        self._versions: dict[tuple[str, int], tuple[list[int], list[Json]]] = {}  # by symbol and order id
        self._quotes = 0
        self.is_lively = False  # whether others trade at each price
        self.on_quote: Callable[[D], None] | None = None  # is told each best bid
        self.price = self.lowest = START_PRICE
        self.quote(START_PRICE, D(50))
        self.exchange.show_quote(BNB_SYMBOL, ExternalQuote(BNB_BID, D(100), BNB_BID + 1, D(100), 1))

    @property
    def desk(self) -> Any:
        return self.exchange.markets[SYMBOL]

    @property
    def blotter(self) -> Any:
        return self.desk.blotter(self.account)

    @property
    def orders(self) -> dict[int, Order]:
        """All of the pair, by id, in the order in which they came."""
        return self.blotter.orders  # type: ignore[no-any-return]

    def on_execution(self, execution: ExecutionEvent) -> None:
        self._on_event(execution)

    def on_transaction_end(self, changes: TransactionChanges) -> None:
        for order in changes.orders:
            key = (order.rules.name, order.order_id)
            times, versions = self._versions.setdefault(key, ([], []))
            times.append(changes.time)
            versions.append(shapes.order_row(order, milliseconds))

    # Earlier versions

    def order_as_of(self, order_id: int, us: int, symbol: str = SYMBOL) -> Json | None:
        """The order as a query showed it at that time; None if it did not exist yet."""
        times, versions = self._versions[symbol, order_id]
        place = bisect_right(times, us)
        return versions[place - 1] if place else None

    def open_as_of(self, us: int) -> list[Json]:
        found = (self.order_as_of(order_id, us) for symbol, order_id in self._versions if symbol == SYMBOL)
        return [each for each in found if each and each["status"] in ("NEW", "PARTIALLY_FILLED", "PENDING_NEW")]

    # The market and the trader

    def quote(self, bid: D, size: D) -> None:
        self._quotes += 1
        self.price, self.lowest = bid, min(getattr(self, "lowest", bid), bid)
        self.exchange.show_quote(SYMBOL, ExternalQuote(bid, size, bid + D("0.02"), size, self._quotes))
        if self.is_lively or self.has_waiting_orders:
            self.trade_among_others()
        if self.on_quote is not None:
            self.on_quote(bid)

    @property
    def has_waiting_orders(self) -> bool:
        """Whether an order of the pair follows the price, or waits for it: only trades move such orders."""
        return bool(self.desk.waiting)

    def trade_among_others(self) -> None:
        """Others trade at the best bid, which stays."""
        price = self.price
        trade = PublicTrade(0, price, D("0.001"), price * D("0.001"), self.clock.us(), buyer_is_maker=True)
        self.exchange.apply_external_trade(SYMBOL, trade)

    def order(self, side: str, kind: str, quantity: D, price: D = D(0), name: str = "web") -> Order:
        """Places an order of the trader's own; raises ApiError."""
        more = {} if kind == "MARKET" else {"price": price}
        ticket = Ticket(RULES[SYMBOL], side, kind, "GTC", name, qty=quantity, stp="EXPIRE_MAKER", **more)
        with self.exchange.transaction(self.desk) as tx:
            return place(tx, self.account, ticket)

    def cancel(self, order: Order, name: str) -> None:
        with self.exchange.transaction(self.desk) as tx:
            cancel(tx, order, name)

    def maintenance(self) -> None:
        """The exchange ends every open order of the pair."""
        with self.exchange.transaction(self.desk) as tx:
            for order in list(self.orders.values()):
                if order.is_open:  # the other order of its list has ended it
                    expire(tx, order, "EXCHANGE_CANCELED")

    def open_orders(self, side: str) -> list[Order]:
        return [each for each in self.blotter.open.values() if each.ticket.side == side]

    def balance(self) -> D:
        """The free quantity of the pair's coin."""
        return self.account.funds.free[BASE]

    def held(self) -> D:
        """The whole quantity of the coin, including what open orders lock."""
        return self.account.funds.free[BASE] + self.account.funds.locked.get(BASE, D(0))


def fees_of(kind: str) -> FeeSchedule:
    """The account pays fees out of what it receives, or in BNB."""
    return standard_fees(D("0.001"), D("0.001"), kind == "BNB")
