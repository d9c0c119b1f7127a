"""`lotkeeper db`: the database: a backup, its return, and whether it agrees with itself and with the exchange."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.commands.db_copy import copy_
from cli.commands.db_upgrade import upgrade_
from cli.history.options import opened_database
from cli.progress import working
from cli.shared import ServiceCommand, config_option, confirm, json_option, write_json, yes_option
from lotkeeper.service.client import ask_service, is_running
from lotkeeper.service.configuration import load_config
from lotkeeper.service.errors import ServiceError

if TYPE_CHECKING:
    from lotkeeper.config import Config
    from persistence.engines.sqlite.backup import CopiedDatabase

_COMPARED_WITHIN_S = 60.0
_FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.group()
def db() -> None:
    """Back up, restore, copy and check the database, and bring it to the schema of this version."""


db.add_command(upgrade_)
db.add_command(copy_)


@db.command(cls=ServiceCommand, short_help="Copy the database into FILE, also while the service runs.")
@_FILE
@config_option
@json_option
def backup(file: Path, config_path: Path, as_json: bool) -> None:
    """Copy the database into FILE, also while the service runs: one consistent file, checked. FILE must not exist.

    A backup of any age loses no lot: the next start reads from the exchange what came since.

    \b
    Example:
      lotkeeper db backup /backup/2026-11-30.sqlite
    """
    from persistence.engines.sqlite.backup import backup as copy_database
    from persistence.errors import StoreError

    place = _file_of(
        load_config(config_path), "pg_dump --format=custom --file=FILE", "copies it, also while it is used"
    )
    try:
        with working(f"copying {place}"):
            found = copy_database(place, file.absolute())
    except StoreError as error:
        raise ServiceError(str(error)) from error
    if as_json:
        write_json(_copy_document(found))
    else:
        click.echo(f"{place} is backed up to {found.path}: {_contents(found)}")


@db.command(cls=ServiceCommand, short_help="Put the backup FILE in the place of the database.")
@_FILE
@yes_option
@config_option
@json_option
def restore(file: Path, is_sure: bool, config_path: Path, as_json: bool) -> None:
    """Put the backup FILE in the place of the database, while the service is stopped.

    FILE is checked first, and stays. What is there now is kept beside it. The next start reads from the exchange all
    trades since the backup, and recognizes every SELL: nothing is lost, and nothing is sold twice.

    \b
    Example:
      lotkeeper stop && lotkeeper db restore /backup/2026-11-30.sqlite
    """
    from lotkeeper.service.lease import lock_database
    from persistence.engines.sqlite.backup import check_copy
    from persistence.engines.sqlite.backup import restore as put_in_place
    from persistence.errors import StoreError

    config = load_config(config_path)
    place = _file_of(
        config, "pg_restore --clean --dbname=DATABASE FILE", "puts a copy back while the service is stopped"
    )
    if is_running(config):
        raise ServiceError("the service runs with this database: `lotkeeper stop` first")
    try:
        with working(f"checking {file}"):
            found = check_copy(file.absolute())
        confirm(f"{file} ({_contents(found)}) takes the place of {place}.", is_sure, as_json)
        lock = lock_database(config, os.getpid())
        try:
            with working("putting it in place"):
                kept = put_in_place(file.absolute(), place, f"before-{datetime.now(UTC):%Y%m%d-%H%M%S}")
        finally:
            if lock is not None:
                os.close(lock)
    except StoreError as error:
        raise ServiceError(str(error)) from error
    if as_json:
        write_json({**_copy_document(found), "restored_to": str(place), "kept": None if kept is None else str(kept)})
        return
    click.echo(f"{place} has {_contents(found)} now; `lotkeeper start` reads from the exchange what came since")
    if kept is not None:
        click.echo(f"what was there is kept as {kept}")


@db.command(cls=ServiceCommand, short_help="Check the database; with --exchange also against the exchange.")
@click.option("--exchange", "with_exchange", is_flag=True, help="Compare with the exchange too; the service must run.")
@config_option
@json_option
def check(with_exchange: bool, config_path: Path, as_json: bool) -> None:
    """Check the file and whether the tables agree: lots, trades, SELLs, and sums. Nothing is changed.

    It may be done while the service runs. The exit code is 1 if something is found. With --exchange the running service
    compares the lots with the trades and open orders of the exchange, as `lotkeeper reconcile --dry-run`.

    \b
    Example:
      lotkeeper db check --exchange
    """
    from persistence.history.check import check_tables

    config = load_config(config_path)
    with opened_database(config) as database, working("checking the database"):
        place, found = database.place, check_tables(database)
    findings = [*found.findings, *(_differences(config) if with_exchange else ())]
    if as_json:
        write_json({"database": place, "lots": found.lots, "exchange": with_exchange, "findings": findings})
    else:
        for each in findings:
            click.echo(each)
        click.echo(_verdict(place, found.lots, len(findings), with_exchange))
    if findings:
        click.get_current_context().exit(1)


def _file_of(config: "Config", tool: str, does: str) -> Path:
    """The file of the database; raises ServiceError for one of a server."""
    from lotkeeper.database_url import is_postgresql, without_password
    from persistence.engines.sqlite.files import database_path

    if is_postgresql(config.database):
        raise ServiceError(
            f"{without_password(config.database)} is a database of PostgreSQL: its own tool {does}, `{tool}`"
        )
    return database_path(config.database)


def _differences(config: "Config") -> list[str]:
    from messages.pair_commands import ReconcilePair

    with working("comparing with the exchange"):
        answers = [ask_service(config, ReconcilePair(symbol, True), _COMPARED_WITHIN_S) for symbol in config.pairs]
    return [f"{answer.symbol}: {each}" for answer in answers for each in answer.differences]


def _verdict(place: str, lots: int, count: int, with_exchange: bool) -> str:
    compared = ", compared with the exchange" if with_exchange else ""
    found = "nothing was found" if not count else "1 thing was found" if count == 1 else f"{count} things were found"
    return f"{place}: {_counted(lots, 'lot')}{compared}: {found}"


def _contents(found: "CopiedDatabase") -> str:
    return f"{_counted(found.lots, 'lot')}, {_counted(found.trades, 'trade')}, {found.bytes / 1e6:.1f} MB"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _copy_document(found: "CopiedDatabase") -> dict[str, Any]:
    return {"file": str(found.path), "bytes": found.bytes, "lots": found.lots, "trades": found.trades}
