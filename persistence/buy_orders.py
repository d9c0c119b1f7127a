"""The BUYs of the account: as the exchange reported them, and as their trades and the open orders show them."""

from decimal import Decimal
from typing import Any

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import total
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.orders.states import FINAL_STATUS
from persistence.entities import Entities
from persistence.order_lists import write_list_of_buy
from persistence.records import BuyRecord, OpenBuysRecord
from persistence.rows import Columns, digits

OPEN_STATES = ("NEW", "PARTIALLY_FILLED")
ENDED = "ENDED"  # how it ended was not reported
FILLED = "FILLED"
PARTIALLY_FILLED = "PARTIALLY_FILLED"
_FINAL = FINAL_STATUS | {ENDED}
_OPEN = "SELECT * FROM buy_orders WHERE symbol = $symbol AND state IN ('NEW', 'PARTIALLY_FILLED')"


def write_buy(entities: Entities, entry: BuyRecord) -> None:
    """A late copy of an older report changes only what never decreases."""
    report = entry.report
    write_list_of_buy(entities, report)
    row = entities.buy_order.get(symbol=report.symbol, order_id=report.order_id)
    if row is None:
        placed_ms = report.time_ms if report.created_ms is None else report.created_ms
        key = {"symbol": report.symbol, "order_id": report.order_id}
        entities.buy_order(**key, placed_ms=placed_ms, executed=digits(report.executed), **_columns(report))
        return
    executed = max(Decimal(row.executed), report.executed)
    is_older = report.time_ms < row.updated_ms or (row.state in FINAL_STATUS and not report.is_final)
    news = {} if is_older and row.client_id else _columns(report)
    _set(row, {**news, "executed": digits(executed)})


def complete_buy(entities: Entities, lot: Lot) -> None:
    """What the trades of a lot tell of its BUY; coins that came without a trade have none."""
    trades = [fill for fill in lot.buys if fill.trade_id >= 0]
    if not trades:
        return
    executed, times = total(fill.quantity for fill in trades), [fill.time_ms for fill in trades]
    row = entities.buy_order.get(symbol=lot.symbol, order_id=lot.buy_order_id)
    if row is None:
        entities.buy_order(
            symbol=lot.symbol,
            order_id=lot.buy_order_id,
            client_id="",
            order_type="",
            price="0",
            quantity=digits(executed),
            executed=digits(executed),
            state=ENDED if lot.buy_ended else PARTIALLY_FILLED,
            placed_ms=min(times),
            updated_ms=max(times),
        )
        return
    executed = max(executed, Decimal(row.executed))
    quantity = max(executed, Decimal(row.quantity))
    state = row.state if row.state in _FINAL or not lot.buy_ended else _end(executed, row)
    _set(row, {"executed": digits(executed), "quantity": digits(quantity), "state": state})


def end_others(entities: Entities, entry: OpenBuysRecord) -> None:
    """Ends those that do not stand on the book any more."""
    for row in entities.buy_order.select_by_sql(_OPEN, {"symbol": entry.symbol}):
        if row.order_id not in entry.order_ids:
            _set(row, {"state": _end(Decimal(row.executed), row)})


def _end(executed: Decimal, row: Any) -> str:
    return FILLED if row.client_id and executed >= Decimal(row.quantity) else ENDED


def _columns(report: OrderReport) -> Columns:
    return {
        "client_id": report.client_id,
        "order_type": report.order_type,
        "price": digits(report.price),
        "quantity": digits(report.quantity),
        "state": report.status,
        "updated_ms": report.time_ms,
    }


def _set(row: Any, columns: Columns) -> None:
    changed = {name: value for name, value in columns.items() if getattr(row, name) != value}
    if changed:
        row.set(**changed)
