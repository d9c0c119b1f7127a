"""The trades of lots, the newest first."""

from dataclasses import dataclass

from lotkeeper.trading.orders.fills import Fill
from persistence.history.database import HistoryDatabase
from persistence.history.wanted import Wanted, parts_of_key, where
from persistence.rows import fill_of

_OF_LOT = "FROM lots WHERE lots.lot_id = fills.lot_id"
_COLUMNS = f"fills.*, (SELECT base {_OF_LOT}) AS base, (SELECT quote {_OF_LOT}) AS quote"


@dataclass(frozen=True, slots=True)
class PastFill:
    """A trade and the lot that it belongs to, with the lot's assets (None where the lot is not recorded)."""

    fill: Fill
    lot_id: str | None
    base: str | None = None
    quote: str | None = None

    @property
    def key(self) -> str:
        fill = self.fill
        return f"{fill.time_ms}/{fill.symbol}/{fill.trade_id}/{fill.side}"


def read_fills(database: HistoryDatabase, wanted: Wanted) -> list[PastFill]:
    """One page. Raises StoreError, and UnknownKeyError for a key of another list."""
    found = where(wanted, "time_ms")
    if wanted.before:
        time_ms, symbol, trade_id, side = parts_of_key(wanted.before, (int, str, int, str))
        found.add("time_ms <= :time_ms", time_ms=time_ms)  # this finds the place in the index, the next the row
        found.add(
            "(time_ms, symbol, trade_id, side) < (:time_ms, :symbol_before, :trade_id, :side)",
            symbol_before=symbol,
            trade_id=trade_id,
            side=side,
        )
    order = "ORDER BY time_ms DESC, symbol DESC, trade_id DESC, side DESC LIMIT :limit"
    query = f"SELECT {_COLUMNS} FROM fills {found} {order}"  # noqa: S608 (no value stands in it)
    rows = database.rows(query, {**found.values, "limit": wanted.limit})
    return [PastFill(fill_of(row), row.lot_id, row.base, row.quote) for row in rows]
