"""A copy of the file beside it, before its tables are changed."""

from pathlib import Path

from persistence.engines.sqlite.backup import backup
from persistence.errors import StoreError


def copy_before(path: Path, version: str) -> Path:
    """Copies the database as it was committed last; returns the copy, which is there as a whole or not at all.

    Raises StoreError. No earlier copy is replaced.
    """
    copy = _free_name(path, version)
    copy.with_name(f"{copy.name}.partial").unlink(missing_ok=True)  # of a process that was killed
    try:
        backup(path, copy)
    except StoreError as error:
        raise StoreError(
            f"the database {path} has schema {version} and is not changed without a copy beside it: {error}"
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
