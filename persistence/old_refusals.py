"""Databases of earlier versions kept every refused SELL of a lot: months of them are dropped before they are read.

The rule is that of `lotkeeper.trading.lots.attempts`; in SQL it takes a moment where reading them takes seconds.
"""

import sqlite3

_MANY = 100  # refused SELLs of one lot; fewer are no trouble, and the keeper drops them itself
_KEPT_MS = 600_000  # as in the rule
_LOTS_WITH_MANY = f"""
SELECT symbol, buy_order_id FROM orders WHERE state = 'REFUSED'
GROUP BY symbol, buy_order_id HAVING count(*) > {_MANY}
"""  # noqa: S608 (a number of our own)
_DROP = f"""
WITH many AS ({_LOTS_WITH_MANY}), attempts AS (
    SELECT orders.rowid AS number, state, executed, order_id, updated_ms,
        LEAD(state) OVER following AS next_state,
        LAST_VALUE(updated_ms) OVER (following ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS latest_ms
    FROM orders JOIN many USING (symbol, buy_order_id)
    WINDOW following AS (PARTITION BY symbol, buy_order_id ORDER BY generation)
)
DELETE FROM orders WHERE rowid IN (
    SELECT number FROM attempts
    WHERE state = 'REFUSED' AND next_state = 'REFUSED' AND executed = '0' AND order_id IS NULL
        AND updated_ms < latest_ms - {_KEPT_MS}
)
"""  # noqa: S608 (numbers of our own)


def drop_old_refused(connection: sqlite3.Connection) -> int:
    """Drops the refused SELLs that newer refused ones stand for, of lots that have many; returns how many."""
    if connection.execute(_LOTS_WITH_MANY).fetchone() is None:
        return 0  # nothing is to be written, so no other process has to be waited for
    return connection.execute(_DROP).rowcount
