"""Views: what can be said by a query over the tables needs no table, and cannot contradict them.

A view that is to change is dropped by a migration; whoever opens the database makes those that are missing.
"""

from typing import Any

_PRESENT = {
    "SQLite": "SELECT name FROM sqlite_master WHERE type = 'view'",
    "PostgreSQL": "SELECT viewname FROM pg_catalog.pg_views WHERE schemaname = current_schema()",
}
_STANDING = "o.state IN ('PLACING', 'UNKNOWN', 'OPEN', 'PARTIALLY_FILLED', 'CANCELING')"
# One row for each exit that the exchange holds of a lot, or that is on its way there: the price to be reached, the
# least that it is sold at then, and the order and the list that carry it.
EXITS = f"""\
CREATE VIEW exits AS
SELECT o.lot_id, o.symbol,
  CASE WHEN o.is_instructed THEN 'INSTRUCTION' WHEN o.trail_delta IS NOT NULL THEN 'TRAILING'
    WHEN o.profit IS NULL THEN 'FOUND' ELSE 'TARGET' END AS kind,
  CASE WHEN o.trail_delta IS NULL THEN o.price ELSE o.stop_price END AS trigger_price,
  o.price AS limit_price, o.quantity, o.executed, o.state, o.buy_order_id, o.generation, o.order_id, l.list_id
FROM orders o LEFT JOIN order_lists l
  ON l.symbol = o.symbol AND l.buy_order_id = o.buy_order_id AND l.generation = o.generation
WHERE {_STANDING} AND (l.list_id IS NULL OR NOT l.target_ended)
UNION ALL
SELECT o.lot_id, o.symbol, l.stop_kind AS kind, l.trigger_price, l.limit_price, o.quantity, o.executed, o.state,
  o.buy_order_id, o.generation, l.stop_order_id AS order_id, l.list_id
FROM order_lists l JOIN orders o
  ON o.symbol = l.symbol AND o.buy_order_id = l.buy_order_id AND o.generation = l.generation
WHERE {_STANDING} AND NOT l.stop_ended
"""  # noqa: S608 (no value stands in it)
_VIEWS = {"exits": EXITS}


def make_views(db: Any) -> None:
    """Makes those that are missing, in the open transaction."""
    there = {name for (name,) in db.execute(_PRESENT[db.provider.dialect])}
    for name, statement in _VIEWS.items():
        if name not in there:
            db.execute(statement)
