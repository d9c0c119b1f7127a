"""`lotkeeper logs`: the lines of the service's log files, also while it is not running."""

import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.history.options import pair_option, since_option
from cli.shared import ServiceCommand, config_option, json_option, write_json
from lotkeeper.service.configuration import load_config
from lotkeeper.service.errors import ServiceError

if TYPE_CHECKING:
    from rich.console import Console

    from lotkeeper.logging.reading import Entry, LogFiles, WantedLines

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
@click.option(
    "--actor",
    default="",
    metavar="NAME",
    help="Only of this actor or process: Gateway, PairKeeper, launcher ...",
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
    actor: str,
    since_ms: int | None,
    most: int,
    config_path: Path,
    as_json: bool,
) -> None:
    """Show the lines of the log files, rotated ones too, by their times. The service need not run. Times are in UTC.

    With --lot it is the whole story of a lot, across all actors: from the fill's arrival to the SELL and its sale.
    --follow shows a line half a second after it was written, so that those of several actors stand in their order. With
    --json it is one document, a list of what the lines say; with --follow each line is a document.

    \b
    Example:
      lotkeeper logs --level warning --since 24h     # what went wrong today
      lotkeeper logs --follow --lot BTCUSDT-7        # what happens to one lot
      lotkeeper logs --actor Gateway --pair BTCUSDT  # orders, and their answers
    """
    from lotkeeper.logging.reading import LogFiles, WantedLines

    directory = load_config(config_path).logs.directory
    name, words = _lot_words(lot, pair)
    wanted = WantedLines(words, level.lower(), _iso(since_ms), name, actor)
    try:
        files = LogFiles(directory)
    except FileNotFoundError as error:
        raise ServiceError(f"there is no log in {directory}: lotkeeper has not run with this configuration") from error
    except OSError as error:
        raise ServiceError(f"the log in {directory} cannot be read: {error.strerror}") from error
    with files, suppress(KeyboardInterrupt):
        _show(files, wanted, most, is_following=is_following, as_json=as_json)


def _lot_words(lot: str, pair: str) -> tuple[str, tuple[str, ...]]:
    """The lot's name, and what stands in its lines."""
    from cli.lot_names import lot_words

    words = lot_words(lot) if lot else (pair,) if pair else ()
    return (words[0] if lot else "", words)


def _iso(since_ms: int | None) -> str:
    return "" if since_ms is None else f"{datetime.fromtimestamp(since_ms / 1000, UTC):%Y-%m-%dT%H:%M:%S}"


def _show(files: "LogFiles", wanted: "WantedLines", most: int, *, is_following: bool, as_json: bool) -> None:
    found = files.last(wanted, most)
    with_purchases = wanted.with_purchases(found)
    if with_purchases != wanted:
        found = files.last(with_purchases, most)
    if as_json and not is_following:
        write_json(found)
        return
    console = None if as_json else _console()
    _print(found, console)
    if is_following:
        _follow(files, with_purchases, console)


def _follow(files: "LogFiles", wanted: "WantedLines", console: "Console | None") -> None:
    from lotkeeper.logging.following import FollowedLines

    lines = FollowedLines()
    try:
        while True:
            time.sleep(_LOOK_EVERY_S)
            _print(lines.add(wanted.select(files.new_lines()), time.monotonic()), console)
    except KeyboardInterrupt:
        _print(lines.rest(), console)


def _console() -> "Console":
    from rich.console import Console

    return Console(soft_wrap=True, highlight=False)


def _print(found: "Iterable[Entry]", console: "Console | None") -> None:
    """One document in each line without a console."""
    import orjson

    from cli.views.log_line import log_line

    for entry in found:
        if console is None:
            sys.stdout.buffer.write(orjson.dumps(entry) + b"\n")
        else:
            console.print(log_line(entry))
    sys.stdout.flush()
