"""Saves the state as it changes: an order is saved before its reply is sent."""

import asyncio
from collections.abc import Callable, Iterable, Iterator

from binance_sim.account.account import TradingAccount
from binance_sim.account.fees import BNB
from binance_sim.api.keys import KeyStore
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.orders import Order, OrderList
from binance_sim.matching.sinks import ExecutionEvent, Sink, TransactionChanges
from binance_sim.state import records
from binance_sim.state.records import Json
from binance_sim.state.state_file import Record, StateFile

EVERY_S = 1.0
HoldEvents = Callable[[], Callable[[], None]]


class Snapshotter(Sink):
    """A sink that saves transactions at once, and other changes each second. It must be the first sink.

    `hold` delays the accounts' events until the function that it returns is called, so that no client learns of
    anything that is not saved.
    """

    def __init__(self, state_file: StateFile, exchange: Exchange, keys: KeyStore, hold: HoldEvents) -> None:
        self._state_file, self._exchange, self._keys, self._hold = state_file, exchange, keys, hold
        self._release: Callable[[], None] | None = None
        self._happened: list[Record] = []
        self._amended: list[Order] = []
        self._known: dict[tuple[str, str], Json] = {}

    def on_execution(self, execution: ExecutionEvent) -> None:
        self._release = self._release or self._hold()
        if execution.trade is not None:
            self._happened.append(records.trade(execution.trade))
        if execution.match is not None:
            self._happened.append(records.match(execution.match))
        if execution.what == "REPLACED":
            self._amended.append(execution.order)

    def on_transaction_end(self, changes: TransactionChanges) -> None:
        happened, self._happened = self._happened, []
        self._state_file.put(
            [*happened, *self._of(changes), *self._amendments(), *self._balances(changes.balances.items())]
        )
        if self._release is not None:
            self._release()
            self._release = None

    def _of(self, changes: TransactionChanges) -> Iterator[Record]:
        """The orders and lists that changed, and all orders of those lists."""
        of_orders = (each.order_list for each in changes.orders if each.order_list is not None)
        lists = dict.fromkeys([*changes.lists, *of_orders])
        for order in dict.fromkeys([*changes.orders, *members(lists)]):
            yield records.order(order)
        for order_list in lists:
            yield records.order_list(order_list)
        yield records.market(changes.market)
        yield records.counters(self._exchange)
        for asset in dict.fromkeys((changes.market.rules.base, changes.market.rules.quote, BNB)):
            yield records.ledger(self._exchange.ledger, asset)

    def _amendments(self) -> Iterator[Record]:
        amended, self._amended = self._amended, []
        for order in amended:
            yield records.amendment(
                self._exchange.markets[order.rules.name].blotter(order.account).last_amendment(order)
            )

    @staticmethod
    def _balances(touched: Iterable[tuple[TradingAccount, Iterable[str]]]) -> Iterator[Record]:
        for account, assets in touched:
            yield records.account(account)
            for asset in assets:
                yield records.funds(account, asset)

    def on_flow(self, account: TradingAccount, asset: str, change: str, time: int) -> None:
        self._state_file.put(self._balances([(account, (asset,))]))

    def on_wipe(self) -> None:
        self._state_file.drop(records.ORDERS, self._all_records())
        self._known.clear()

    async def run(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            self.save_changes()

    def save_changes(self) -> None:
        """Save what changed without a transaction: accounts, keys, prices, statuses, filters, trailing stops."""
        changed = [each for each in self._observed_records() if self._known.get(each[:2]) != each[2]]
        self._known |= {(kind, key): body for kind, key, body in changed}
        self._state_file.drop_missing(records.KEY, (key.api_key for key in self._keys))
        if changed:
            self._state_file.put(changed)

    def _observed_records(self) -> Iterator[Record]:
        for account in self._exchange.accounts.values():
            yield from self._balances([(account, tuple(account.funds.free))])
        for key in self._keys:
            yield records.key(key)
        yield records.wallet(self._exchange.wallet)
        for market in self._exchange.markets.values():
            yield records.market(market)
            yield records.pair(market)
            for order in market.waiting.values():
                if order.ticket.trailing_delta:
                    yield records.order(order)

    def _all_records(self) -> list[Record]:
        """All records besides orders: of a new exchange, or after a wipe."""
        return [*self._observed_records(), records.counters(self._exchange)]

    def save_all(self) -> None:
        """Save everything that a start created."""
        self._state_file.put(self._all_records())

    def close(self) -> None:
        """Save the last changes and close the file."""
        self.save_changes()
        self._state_file.close()


def members(lists: Iterable[OrderList]) -> Iterator[Order]:
    for order_list in lists:
        yield from order_list.orders
