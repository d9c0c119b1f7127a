"""Options of the commands that show the past, and the database that these read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.history.moments import moment_option
from lotkeeper.service.history_reader import opened_history

if TYPE_CHECKING:
    from lotkeeper.config import Config
    from persistence.history.database import HistoryDatabase

Command = TypeVar("Command", bound=Callable[..., Any])
MOST_ROWS = 100_000


def _limit_option(default: int) -> Callable[[Command], Command]:
    return click.option(
        "--limit",
        type=click.IntRange(1, MOST_ROWS),
        default=default,
        show_default=True,
        help="At most so many, the newest.",
    )


pair_option = click.option("--pair", default="", callback=lambda _c, _p, text: text.upper(), help="Only this pair.")
since_option = click.option(
    "--since", "since_ms", callback=moment_option(is_end=False), help="From then on: a date, a time (UTC), or 7d ago."
)
until_option = click.option(
    "--until", "until_ms", callback=moment_option(is_end=True), help="Up to then, a date with all of its day (UTC)."
)
limit_option = _limit_option(50)
before_option = click.option("--before", default="", help="Only what comes after the row with this key: the next page.")
csv_option = click.option("--csv", "as_csv", is_flag=True, help="Print comma-separated values on standard output.")


def page_options(most: int) -> Callable[[Command], Command]:
    """Which rows, and which page of them, of `most` unless another limit is given."""

    def decorate(command: Command) -> Command:
        for option in (csv_option, before_option, _limit_option(most), until_option, since_option, pair_option):
            command = option(command)
        return command

    return decorate


def refuse_both(as_csv: bool, as_json: bool) -> None:
    if as_csv and as_json:
        raise click.UsageError("--csv and --json cannot be given together.")


@contextmanager
def opened_database(config: "Config", pair: str = "") -> Iterator["HistoryDatabase"]:
    """As `opened_history`; raises UsageError for a key of another list."""
    from persistence.history.wanted import UnknownKeyError

    try:
        with opened_history(config, pair) as database:
            yield database
    except UnknownKeyError as error:
        raise click.UsageError(f"--before: {error}") from error
