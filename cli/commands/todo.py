"""`lotkeeper todo`: what needs a person, since when, and the command for it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.history.options import csv_option, refuse_both
from cli.history.output import write_rows
from cli.shared import ServiceCommand, config_option, json_option
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import ConfigFile
from lotkeeper.service.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

_COLUMNS = ("kind", "since", "pair", "lot", "client_order_id", "actor", "text", "command")


@click.command(cls=ServiceCommand, short_help="List what needs a person, since when, and the command for it.")
@click.option("--pair", default="", help="Only what concerns this pair.")
@csv_option
@config_option
@json_option
def todo(*, pair: str, as_csv: bool, config_path: Path, as_json: bool) -> None:
    """List what does not end by itself: since when it is so, and the command that ends it or shows more of it.

    The most urgent comes first. What ends by itself, such as a lost connection or a pause by time, is not listed:
    `lotkeeper status` shows it. In a command, words in capital letters are to be filled in.

    \b
    Example:
      lotkeeper todo --json
    """
    refuse_both(as_csv, as_json)
    from lotkeeper.service.documents.present import todo_of
    from messages.control import AskStatus

    file, symbol = ConfigFile(config_path), pair.upper()
    if symbol and symbol not in file.config.pairs:
        from lotkeeper.trading.nearest_names import not_configured

        raise UnknownNameError(not_configured(symbol, file.config.pairs))
    rows = todo_of(ask_service(file, AskStatus()).document, symbol)
    write_rows(rows, _COLUMNS, _lines, "nothing needs a person", as_json=as_json, as_csv=as_csv)


def _lines(rows: "Sequence[Mapping[str, Any]]") -> "RenderableType":
    from cli.views.todo import todo_text  # what shows no line does without the library for it

    return todo_text(rows)
