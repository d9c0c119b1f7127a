"""`lotkeeper db copy`: copies the database into another one, such as from SQLite to PostgreSQL."""

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.shared import ServiceCommand, config_option, json_option, write_json
from lotkeeper.service.configuration import load_config
from lotkeeper.service.errors import ServiceError

if TYPE_CHECKING:
    from lotkeeper.config import Config


@click.command(cls=ServiceCommand, name="copy", short_help="Copy the database into another one, of either engine.")
@click.option("--to", "target", required=True, metavar="URL", help="An empty database, as `database` names one.")
@config_option
@json_option
def copy_(*, target: str, config_path: Path, as_json: bool) -> None:
    """Copy all that the database has into another one, while the service is stopped: all rows, to the last digit.

    The other database is new or empty; it is filled in one transaction, and checked as by `lotkeeper db check`. The one
    of the configuration stays as it is: set `database` to the other one before the next start. What a person has halted
    goes along, with its file.

    \b
    Example:
      lotkeeper stop && lotkeeper db copy --to postgresql://lk@db.example.org/lots
    """
    from lotkeeper.config import backlog_files
    from lotkeeper.service.lease import lock_database
    from persistence.copying import copy_database
    from persistence.errors import StoreError
    from persistence.history.check import check_tables
    from persistence.history.database import HistoryDatabase

    config = load_config(config_path)
    lock = lock_database(config, os.getpid())
    try:
        _refuse_waiting_records(backlog_files(config))
        copied = copy_database(config.database, target)
        with HistoryDatabase.open(target) as database:
            findings = check_tables(database).findings
        halts = _copy_halts(config, target)
    except StoreError as error:
        raise ServiceError(str(error)) from error
    finally:
        if lock is not None:
            os.close(lock)
    if as_json:
        write_json({"copied_to": copied.place, "rows": copied.rows, "halts": halts, "findings": findings})
    else:
        count = sum(copied.rows.values())
        click.echo(f"{copied.place} has all {count:,} rows; set `database` to it before the next start")
        if halts is not None:
            click.echo(f"what was halted is kept in {halts}, too")
        for each in findings:
            click.echo(each)
    if findings:
        click.get_current_context().exit(1)


def _copy_halts(config: "Config", target: str) -> str | None:
    """The file of what a person has halted, at the place that it has beside the other database; None where none is.

    A file that is there already may be newer: of both the newest counts. Raises ServiceError.
    """
    from lotkeeper.config import halts_file
    from persistence.halts_file import read_halts, write_halts

    source, other = halts_file(config), halts_file(config.model_copy(update={"database": target}))
    if not source.exists():
        return None
    now_ms = time.time_ns() // 1_000_000
    try:
        write_halts(other, read_halts(source, now_ms).merged(read_halts(other, now_ms)))
    except OSError as error:
        why = error.strerror or error
        raise ServiceError(
            f"the database is copied, but not what was halted: {other}: {why}; copy {source} there"
        ) from error
    return str(other)


def _refuse_waiting_records(files: Iterable[Path]) -> None:
    """They belong to this database, and no other one would get them."""
    for path in files:
        if path.exists():
            raise ServiceError(f"records wait in {path} for the database: let the service write them, then stop it")
