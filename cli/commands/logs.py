"""`lotkeeper logs`: the lines of the service's log files, also while it is not running."""

import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.history.options import pair_option, since_option
from cli.shared import ServiceCommand, config_option, json_option, write_json
from lotkeeper.service.configuration import load_config
from lotkeeper.service.errors import ServiceError

if TYPE_CHECKING:
    from rich.console import Console

    from lotkeeper.logging.reading import LogFiles, WantedLines

_LOOK_EVERY_S = 0.25
_LEVELS = ("debug", "info", "warning", "error", "critical")


@click.command(cls=ServiceCommand, short_help="Show the lines of the log, and wait for new ones.")
@click.option("--follow", "-f", "is_following", is_flag=True, help="Wait for new lines until Ctrl-C.")
@click.option("--lot", default="", help="Only what is about this lot and its orders, such as BTCUSDT-7.")
@pair_option
@click.option(
    "--level",
    type=click.Choice(_LEVELS, case_sensitive=False),
    default="debug",
    metavar="LEVEL",
    help="Only lines of this level or a worse one: debug, info, warning, error or critical.",
)
@since_option
@click.option(
    "--lines",
    "most",
    type=click.IntRange(0, 1_000_000),
    default=200,
    show_default=True,
    help="At most so many, the newest.",
)
@config_option
@json_option
def logs(
    *,
    is_following: bool,
    lot: str,
    pair: str,
    level: str,
    since_ms: int | None,
    most: int,
    config_path: Path,
    as_json: bool,
) -> None:
    """Show the lines of the log files, rotated ones too. The service need not run. Times are in UTC.

    With --json it is one document, a list of what the lines say. With --json and --follow each line is a document, as
    the file has it.

    \b
    Example:
      lotkeeper logs --level warning --since 24h      # what went wrong today
      lotkeeper logs --follow --lot BTCUSDT-7         # all about one lot, as it happens
    """
    from lotkeeper.logging.reading import LogFiles, WantedLines

    directory = load_config(config_path).logs.directory
    wanted = WantedLines(_words(lot, pair), level.lower(), _iso(since_ms))
    try:
        files = LogFiles(directory)
    except FileNotFoundError as error:
        raise ServiceError(f"there is no log in {directory}: lotkeeper has not run with this configuration") from error
    except OSError as error:
        raise ServiceError(f"the log in {directory} cannot be read: {error.strerror}") from error
    with files, suppress(KeyboardInterrupt):
        _show(files, wanted, most, is_following=is_following, as_json=as_json)


def _words(lot: str, pair: str) -> tuple[str, ...]:
    from cli.lot_names import lot_words

    return lot_words(lot) if lot else (pair,) if pair else ()


def _iso(since_ms: int | None) -> str:
    return "" if since_ms is None else f"{datetime.fromtimestamp(since_ms / 1000, UTC):%Y-%m-%dT%H:%M:%S}"


def _show(files: "LogFiles", wanted: "WantedLines", most: int, *, is_following: bool, as_json: bool) -> None:
    found = files.last(wanted, most)
    if as_json and not is_following:
        write_json([entry for _, entry in found])
        return
    console = None if as_json else _console()
    _print(found, console)
    while is_following:
        time.sleep(_LOOK_EVERY_S)
        _print(wanted.select(files.new_lines()), console)


def _console() -> "Console":
    from rich.console import Console

    return Console(soft_wrap=True, highlight=False)


def _print(found: "Iterable[tuple[bytes, dict[str, Any]]]", console: "Console | None") -> None:
    """As the file has them without a console."""
    from cli.views.log_line import log_line

    for line, entry in found:
        if console is None:
            sys.stdout.buffer.write(line)
        else:
            console.print(log_line(entry))
    sys.stdout.flush()
