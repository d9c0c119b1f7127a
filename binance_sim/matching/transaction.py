"""What one request, or one step of the market, does to one pair: collected, reported in order, and ended as a whole."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Protocol

from binance_sim.account.account import TradingAccount
from binance_sim.account.fees import BNB
from binance_sim.clock import SimulatorClock
from binance_sim.market.public_trades import PublicTrade
from binance_sim.matching.asset_ledger import AssetLedger
from binance_sim.matching.orders import AccountTrade, Order, OrderList, PreventedMatch
from binance_sim.matching.settlement import LastPrices
from binance_sim.matching.sinks import ExecutionEvent, Sink, TransactionChanges
from binance_sim.matching.symbol_market import SymbolMarket


class ExchangeCore(Protocol):
    """What a transaction needs of the exchange that it belongs to."""

    clock: SimulatorClock
    ledger: AssetLedger
    prices: LastPrices
    sink: Sink
    executions: int

    def take_list_id(self) -> int: ...
    def order_lists(self, account: TradingAccount) -> list[OrderList]: ...


class Transaction:
    """Context manager: executions are reported as they happen.

    On exit `run_consequences` does what they caused (pending orders start, stop prices are reached); then balances and
    the top of the book are reported.
    """

    def __init__(
        self, exchange: ExchangeCore, market: SymbolMarket, run_consequences: Callable[[Transaction], None]
    ) -> None:
        self.exchange, self.market = exchange, market
        self.now = exchange.clock.us()  # one moment for everything in it
        self.ready: deque[OrderList] = deque()  # lists whose working order is filled
        self._run_consequences = run_consequences
        self._changes = TransactionChanges(market, self.now)
        self._new_prints: list[PublicTrade] = []
        self._top = market.book.top()

    def __enter__(self) -> Transaction:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run_consequences(self)
        self._report_end()

    @property
    def market_us(self) -> int:
        """The time of public trades: that of the recording in a replay."""
        return self.market.replayed_us or self.now

    def report(
        self, order: Order, what: str, trade: AccountTrade | None = None, match: PreventedMatch | None = None
    ) -> ExecutionEvent:
        """Report what happened to an order; `what` is its execution type."""
        self.exchange.executions += 1 + order.order_id % 3
        execution = ExecutionEvent(order, what, self.exchange.executions, self.now, trade, match)
        self._touch(order.account, order.rules.base, BNB, order.rules.quote)
        self._changes.orders[order] = None
        self.exchange.sink.on_execution(execution)
        return execution

    def report_list(self, order_list: OrderList) -> None:
        self._changes.lists[order_list] = None
        self.exchange.sink.on_list_status(order_list, self.now)

    def _touch(self, account: TradingAccount, *assets: str) -> None:
        """The account's balances of these assets may have changed."""
        account.updated_us = self.now
        self._changes.balances.setdefault(account, {}).update(dict.fromkeys(assets))

    def publish_trades(self, public_trades: list[PublicTrade]) -> None:
        """The trades of one taker, in order. In a replay they are not public: the recorded trades are."""
        self._new_prints += public_trades
        if public_trades and not self.market.is_replayed:
            self.exchange.sink.on_trades(self.market, public_trades, self.market.history.record(public_trades))

    def publish_recorded(self, trade: PublicTrade) -> None:
        """A trade of a recording."""
        self._new_prints.append(trade)
        self.exchange.sink.on_trades(self.market, [trade], self.market.history.record([trade]))

    def take_new_prints(self) -> list[PublicTrade]:
        """The trades since the last call."""
        public_trades, self._new_prints = self._new_prints, []
        return public_trades

    def _report_end(self) -> None:
        sink = self.exchange.sink
        for account, assets in self._changes.balances.items():
            sink.on_balances(account, tuple(assets), self.now)
        if self.market.book.top() != self._top:
            sink.on_top(self.market)
        if self._changes.balances:
            sink.on_transaction_end(self._changes)
