"""Who is told what happens in the exchange, and how."""

from __future__ import annotations

from dataclasses import dataclass, field

from binance_sim.account.account import TradingAccount
from binance_sim.market.public_trades import AggregateTrade, PublicTrade
from binance_sim.matching.orders import AccountTrade, Order, OrderList, PreventedMatch
from binance_sim.matching.symbol_market import SymbolMarket


@dataclass(frozen=True, slots=True)
class ExecutionEvent:
    """One thing that happened to an order: `what` is Binance's execution type. The order is as it is now."""

    order: Order
    what: str
    number: int
    time: int
    trade: AccountTrade | None = None
    match: PreventedMatch | None = None


@dataclass(slots=True)
class TransactionChanges:
    """What one transaction changed."""

    desk: SymbolMarket
    time: int
    orders: dict[Order, None] = field(default_factory=dict)
    lists: dict[OrderList, None] = field(default_factory=dict)
    # The accounts whose balances may have changed, and of which assets.
    balances: dict[TradingAccount, dict[str, None]] = field(default_factory=dict)


class Sink:
    """Hears everything at once: executions in their order, then balances, then the book. Does nothing by itself."""

    def execution(self, execution: ExecutionEvent) -> None:
        """Something happened to an account's order."""

    def list_status(self, whole: OrderList, time: int) -> None:
        """An order list began, changed or ended."""

    def balances(self, account: TradingAccount, assets: tuple[str, ...], time: int) -> None:
        """Balances may have changed by trading."""

    def flow(self, account: TradingAccount, asset: str, change: str, time: int) -> None:
        """A deposit or withdrawal."""

    def trades(self, desk: SymbolMarket, prints: list[PublicTrade], aggregates: list[AggregateTrade]) -> None:
        """The public sees the trades of one taker."""

    def top(self, desk: SymbolMarket) -> None:
        """The best bid or ask changed."""

    def done(self, changes: TransactionChanges) -> None:
        """All of that was one thing: what it touched can be kept."""

    def wiped(self) -> None:
        """All orders and trades are gone, balances are those of the beginning."""


class SinkGroup(Sink):
    """Several sinks as one, each told in its turn."""

    def __init__(self, *sinks: Sink) -> None:
        self._sinks = sinks

    def execution(self, execution: ExecutionEvent) -> None:
        for sink in self._sinks:
            sink.execution(execution)

    def list_status(self, whole: OrderList, time: int) -> None:
        for sink in self._sinks:
            sink.list_status(whole, time)

    def balances(self, account: TradingAccount, assets: tuple[str, ...], time: int) -> None:
        for sink in self._sinks:
            sink.balances(account, assets, time)

    def flow(self, account: TradingAccount, asset: str, change: str, time: int) -> None:
        for sink in self._sinks:
            sink.flow(account, asset, change, time)

    def trades(self, desk: SymbolMarket, prints: list[PublicTrade], aggregates: list[AggregateTrade]) -> None:
        for sink in self._sinks:
            sink.trades(desk, prints, aggregates)

    def top(self, desk: SymbolMarket) -> None:
        for sink in self._sinks:
            sink.top(desk)

    def done(self, changes: TransactionChanges) -> None:
        for sink in self._sinks:
            sink.done(changes)

    def wiped(self) -> None:
        for sink in self._sinks:
            sink.wiped()
