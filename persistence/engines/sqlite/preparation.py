"""Makes a file ready for the store: created, brought to the newest schema, and in the mode that we use."""

import sqlite3
from pathlib import Path

from persistence.engines.sqlite.copy_before import copy_before
from persistence.engines.sqlite.files import found_version, opened, use_wal
from persistence.engines.sqlite.old_setbacks import drop_old_setbacks
from persistence.migrations import migrate
from persistence.schema import SCHEMA_VERSION


def prepare(path: Path, busy_timeout_s: float) -> Path | None:
    """Creates an empty database if there is none and migrates an older one, of which it returns a copy.

    Raises StoreError for a file that is not ours or cannot be used.
    """
    copy = None
    with opened(path, busy_timeout_s) as connection:
        found = found_version(path, connection)
        if found not in (None, str(SCHEMA_VERSION)):
            copy = _migrate(path, connection, found)
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'orders'").fetchone():
            drop_old_setbacks(connection)
        use_wal(connection)
    return copy


def _migrate(path: Path, connection: sqlite3.Connection, found: str) -> Path:
    """All steps or none. Nobody else writes from before the copy is made."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        copy = copy_before(path, found)
        migrate(connection.execute, "?", found)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return copy
