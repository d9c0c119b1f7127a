"""What one request, or one step of the market, does to one pair: gathered, told in order, and ended as a whole."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from types import TracebackType
from typing import TYPE_CHECKING

from binance_sim.account.account import Account
from binance_sim.account.fees import BNB
from binance_sim.market.prints import Print
from binance_sim.matching.lists import OrderList
from binance_sim.matching.orders import Order, PreventedMatch, Trade
from binance_sim.matching.sinks import Execution
from binance_sim.matching.stops import trigger
from binance_sim.matching.working import start_pending

if TYPE_CHECKING:
    from binance_sim.matching.desks import Desk
    from binance_sim.matching.exchange import Exchange


class Transaction:
    """Context manager. Executions are told as they happen; when it is left, what they caused is done first (orders that
    wait for others, stop prices that were reached), then balances and the top of the book are told.

    `now` is one moment for all of it; `ready` are lists whose working order is filled.
    """

    def __init__(self, exchange: Exchange, desk: Desk) -> None:
        self.exchange, self.desk = exchange, desk
        self.now = exchange.clock.us()
        self.ready: deque[OrderList] = deque()
        self.orders: dict[Order, None] = {}
        self.lists: dict[OrderList, None] = {}
        self._accounts: dict[Account, dict[str, None]] = {}
        self._fresh: list[Print] = []
        self._top = desk.book.top()

    def __enter__(self) -> Transaction:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._finish()

    @property
    def market_us(self) -> int:
        """The moment on the public tape: that of the recording in a replay."""
        return self.desk.replayed_us or self.now

    # What happens

    def report(
        self, order: Order, what: str, trade: Trade | None = None, match: PreventedMatch | None = None
    ) -> Execution:
        """Tell what happened to an order; `what` is its execution type."""
        self.exchange.executions += 1 + order.order_id % 3
        execution = Execution(order, what, self.exchange.executions, self.now, trade, match)
        self.touch(order.account, order.rules.base, BNB, order.rules.quote)
        self.orders[order] = None
        self.exchange.sink.execution(execution)
        return execution

    def report_list(self, whole: OrderList) -> None:
        self.lists[whole] = None
        self.exchange.sink.list_status(whole, self.now)

    def touch(self, account: Account, *assets: str) -> None:
        """The account's balances of these assets may have changed."""
        account.updated_us = self.now
        self._accounts.setdefault(account, {}).update(dict.fromkeys(assets))

    def traded(self, prints: list[Print]) -> None:
        """The trades of one taker, in order. In a replay the public does not see them: its tape is the recorded one."""
        self._fresh += prints
        if prints and not self.desk.is_replayed:
            self.exchange.sink.trades(self.desk, prints, self.desk.market.record(prints))

    def recorded(self, trade: Print) -> None:
        """A trade of a recording."""
        self._fresh.append(trade)
        self.exchange.sink.trades(self.desk, [trade], self.desk.market.record([trade]))

    # The end

    def _finish(self) -> None:
        while True:
            while self.ready:
                start_pending(self, self.ready.popleft())
            prints, self._fresh = self._fresh, []
            if not trigger(self, prints) and not self.ready:
                break
        self._tell()

    def _tell(self) -> None:
        sink = self.exchange.sink
        for account, assets in self._accounts.items():
            sink.balances(account, tuple(assets), self.now)
        if self.desk.book.top() != self._top:
            sink.top(self.desk)
        if self._accounts:
            sink.done(self)

    @property
    def touched(self) -> Mapping[Account, Collection[str]]:
        """The accounts whose balances may have changed, and of which assets."""
        return self._accounts
