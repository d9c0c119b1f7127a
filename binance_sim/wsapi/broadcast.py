"""Events of accounts: to their subscribers, and to the journal as what really happened."""

from collections.abc import Callable
from decimal import Decimal

import orjson

from binance_sim.account.account import TradingAccount
from binance_sim.clock import TimeUnit, microseconds, milliseconds
from binance_sim.journal.writer import Journal
from binance_sim.matching.orders import OrderList
from binance_sim.matching.sinks import ExecutionEvent, Sink
from binance_sim.numbers import format_amount
from binance_sim.wsapi.reports import Json, account_position, balance_update, execution_report, list_status
from binance_sim.wsapi.subscriptions import AccountEvent, UserHub

# The balances are the last event of a transaction.
LAST = "balance"


class Broadcast(Sink):
    """Turns executions and balances into events of the user data stream."""

    def __init__(self, hub: UserHub, journal: Journal) -> None:
        self._hub, self._journal = hub, journal

    def on_execution(self, execution: ExecutionEvent) -> None:
        account = execution.order.account
        self._publish("execution", account, lambda unit: execution_report(execution, unit))

    def on_list_status(self, order_list: OrderList, time: int) -> None:
        self._publish("list", order_list.account, lambda unit: list_status(order_list, time, unit))

    def on_balances(self, account: TradingAccount, assets: tuple[str, ...], time: int) -> None:
        self._publish("balance", account, lambda unit: account_position(account, assets, time, unit))

    def on_flow(self, account: TradingAccount, asset: str, change: str, time: int) -> None:
        written = format_amount(Decimal(change))
        self._publish("flow", account, lambda unit: balance_update(asset, written, time, unit))

    def _publish(self, kind: str, account: TradingAccount, make: Callable[[TimeUnit], Json]) -> None:
        if not self._journal.is_on and not self._hub.has_audience:
            return
        fields = make(milliseconds)
        raw = orjson.dumps(fields)
        raw_us = orjson.dumps(make(microseconds)) if self._hub.wants_microseconds else raw
        self._hub.publish(AccountEvent(account, fields, raw, raw_us, is_last=kind == LAST))
        self._journal.write(kind, account=account.name, body=raw)
