"""How many records a second the store writes, beside what stands in it already.

A lot is recorded as its keeper does it: bought with its SELL on the book, and once more when it is sold. Each batch is
one transaction, as the records of one message to the Ledger are.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from benchmarks.history.filling import Size
from benchmarks.results import ResultTable, quantile
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderState
from persistence.records import CursorRecord, Entry, lot_entries
from persistence.store import Store

_BATCHES = (1, 10, 100)  # lots
_SECONDS = 5.0
_TRADES = 3


def measure_writes(url: str, size: Size) -> ResultTable:
    columns = ("lots of a batch", "records of a batch", "batches", "median ms", "slowest ms", "records/s")
    table = ResultTable("Writes, each batch one transaction", columns)
    store, number = Store.open(url), 10 * size.lots
    for lots in _BATCHES:
        times: list[float] = []
        records = 0
        while sum(times) < _SECONDS:
            fresh = [_bought(size, number + each) for each in range(lots)]
            number += lots
            for batch in (fresh, [_sold(lot) for lot in fresh]):
                entries = _entries(batch)
                began = time.perf_counter()
                store.record(entries, None)
                times.append(time.perf_counter() - began)
                records += len(entries)
        millis = [each * 1000 for each in times]
        row = (lots, f"{records / len(times):.0f}", len(times), quantile(millis, 0.5), max(millis))
        table.rows.append((*row, records / sum(times)))
    table.rows.append(_counted(store))
    store.close()
    return table


def _counted(store: Store) -> tuple[str | int | float | None, ...]:
    """How many lots a second are counted: beside the records, a hundred at a time."""
    times: list[float] = []
    lots = 0
    while sum(times) < _SECONDS and (not times or lots % 100 == 0):
        began = time.perf_counter()
        lots += store.count_lots(100)
        times.append(time.perf_counter() - began)
    millis = [each * 1000 for each in times]
    return "counted: 100", "100 lots", len(times), quantile(millis, 0.5), max(millis), lots / sum(times)


def _entries(lots: Sequence[Lot]) -> list[Entry]:
    entries = [entry for lot in lots for entry in lot_entries(lot)]
    return [*entries, CursorRecord(lots[-1].symbol, lots[-1].buys[-1].trade_id, lots[-1].opened_ms)]


def _bought(size: Size, number: int) -> Lot:
    symbol, time_ms = size.symbol(number), size.time_ms(number)
    base = symbol.removesuffix("USDT")
    order = SellOrder(
        symbol, SellName(number, 1), Decimal(101), Decimal(3), Decimal(300), OrderState.OPEN, time_ms, 2 * number,
        Decimal(0), time_ms,
    )  # fmt: skip
    buys = tuple(_fills(symbol, number, Side.BUY, time_ms))
    return Lot(symbol, base, "USDT", number, buys=buys, orders=(order,), state=LotState.SELLING, buy_ended=True)


def _sold(lot: Lot) -> Lot:
    (order,) = lot.orders
    sold = replace(order, state=OrderState.FILLED, executed=order.quantity, updated_ms=order.updated_ms + 1)
    sells = tuple(_fills(lot.symbol, lot.buy_order_id, Side.SELL, lot.opened_ms + 1))
    return replace(lot, sells=sells, orders=(sold,), state=LotState.CLOSED)


def _fills(symbol: str, number: int, side: Side, time_ms: int) -> Iterator[Fill]:
    first, order_id = 2 * _TRADES * number + (_TRADES if side is Side.SELL else 0), number
    price, fee = (Decimal(100), Decimal(0)) if side is Side.BUY else (Decimal(101), Decimal("0.101"))
    order_id = number if side is Side.BUY else 2 * number
    for each in range(_TRADES):
        yield Fill(
            symbol, first + each, order_id, side, price, Decimal(1), price, fee, "USDT", time_ms + each, True
        )  # fmt: skip
