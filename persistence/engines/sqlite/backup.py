"""A copy of the file beside it, before its tables are changed."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from persistence.engines.sqlite.files import create_private
from persistence.errors import StoreError


def back_up(path: Path, version: str) -> Path:
    """Copies the database as it was committed last; returns the copy, which is there as a whole or not at all.

    Raises StoreError. No earlier copy is replaced.
    """
    copy = _free_name(path, version)
    part = copy.with_name(copy.name + ".part")
    try:
        part.unlink(missing_ok=True)
        create_private(part)
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(part)) as target:
            source.backup(target)
        os.replace(part, copy)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise StoreError(
            f"the database {path} has schema {version} and is not changed without a copy, which cannot be written to "
            f"{copy}: make room there, or give this user write permission ({error})"
        ) from error
    return copy


def _free_name(path: Path, version: str) -> Path:
    """Such as lots.sqlite.schema-4, lots.sqlite.schema-4.2."""
    first = path.with_name(f"{path.name}.schema-{version}")
    found, number = first, 1
    while found.exists():
        number += 1
        found = first.with_name(f"{first.name}.{number}")
    return found
