"""`lotkeeper status`: what the service believes, how old that is, and what is wrong."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.shared import ServiceCommand, config_option, json_option, write_json
from lotkeeper.service.client import ANSWER_WITHIN_S, ask_service, connect
from lotkeeper.service.configuration import ConfigFile
from lotkeeper.service.errors import ServiceNotRunningError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType
    from rich.text import Text

    from lotkeeper.config import Config

Document = dict[str, Any]


@click.command(cls=ServiceCommand)
@config_option
@json_option
@click.option("--watch", is_flag=True, help="Go on until Ctrl-C.")
def status(config_path: Path, as_json: bool, watch: bool) -> None:
    """Show pairs, streams, lots and health.

    "Complete" says how long ago lotkeeper last proved that it knows every trade of the pair. Green means proven,
    not merely connected. --watch shows pairs with trouble first, and as many as the terminal has room for; where
    standard output is no terminal it prints a line whenever health or problems change.

    \b
    Example:
      lotkeeper status
      lotkeeper status --watch
      lotkeeper status --json | jq -r '.problems[]'
    """
    file = ConfigFile(config_path)
    if watch and not as_json:
        _watch(file.config)
        return
    from messages.control import AskStatus

    try:
        document = ask_service(file, AskStatus()).document
    except ServiceNotRunningError:
        from lotkeeper.service.standby_note import read_standby_note

        if not (waits := read_standby_note(file.config)):
            raise
        _show_standby(waits, as_json=as_json)
        return
    if as_json:
        write_json(document)
    else:
        from cli.views.responsive_table import stdout_console
        from cli.views.status import status_view

        stdout_console().print(status_view(document))


def _show_standby(waits: str, *, as_json: bool) -> None:
    """Of a host that waits for its turn: no actor runs there."""
    if as_json:
        write_json({"health": "standby", "waits": waits})
    else:
        click.echo(waits)


def _watch(config: "Config") -> None:
    from cli.views.live import change_line, live_status
    from cli.watching import watch
    from messages.control import AskStatus, StatusReported

    with connect(config) as system:
        last: Document | None = None

        def look() -> "Document | None":
            answer = system.ask(AskStatus(), ANSWER_WITHIN_S)
            return answer.document if isinstance(answer, StatusReported) else None

        def view(width: int, height: int) -> "RenderableType | None":
            found = look()
            return None if found is None else live_status(found, width, height)

        def changes() -> "Iterator[Text]":
            nonlocal last
            found = look()
            line = None if found is None else change_line(last, found)
            last = found or last
            if line is not None:
                yield line

        watch(view, changes)
