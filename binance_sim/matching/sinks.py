"""Sinks: objects that receive everything that happens in the exchange."""

from __future__ import annotations

from dataclasses import dataclass, field

from binance_sim.account.account import TradingAccount
from binance_sim.market.public_trades import AggregateTrade, PublicTrade
from binance_sim.matching.orders import AccountTrade, Order, OrderList, PreventedMatch
from binance_sim.matching.symbol_market import SymbolMarket


@dataclass(frozen=True, slots=True)
class ExecutionEvent:
    """Something that happened to an order: `what` is Binance's execution type. The order is in its new state."""

    order: Order
    what: str
    number: int
    time: int
    trade: AccountTrade | None = None
    match: PreventedMatch | None = None


@dataclass(slots=True)
class TransactionChanges:
    """What one transaction changed."""

    market: SymbolMarket
    time: int
    orders: dict[Order, None] = field(default_factory=dict)
    lists: dict[OrderList, None] = field(default_factory=dict)
    # The accounts whose balances may have changed, and of which assets.
    balances: dict[TradingAccount, dict[str, None]] = field(default_factory=dict)


class Sink:
    """Receives everything at once: executions in order, then balances, then the book. The base class does nothing."""

    def on_execution(self, execution: ExecutionEvent) -> None:
        """Something happened to an account's order."""

    def on_list_status(self, order_list: OrderList, time: int) -> None:
        """An order list began, changed or ended."""

    def on_balances(self, account: TradingAccount, assets: tuple[str, ...], time: int) -> None:
        """Balances may have changed by trading."""

    def on_flow(self, account: TradingAccount, asset: str, change: str, time: int) -> None:
        """A deposit or withdrawal."""

    def on_trades(
        self, market: SymbolMarket, public_trades: list[PublicTrade], aggregates: list[AggregateTrade]
    ) -> None:
        """Public trades of one taker."""

    def on_top(self, market: SymbolMarket) -> None:
        """The best bid or ask changed."""

    def on_transaction_end(self, changes: TransactionChanges) -> None:
        """A transaction ended: its changes can be saved."""

    def on_wipe(self) -> None:
        """All orders and trades were deleted and balances reset."""


class SinkGroup(Sink):
    """Several sinks as one; each receives everything in turn."""

    def __init__(self, *sinks: Sink) -> None:
        self._sinks = sinks

    def on_execution(self, execution: ExecutionEvent) -> None:
        for sink in self._sinks:
            sink.on_execution(execution)

    def on_list_status(self, order_list: OrderList, time: int) -> None:
        for sink in self._sinks:
            sink.on_list_status(order_list, time)

    def on_balances(self, account: TradingAccount, assets: tuple[str, ...], time: int) -> None:
        for sink in self._sinks:
            sink.on_balances(account, assets, time)

    def on_flow(self, account: TradingAccount, asset: str, change: str, time: int) -> None:
        for sink in self._sinks:
            sink.on_flow(account, asset, change, time)

    def on_trades(
        self, market: SymbolMarket, public_trades: list[PublicTrade], aggregates: list[AggregateTrade]
    ) -> None:
        for sink in self._sinks:
            sink.on_trades(market, public_trades, aggregates)

    def on_top(self, market: SymbolMarket) -> None:
        for sink in self._sinks:
            sink.on_top(market)

    def on_transaction_end(self, changes: TransactionChanges) -> None:
        for sink in self._sinks:
            sink.on_transaction_end(changes)

    def on_wipe(self) -> None:
        for sink in self._sinks:
            sink.on_wipe()
