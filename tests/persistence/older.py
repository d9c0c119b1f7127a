"""Takes away from a database what a version brought, so that it is one of the version before."""

import sqlite3

from persistence.schema import SCHEMA_KEY

_INDEXES_OF_6 = (
    "lots__opened_ms_id",
    "lots__symbol_opened_ms_id",
    "lots__state_opened_ms_id",
    "lots__symbol_state_opened_ms_id",
    "lots__is_counted_id",
    "lots__unfinished",
    "lots__with_rest",
    "lots__not_closed",
    "orders__symbol_state_sent_ms_buy_order_id_generation",
    "orders__symbol_updated_ms",
)


def without_version_8(connection: sqlite3.Connection) -> None:
    """Makes version 7 of version 8."""
    connection.execute("DROP VIEW exits")
    for table in ("incidents", "balances", "order_lists"):
        connection.execute(f"DROP TABLE {table}")
    set_version(connection, 7)


def without_version_7(connection: sqlite3.Connection) -> None:
    """Makes version 6 of version 8."""
    without_version_8(connection)
    guards = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in guards:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("DROP TABLE decisions")
    set_version(connection, 6)


def without_version_6(connection: sqlite3.Connection) -> None:
    """Makes version 5 of version 8."""
    without_version_7(connection)
    for name in _INDEXES_OF_6:
        connection.execute(f"DROP INDEX idx_{name}")
    for column in ("break_even_ms", "opened_ms", "closed_ms", "is_counted"):
        connection.execute(f"ALTER TABLE lots DROP COLUMN {column}")
    connection.execute("ALTER TABLE orders DROP COLUMN purchase")
    for table in ("profit_entries", "profit_sums", "closed_sums", "buy_orders"):
        connection.execute(f"DROP TABLE {table}")
    set_version(connection, 5)


def set_version(connection: sqlite3.Connection, version: int) -> None:
    connection.execute("UPDATE system_state SET value = ? WHERE key = ?", [str(version), SCHEMA_KEY])
