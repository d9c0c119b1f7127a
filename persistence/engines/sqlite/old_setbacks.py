"""Databases of earlier versions kept every setback of a lot: months of them are dropped before they are read.

A setback is a SELL that was refused, or that the exchange ended before it sold anything. The rule is that of
`lotkeeper.trading.lots.attempts`; in SQL it takes a moment where reading them takes seconds.
"""

import sqlite3

_MANY = 100  # setbacks of one lot; fewer are no trouble, and the keeper drops them itself
_KEPT_MS = 600_000  # as in the rule
_IS_SETBACK = "CAST(executed AS REAL) = 0 AND (state = 'EXPIRED' OR (state = 'REFUSED' AND order_id IS NULL))"
_ATTEMPTED_MS = "CASE state WHEN 'REFUSED' THEN updated_ms ELSE sent_ms END"
_LOTS_WITH_MANY = f"""
SELECT symbol, buy_order_id FROM orders WHERE {_IS_SETBACK}
GROUP BY symbol, buy_order_id HAVING count(*) > {_MANY}
"""  # noqa: S608 (a number and conditions of our own)
_DROP = f"""
WITH many AS ({_LOTS_WITH_MANY}), attempts AS (
    SELECT orders.rowid AS number, {_IS_SETBACK} AS is_setback, {_ATTEMPTED_MS} AS attempted_ms,
        LEAD({_IS_SETBACK}) OVER following AS is_next_setback,
        LAST_VALUE({_ATTEMPTED_MS}) OVER (
            following ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS latest_ms
    FROM orders JOIN many USING (symbol, buy_order_id)
    WINDOW following AS (PARTITION BY symbol, buy_order_id ORDER BY generation)
)
DELETE FROM orders WHERE rowid IN (
    SELECT number FROM attempts
    WHERE is_setback AND is_next_setback AND attempted_ms < latest_ms - {_KEPT_MS}
)
"""  # noqa: S608 (numbers and conditions of our own)


def drop_old_setbacks(connection: sqlite3.Connection) -> int:
    """Drops the setbacks that newer ones stand for, of lots that have many; returns how many."""
    if connection.execute(_LOTS_WITH_MANY).fetchone() is None:
        return 0  # nothing is to be written, so no other process has to be waited for
    return connection.execute(_DROP).rowcount
