"""Copies the file of a database while it is in use, and puts a copy back in its place.

A copy is one consistent file, whatever is written meanwhile. Nothing that is there is ever overwritten: what a restored
copy takes the place of is kept beside it.
"""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from persistence.engines.sqlite.errors import raised_as_store_errors
from persistence.errors import StoreError
from persistence.migrations import check_version
from persistence.schema import SCHEMA_KEY, STATE_TABLE

_BESIDE = ("-wal", "-shm")
_MOST_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class CopiedDatabase:
    """What a copy has."""

    path: Path
    bytes: int
    lots: int
    trades: int


def backup(source: Path, target: Path) -> CopiedDatabase:
    """Copies a database that may be in use into a new file. Raises StoreError; then there is no new file."""
    if not source.exists():
        raise StoreError(f"there is no database {source} yet")
    _refuse_existing(target)
    partial = target.with_name(target.name + ".partial")
    with raised_as_store_errors(target):
        _copy(source, partial)
        try:
            found = check_copy(partial)
            _put_in_place(partial, target)
        finally:
            partial.unlink(missing_ok=True)
    return CopiedDatabase(target, found.bytes, found.lots, found.trades)


def check_copy(path: Path) -> CopiedDatabase:
    """Raises StoreError for a file that is damaged, that is no database of lotkeeper, or that a newer one wrote."""
    if not path.is_file():
        raise StoreError(f"there is no file {path}")
    with raised_as_store_errors(path), closing(_opened_for_reading(path)) as connection:
        problems = [text for (text,) in connection.execute(f"PRAGMA integrity_check({_MOST_PROBLEMS})")]
        if problems != ["ok"]:
            raise StoreError(f"the database {path} is damaged: {'; '.join(problems)}")
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not {STATE_TABLE, "lots", "fills"} <= tables:
            raise StoreError(f"{path} is no database of lotkeeper")
        query = f"SELECT value FROM {STATE_TABLE} WHERE key = ?"  # noqa: S608 (a name of ours)
        row = connection.execute(query, [SCHEMA_KEY]).fetchone()
        check_version(str(path), "" if row is None else str(row[0]))
        lots, trades = (_count(connection, table) for table in ("lots", "fills"))
    return CopiedDatabase(path, path.stat().st_size, lots, trades)


def restore(copy: Path, place: Path, stamp: str) -> Path | None:
    """Puts a copy in the place of a database that nobody uses; returns where what was there is kept, if anything was.

    `stamp` is the end of that name. Raises StoreError; then the database is as it was.
    """
    check_copy(copy)
    kept = place.with_name(f"{place.name}.{stamp}")
    new = place.with_name(f"{place.name}.restoring")
    with raised_as_store_errors(place):
        new.unlink(missing_ok=True)
        _copy(copy, new)
        was_there = place.exists()
        if was_there:
            _refuse_existing(kept)
            _fold_log(place)
            _move_with_log(place, kept)
        _remove_log(place)
        os.replace(new, place)
        _remove_log(new)
        _sync_folder(place.parent)
    return kept if was_there else None


def _copy(source: Path, target: Path) -> None:
    """The target is new, readable for this user alone, and on the disk when this returns."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with closing(_opened_for_reading(source)) as connection, closing(sqlite3.connect(target)) as copy:
        connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file: a reader of it makes no others
    with target.open("rb+") as file:
        os.fsync(file.fileno())


def _opened_for_reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)


def _put_in_place(partial: Path, target: Path) -> None:
    """Fails where there is a file by now, unlike a rename."""
    try:
        os.link(partial, target)
    except FileExistsError:
        _refuse_existing(target)
    except OSError:  # a file system without links
        _refuse_existing(target)
        os.rename(partial, target)
    _sync_folder(target.parent)


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise StoreError(f"{path} exists, and is not overwritten: give another name, or remove it")


def _fold_log(place: Path) -> None:
    """Everything into the one file, if that can still be done: a damaged database is kept as it is."""
    try:
        with closing(sqlite3.connect(place)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:
        return


def _move_with_log(place: Path, kept: Path) -> None:
    for suffix in ("", *_BESIDE):
        beside = place.with_name(place.name + suffix)
        if beside.exists():
            os.rename(beside, kept.with_name(kept.name + suffix))


def _remove_log(place: Path) -> None:
    for suffix in _BESIDE:
        place.with_name(place.name + suffix).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _count(connection: sqlite3.Connection, table: str) -> int:
    (found,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 (names of ours)
    return int(found)
