"""Keeps what happens while it happens: an order is on file before its reply goes out."""

import asyncio
from collections.abc import Callable, Iterable, Iterator

from binance_sim.account.account import Account
from binance_sim.account.fees import BNB
from binance_sim.api.keys import Keys
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.lists import OrderList
from binance_sim.matching.orders import Order
from binance_sim.matching.sinks import Execution, Sink
from binance_sim.matching.transaction import Transaction
from binance_sim.state import writing
from binance_sim.state.packing import Json
from binance_sim.state.shelf import Shelf, Thing

EVERY_S = 1.0
Hold = Callable[[], Callable[[], None]]


class Keeper(Sink):
    """A sink that puts what it hears into the file, and looks at the rest each second.

    `hold` keeps the accounts' events back until the function that it returns is called: nobody hears of anything that
    is not on file. So this sink has to be told first.
    """

    def __init__(self, shelf: Shelf, exchange: Exchange, keys: Keys, hold: Hold) -> None:
        self._shelf, self._exchange, self._keys, self._hold = shelf, exchange, keys, hold
        self._release: Callable[[], None] | None = None
        self._happened: list[Thing] = []
        self._amended: list[Order] = []
        self._known: dict[tuple[str, str], Json] = {}

    # What happens

    def execution(self, execution: Execution) -> None:
        self._release = self._release or self._hold()
        if execution.trade is not None:
            self._happened.append(writing.trade(execution.trade))
        if execution.match is not None:
            self._happened.append(writing.match(execution.match))
        if execution.what == "REPLACED":
            self._amended.append(execution.order)

    def done(self, tx: Transaction) -> None:
        happened, self._happened = self._happened, []
        self._shelf.put([*happened, *self._of(tx), *self._amendments(), *self._balances(tx.touched.items())])
        if self._release is not None:
            self._release()
            self._release = None

    def _of(self, tx: Transaction) -> Iterator[Thing]:
        """The orders and lists that it touched, with those that share something with them."""
        lists = dict.fromkeys([*tx.lists, *(each.order_list for each in tx.orders if each.order_list is not None)])
        for order in dict.fromkeys([*tx.orders, *members(lists)]):
            yield writing.order(order)
        for whole in lists:
            yield writing.order_list(whole)
        yield writing.desk(tx.desk)
        yield writing.counters(self._exchange)
        for asset in dict.fromkeys((tx.desk.rules.base, tx.desk.rules.quote, BNB)):
            yield writing.ledger(self._exchange.ledger, asset)

    def _amendments(self) -> Iterator[Thing]:
        amended, self._amended = self._amended, []
        for order in amended:
            yield writing.amendment(order.account.blotter(order.rules.name).last_amendment(order))

    @staticmethod
    def _balances(touched: Iterable[tuple[Account, Iterable[str]]]) -> Iterator[Thing]:
        for account, assets in touched:
            yield writing.account(account)
            for asset in assets:
                yield writing.funds(account, asset)

    def flow(self, account: Account, asset: str, change: str, time: int) -> None:
        self._shelf.put(self._balances([(account, (asset,))]))

    def wiped(self) -> None:
        self._shelf.drop(writing.ORDERS, self._all())
        self._known.clear()

    # Everything else

    async def run(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            self.look()

    def look(self) -> None:
        """Put what changed without an order: accounts, keys, prices, statuses, filters, stops that trail."""
        changed = [each for each in self._small() if self._known.get(each[:2]) != each[2]]
        self._known |= {(kind, key): body for kind, key, body in changed}
        self._shelf.drop_missing(writing.KEY, (key.api_key for key in self._keys))
        if changed:
            self._shelf.put(changed)

    def _small(self) -> Iterator[Thing]:
        for account in self._exchange.accounts.values():
            yield from self._balances([(account, tuple(account.funds.free))])
        for key in self._keys:
            yield writing.key(key)
        for desk in self._exchange.desks.values():
            yield writing.desk(desk)
            yield writing.pair(desk)
            for order in desk.waiting.values():
                if order.ticket.trailing_delta:
                    yield writing.order(order)

    def _all(self) -> list[Thing]:
        """What there is besides orders: of a new exchange, or after a wipe."""
        return [*self._small(), writing.counters(self._exchange)]

    def begin(self) -> None:
        """Everything that a new exchange has, or that a new start brought."""
        self._shelf.put(self._all())

    def close(self) -> None:
        """The last look."""
        self.look()
        self._shelf.close()


def members(lists: Iterable[OrderList]) -> Iterator[Order]:
    for whole in lists:
        yield from whole.orders
