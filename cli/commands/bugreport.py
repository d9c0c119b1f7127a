"""`lotkeeper bugreport`: one archive for a bug report, without secrets."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.history.options import opened_database
from cli.shared import ServiceCommand, config_option, json_option, write_json
from lotkeeper.service.client import ask_service, connect
from lotkeeper.service.configuration import load_config
from lotkeeper.service.errors import ConfigurationError, ServiceError

if TYPE_CHECKING:
    from lotkeeper.config import Config
    from lotkeeper.service.bug_report import ReportPart

_MOST_ROWS = 100_000
_ANSWER_WITHIN_S = 1.0


@click.command(cls=ServiceCommand, short_help="Pack what a bug report needs into one file, without secrets.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; it must not exist. Without it, one in this folder with the time in its name.",
)
@click.option("--with-trades", is_flag=True, help="Add every lot and trade of the database.")
@config_option
@json_option
def bugreport(*, output: Path | None, with_trades: bool, config_path: Path, as_json: bool) -> None:
    """Pack what a bug report needs into one file (tar.gz). Nothing is asked, nothing is sent anywhere.

    It has the versions, the configuration, the status if the service runs, what the database has (how many rows, not
    which) and the last lines of the log. Keys, signatures, tokens and passwords are masked in all of it. Look into it
    before you send it: the log and the status name pairs, amounts and lots.

    \b
    Example:
      lotkeeper bugreport
      tar -xzOf lotkeeper-bugreport-*.tar.gz lotkeeper-bugreport/contents.txt
    """
    from lotkeeper.service.bug_report import mask_for, pack, write_new

    try:
        config: Config | None = load_config(config_path)
    except ConfigurationError as error:
        config, parts = None, list(_parts_without_configuration(config_path, error))
    if config is not None:
        parts = list(_parts(config, with_trades=with_trades))
    now_s = time.time()
    path = output or Path(f"lotkeeper-bugreport-{datetime.fromtimestamp(now_s, UTC):%Y%m%d-%H%M%S}.tar.gz")
    try:
        write_new(path, pack(parts, mask_for(config, os.environ), now_s))
    except OSError as error:
        raise ServiceError(f"{path} cannot be written: {error.strerror}; name another file with --output") from error
    if as_json:
        write_json({"file": str(path), "contents": {part.name: part.what for part in parts}})
        return
    click.echo(f"{path}: secrets are masked; it has")
    for part in parts:
        click.echo(f"  {part.name:20} {part.what}")


def _parts(config: "Config", *, with_trades: bool) -> "Iterator[ReportPart]":
    from lotkeeper.service.bug_report import about, answer, configuration, log_parts
    from messages.control import AskStatus

    yield about()
    yield configuration(config)
    yield answer("status.json", "what the running service believes", lambda: ask_service(config, AskStatus()).document)
    yield answer("actors.json", "the running actors, the last deaths and dead letters", lambda: _actors(config))
    yield answer("database.json", "the version of the database and how many rows it has", lambda: _facts(config))
    if with_trades:
        yield answer("lots.json", "the lots of the database", lambda: _lots(config))
        yield answer("trades.json", "the trades of the database", lambda: _trades(config))
    yield from log_parts(config.logs.directory)


def _parts_without_configuration(path: Path, error: ConfigurationError) -> "Iterator[ReportPart]":
    from lotkeeper.service.bug_report import about, broken_configuration

    yield about()
    yield from broken_configuration(path, str(error))


def _actors(config: "Config") -> dict[str, Any]:
    from lotkeeper.engine.inspection.tree import look
    from lotkeeper.service.actor_report import ActorReport

    with connect(config) as system:
        return ActorReport().document(look(system, 0.0, _ANSWER_WITHIN_S))


def _facts(config: "Config") -> dict[str, Any]:
    from persistence.history.facts import database_facts

    with opened_database(config) as database:
        return database_facts(database)


def _lots(config: "Config") -> list[dict[str, Any]]:
    from actors.ledger.positions import position
    from persistence.history.lots import read_lots
    from persistence.history.wanted import Wanted

    with opened_database(config) as database:
        return [position(lot) for lot in read_lots(database, Wanted(limit=_MOST_ROWS))]


def _trades(config: "Config") -> list[dict[str, Any]]:
    from lotkeeper.service.documents.history_rows import fill_document
    from persistence.history.fills import read_fills
    from persistence.history.wanted import Wanted

    with opened_database(config) as database:
        return [fill_document(each) for each in read_fills(database, Wanted(limit=_MOST_ROWS))]
