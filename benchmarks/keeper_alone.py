"""What a fill costs the keeper alone, without processes: calls and processor time from the fill to its SELL.

Calls are the same in each run, whatever else the machine does. To compare two versions run it in both checkouts by
turns: `python -m benchmarks.keeper_alone`, with 40 ms of rest before each fill also `--rest-ms 40`.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import FrameType
from typing import Any

from actors.pair_keeper.core import KeeperCore
from actors.pair_keeper.effects import Effect, Moment, Send
from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import OrderReport
from messages.account import BalanceMoved, OrderReported
from messages.ledger import LotsRecorded, RecordLots
from messages.orders import PlaceSellOrder, SellPlaced
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL
from tests.actors.pair_keeper.bench import at, open_core

_WARM_UP = 0.25  # of the fills are not counted
_ZERO = Decimal(0)


@dataclass
class FillCosts:
    """One entry for each fill; times in microseconds of this thread."""

    to_sell: list[float] = field(default_factory=list)
    after_sell: list[float] = field(default_factory=list)
    balance: list[float] = field(default_factory=list)
    calls: list[float] = field(default_factory=list)  # of Python and C functions, from the fill to its SELL


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="of fills")
    parser.add_argument("--rest-ms", type=float, default=0, help="before each")
    options = parser.parse_args()
    costs = FillCosts()
    for with_calls in (False, True):
        _measure(costs, options.count, options.rest_ms / 1000, with_calls=with_calls)
    show_medians(vars(costs))


def show_medians(costs: Mapping[str, Sequence[float]]) -> None:
    for name, values in costs.items():
        counted = values[int(len(values) * _WARM_UP) :]
        print(f"{name:<12}{statistics.median(counted):>9.1f}")


def _measure(costs: FillCosts, count: int, rest_s: float, *, with_calls: bool) -> None:
    """Counting calls makes all slower, so that is a run of its own."""
    core, held = open_core(), Decimal(0)
    for number in range(count):
        event, now = _bought(number), at(number * 0.05)
        assert event.fill is not None
        held += event.fill.quantity - event.fill.commission
        time.sleep(rest_s)
        effects = core.handle(event, None, now)
        if with_calls:
            order = _counted_sell(effects, costs)
            _confirm(core, effects, now)
        else:
            order = _timed_sell(core, effects, now, costs)
        began = time.thread_time_ns()
        list(core.handle(BalanceMoved("BTC", held, at_ms=event.report.time_ms), None, now))
        if not with_calls:
            costs.balance.append((time.thread_time_ns() - began) / 1000)
        list(core.handle(_placed(order, event), None, now))


def _timed_sell(core: KeeperCore, effects: Iterator[Effect], now: Moment, costs: FillCosts) -> PlaceSellOrder:
    began = time.thread_time_ns()
    order = _next_sell(effects)
    sent = time.thread_time_ns()
    rest = list(effects)
    costs.to_sell.append((sent - began) / 1000)
    costs.after_sell.append((time.thread_time_ns() - sent) / 1000)
    _confirm(core, rest, now)
    return order


def _counted_sell(effects: Iterator[Effect], costs: FillCosts) -> PlaceSellOrder:
    calls = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        order = _next_sell(effects)
    finally:
        sys.setprofile(None)
    costs.calls.append(calls)
    return order


def _next_sell(effects: Iterator[Effect]) -> PlaceSellOrder:
    return next(each.message for each in effects if isinstance(each, Send) and isinstance(each.message, PlaceSellOrder))


def _confirm(core: KeeperCore, effects: Iterable[Effect], now: Moment) -> None:
    """The Ledger has written what the keeper recorded."""
    for each in list(effects):
        if isinstance(each, Send) and isinstance(each.message, RecordLots):
            list(core.handle(LotsRecorded(SYMBOL, each.message.number), None, now))


def _placed(order: PlaceSellOrder, bought: OrderReported) -> SellPlaced:
    """The exchange's reply."""
    report = replace(
        bought.report,
        order_id=bought.report.order_id + 1,
        client_id=order.client_id,
        side=Side.SELL,
        status="NEW",
        price=order.price,
        quantity=order.quantity,
        executed=_ZERO,
        quote_executed=_ZERO,
    )
    return SellPlaced(SYMBOL, order.client_id, report, ())


def _bought(number: int) -> OrderReported:
    """A BUY for 100 USDT with a fee in the coin, so that each lot has dust."""
    order_id, at_ms, price = 7000 + 2 * number, NOW_MS + 50 * number, Decimal(60000) + Decimal(number) / 100
    quantity = (Decimal(100) / price).quantize(Decimal("0.00001"))
    fee = (quantity * Decimal("0.001")).quantize(Decimal("0.00000001"))
    quote = quantity * price
    report = OrderReport(SYMBOL, order_id, "web_1", Side.BUY, "FILLED", _ZERO, quantity, quantity, quote, at_ms)
    fill = Fill(SYMBOL, 101 + number, order_id, Side.BUY, price, quantity, quote, fee, "BTC", at_ms, is_maker=False)
    return OrderReported(report, fill)


if __name__ == "__main__":
    main()
