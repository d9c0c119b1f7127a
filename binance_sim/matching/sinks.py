"""Who is told what happens in the exchange, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from binance_sim.account.account import Account
    from binance_sim.market.prints import Aggregate, Print
    from binance_sim.matching.desks import Desk
    from binance_sim.matching.lists import OrderList
    from binance_sim.matching.orders import Order, PreventedMatch, Trade
    from binance_sim.matching.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Execution:
    """One thing that happened to an order: `what` is Binance's execution type. The order is as it is now."""

    order: Order
    what: str
    number: int
    time: int
    trade: Trade | None = None
    match: PreventedMatch | None = None


class Sink:
    """Hears everything at once: executions in their order, then balances, then the book. Does nothing by itself."""

    def execution(self, execution: Execution) -> None:
        """Something happened to an account's order."""

    def list_status(self, whole: OrderList, time: int) -> None:
        """An order list began, changed or ended."""

    def balances(self, account: Account, assets: tuple[str, ...], time: int) -> None:
        """Balances may have changed by trading."""

    def flow(self, account: Account, asset: str, change: str, time: int) -> None:
        """A deposit or withdrawal."""

    def trades(self, desk: Desk, prints: list[Print], aggregates: list[Aggregate]) -> None:
        """The public sees the trades of one taker."""

    def top(self, desk: Desk) -> None:
        """The best bid or ask changed."""

    def done(self, tx: Transaction) -> None:
        """All of that was one thing: what it touched can be kept."""

    def wiped(self) -> None:
        """All orders and trades are gone, balances are those of the beginning."""


class Sinks(Sink):
    """Several sinks as one, each told in its turn."""

    def __init__(self, *sinks: Sink) -> None:
        self._sinks = sinks

    def execution(self, execution: Execution) -> None:
        for sink in self._sinks:
            sink.execution(execution)

    def list_status(self, whole: OrderList, time: int) -> None:
        for sink in self._sinks:
            sink.list_status(whole, time)

    def balances(self, account: Account, assets: tuple[str, ...], time: int) -> None:
        for sink in self._sinks:
            sink.balances(account, assets, time)

    def flow(self, account: Account, asset: str, change: str, time: int) -> None:
        for sink in self._sinks:
            sink.flow(account, asset, change, time)

    def trades(self, desk: Desk, prints: list[Print], aggregates: list[Aggregate]) -> None:
        for sink in self._sinks:
            sink.trades(desk, prints, aggregates)

    def top(self, desk: Desk) -> None:
        for sink in self._sinks:
            sink.top(desk)

    def done(self, tx: Transaction) -> None:
        for sink in self._sinks:
            sink.done(tx)

    def wiped(self) -> None:
        for sink in self._sinks:
            sink.wiped()
