"""Takes away from a database what a version brought, so that it is one of the version before."""

import sqlite3

from persistence.schema import SCHEMA_KEY


def without_version_6(connection: sqlite3.Connection) -> None:
    """Makes version 5 of version 6."""
    for name in ("opened_ms_id", "symbol_opened_ms_id", "state_opened_ms_id", "is_counted_id"):
        connection.execute(f"DROP INDEX idx_lots__{name}")
    for column in ("break_even_ms", "opened_ms", "closed_ms", "is_counted"):
        connection.execute(f"ALTER TABLE lots DROP COLUMN {column}")
    connection.execute("ALTER TABLE orders DROP COLUMN purchase")
    for table in ("profit_entries", "profit_sums", "buy_orders"):
        connection.execute(f"DROP TABLE {table}")
    set_version(connection, 5)


def set_version(connection: sqlite3.Connection, version: int) -> None:
    connection.execute("UPDATE system_state SET value = ? WHERE key = ?", [str(version), SCHEMA_KEY])
