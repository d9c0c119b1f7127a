"""`lotkeeper db copy`: copies the database into another one, such as from SQLite to PostgreSQL."""

import os
from collections.abc import Iterable
from pathlib import Path

import click

from cli.shared import ServiceCommand, config_option, json_option, write_json
from lotkeeper.service.configuration import load_config
from lotkeeper.service.errors import ServiceError


@click.command(cls=ServiceCommand, name="copy", short_help="Copy the database into another one, of either engine.")
@click.option("--to", "target", required=True, metavar="URL", help="An empty database, as `database` names one.")
@config_option
@json_option
def copy_(*, target: str, config_path: Path, as_json: bool) -> None:
    """Copy all that the database has into another one, while the service is stopped: all rows, to the last digit.

    The other database is new or empty; it is filled in one transaction, and checked as by `lotkeeper db check`. The one
    of the configuration stays as it is: set `database` to the other one before the next start.

    \b
    Example:
      lotkeeper stop && lotkeeper db copy --to postgresql://lotkeeper@db.example.org/lots
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
    except StoreError as error:
        raise ServiceError(str(error)) from error
    finally:
        if lock is not None:
            os.close(lock)
    if as_json:
        write_json({"copied_to": copied.place, "rows": copied.rows, "findings": findings})
    else:
        count = sum(copied.rows.values())
        click.echo(f"{copied.place} has all {count:,} rows; set `database` to it before the next start")
        for each in findings:
            click.echo(each)
    if findings:
        click.get_current_context().exit(1)


def _refuse_waiting_records(files: Iterable[Path]) -> None:
    """They belong to this database, and no other one would get them."""
    for path in files:
        if path.exists():
            raise ServiceError(f"records wait in {path} for the database: let the service write them, then stop it")
