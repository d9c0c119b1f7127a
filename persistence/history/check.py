"""Whether the tables of a database agree with each other. What is found are sentences for people."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.money import plain, total
from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.reports.profit_entries import ProfitEntry, possible_entries
from lotkeeper.trading.reports.profit_sums import ProfitSum
from persistence.history.balance_check import HeldCoins
from persistence.history.closed_sums import check_closed_sums
from persistence.history.database import HistoryDatabase
from persistence.history.journal_check import check_conditions, check_incidents, check_journal
from persistence.history.lots import lots_of
from persistence.profit_rows import ChangedSums, SumKey, entry_of, sum_of_row

_AT_ONCE = 200  # lots
_NEXT = "SELECT * FROM lots WHERE id > :last ORDER BY id LIMIT :limit"
_OF_NO_LOT = """\
SELECT '{0}' AS what, count(*) AS found, min({1}) AS example FROM {0}
WHERE {1} IS NOT NULL AND {1} NOT IN (SELECT lot_id FROM lots)
"""
_PARTS = (
    ("fills", "lot_id"),
    ("orders", "lot_id"),
    ("fee_values", "lot_id"),
    ("disposals", "lot_id"),
    ("sell_instructions", "lot_id"),
    ("profit_entries", "lot_id"),
    ("carries", "source_lot"),
    ("carries", "target_lot"),
    ("cost_moves", "source_lot"),
    ("cost_moves", "target_lot"),
)
_MISNAMED = """\
SELECT symbol, buy_order_id, generation, lot_id FROM orders
WHERE lot_id <> symbol || '-' || CAST(buy_order_id AS TEXT)
"""
_WITHOUT_CURSOR = """\
SELECT DISTINCT symbol FROM lots WHERE state = 'CLOSED' AND symbol NOT IN (SELECT symbol FROM cursors)
"""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at, and what does not agree."""

    lots: int
    findings: tuple[str, ...]


def check_tables(database: HistoryDatabase) -> Checked:
    """Raises StoreError where the database cannot be read."""
    found = [*_check_whole(database)]
    count, sums, held = 0, ChangedSums(), HeldCoins()
    for lot, row in _lots(database, found):
        count += 1
        held.add(lot)
        found += _check_lot(lot)
        found += _check_entries(database, lot, row, sums)
    found += _check_sums(database, dict(sums.changes()))
    found += check_closed_sums(database)
    found += held.check(database)
    return Checked(count, tuple(found))


def _check_whole(database: HistoryDatabase) -> Iterator[str]:
    yield from database.damages()
    for table, column in _PARTS:
        (row,) = database.rows(_OF_NO_LOT.format(table, column))
        if row.found:
            yield f"{row.found} rows of {table} are of lots that are not there, such as {row.example}"
    for row in database.rows(_MISNAMED):
        name = f"{row.symbol}-{row.buy_order_id}"
        yield f"SELL {row.generation} of {name} is recorded for lot {row.lot_id}"
    for row in database.rows(_WITHOUT_CURSOR):
        yield f"{row.symbol} has closed lots and no cursor: its trades would be read from the beginning of its history"
    yield from check_conditions(database)
    yield from check_journal(database)
    yield from check_incidents(database)


def _lots(database: HistoryDatabase, found: list[str]) -> Iterator[tuple[Lot, Any]]:
    """All lots; those that cannot be read are findings."""
    last = 0
    while rows := database.rows(_NEXT, {"last": last, "limit": _AT_ONCE}):
        last = rows[-1].id
        try:
            yield from zip(lots_of(database, rows), rows, strict=True)
        except (ValueError, ArithmeticError, KeyError, TypeError):
            yield from _one_by_one(database, rows, found)


def _one_by_one(database: HistoryDatabase, rows: Iterable[Any], found: list[str]) -> Iterator[tuple[Lot, Any]]:
    for row in rows:
        try:
            yield next(lots_of(database, [row])), row
        except (ValueError, ArithmeticError, KeyError, TypeError) as error:
            found.append(f"lot {row.lot_id} cannot be read: {error}")


def _check_lot(lot: Lot) -> Iterator[str]:
    own = {number for order in lot.orders for number in order.order_ids}
    for fill in lot.buys:
        if fill.order_id != lot.buy_order_id:
            yield f"lot {lot.lot_id} has trade {fill.trade_id} of another BUY, {fill.order_id}"
    for fill in lot.sells:
        if fill.order_id not in own:
            yield f"lot {lot.lot_id} has trade {fill.trade_id} of a SELL that it does not have, {fill.order_id}"
    for order in lot.orders:
        yield from _check_order(lot, order)
    if lot.remainder < 0:
        yield f"the SELLs of lot {lot.lot_id} cover {plain(-lot.remainder)} {lot.base} more than it has"
    if lot.state is LotState.CLOSED and lot.live_sells:
        yield f"lot {lot.lot_id} is closed, and its SELL {lot.live_sells[0].client_id} is {lot.live_sells[0].state}"


def _check_order(lot: Lot, order: SellOrder) -> Iterator[str]:
    sold = _quantity(fill for fill in lot.sells if fill.order_id in order.order_ids)
    if sold != order.executed and not order.is_live:
        yield (
            f"SELL {order.client_id} of lot {lot.lot_id} has sold {plain(order.executed)} {lot.base}, and its trades "
            f"are of {plain(sold)}"
        )
    if order.executed > order.quantity:
        yield f"SELL {order.client_id} of lot {lot.lot_id} has sold more than it is of"


def _check_entries(database: HistoryDatabase, lot: Lot, row: Any, sums: ChangedSums) -> Iterator[str]:
    """What is not counted yet has its old entries, which stand in the sums."""
    rows = database.rows("SELECT * FROM profit_entries WHERE lot_id = :lot_id", {"lot_id": lot.lot_id})
    stored = [entry_of(each) for each in rows]
    sums.replace((), stored)
    wanted = possible_entries(lot)
    if wanted is None:
        yield f"the records of lot {lot.lot_id} contradict each other: it is in no sum"
    elif row.is_counted and _sorted(wanted) != _sorted(stored):
        yield f"the profit entries of lot {lot.lot_id} are not those of its trades"


def _check_sums(database: HistoryDatabase, expected: dict[SumKey, ProfitSum]) -> Iterator[str]:
    for row in database.stream("SELECT * FROM profit_sums"):
        found = sum_of_row(row)
        if found != expected.pop((row.span, row.period, row.symbol, row.quote), ProfitSum()):
            yield f"the sum of {row.symbol} for the {row.span} {row.period} is not that of its profit entries"
    for span, period, symbol, _ in expected:
        yield f"there is no sum of {symbol} for the {span} {period}, and there are profit entries"


def _sorted(entries: Iterable[ProfitEntry]) -> list[ProfitEntry]:
    return sorted(entries, key=lambda each: (each.kind, each.number))


def _quantity(fills: Iterable[Fill]) -> Decimal:
    return total(fill.quantity for fill in fills)
