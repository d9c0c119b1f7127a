"""Whether the rows keep the conditions of the tables, and what was decided and what went wrong agree with them."""

from collections.abc import Iterator

from lotkeeper.trading.orders.client_ids import sell_name
from persistence.conditions import Condition, conditions
from persistence.history.database import HistoryDatabase

# Rows that were there before the conditions were.
_BROKEN = "SELECT count(*) AS found, min({column}) AS example FROM {table} WHERE NOT ({condition})"
# A BUY that a person adopted becomes a lot later; a late SELL may be of a lot that a lost database had.
_OF_NO_LOT = """\
SELECT count(*) AS found, min(lot_id) AS example FROM decisions
WHERE lot_id IS NOT NULL AND kind <> 'COINS_ADOPTED' AND cause <> 'LOT_FINISHED'
AND lot_id NOT IN (SELECT lot_id FROM lots)
"""
_BACKWARDS = """\
SELECT count(*) AS found, min(kind || ' of ' || subject) AS example FROM incidents WHERE ended_ms < opened_ms
"""
_PLACED = "SELECT lot_id, order_name FROM decisions WHERE kind = 'SELL_PLACED'"
_NEWEST = "SELECT lot_id, max(generation) AS newest FROM orders GROUP BY lot_id"


def check_conditions(database: HistoryDatabase) -> Iterator[str]:
    """A sentence for each column with rows that break its condition."""
    for each in conditions():
        (row,) = database.rows(_query(each))
        if row.found:
            text = f"{each.table}.{each.column} has to be {each.text}"
            yield f"{row.found} rows break a rule, such as one with {row.example!r}: {text}"


def check_journal(database: HistoryDatabase) -> Iterator[str]:
    """Decisions about lots, and SELLs that were placed, that the tables do not have."""
    (row,) = database.rows(_OF_NO_LOT)
    if row.found:
        yield f"{row.found} decisions are about lots that are not there, such as {row.example}"
    recorded = {each.lot_id: each.newest for each in database.stream(_NEWEST)}
    missing: dict[str, str] = {}
    for each in database.stream(_PLACED):
        name = sell_name(each.order_name)
        if name is not None and name.generation > recorded.get(
            each.lot_id, 0
        ):  # of refused ones older rows are dropped
            missing[each.lot_id] = each.order_name
    for lot, order in sorted(missing.items()):
        yield f"SELL {order} of lot {lot} was placed, as the journal says, and is not among its orders"


def check_incidents(database: HistoryDatabase) -> Iterator[str]:
    (row,) = database.rows(_BACKWARDS)
    if row.found:
        yield f"{row.found} incidents ended before they began, such as {row.example}"


def _query(each: Condition) -> str:
    return _BROKEN.format(table=each.table, column=each.column, condition=each.on())
