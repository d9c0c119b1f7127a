"""What there is to say about a database without showing what stands in it."""

from typing import Any

from persistence.history.database import HistoryDatabase
from persistence.schema import SCHEMA_VERSION


def database_facts(database: HistoryDatabase) -> dict[str, Any]:
    """Its place without a password, the version of its schema, and how many rows each table has. Raises StoreError."""
    return {
        "database": database.place,
        "schema": SCHEMA_VERSION,  # another one would not have been opened
        "rows": {table: _count(database, table) for table in sorted(database.tables())},
        "lots": {row.state: row.count for row in database.rows(_LOTS)},
    }


_LOTS = "SELECT state, count(*) AS count FROM lots GROUP BY state ORDER BY state"


def _count(database: HistoryDatabase, table: str) -> int:
    found: int = database.rows(f"SELECT count(*) AS count FROM {table}")[0].count  # noqa: S608 (a name of the schema)
    return found
