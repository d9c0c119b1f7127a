"""`lotkeeper status`: what the service believes, how old it is, and what is wrong."""

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.shared import ANSWER_WITHIN_S, asked, attached, config_option, configured, json_option, write_json

if TYPE_CHECKING:
    from lotkeeper.config import Config

_EVERY_S = 0.5


@click.command()
@config_option
@json_option
@click.option("--watch", is_flag=True, help="Show it again and again, until Ctrl-C.")
def status(config_path: Path, as_json: bool, watch: bool) -> None:
    """Show pairs, streams, lots and health.

    "Complete" tells how long ago all trades of the pair were last proven to be accounted for. Green means proven,
    not merely connected.
    """
    config = configured(config_path)
    if watch and not as_json:
        with suppress(KeyboardInterrupt):
            _watch(config)
        return
    document = _status(config)
    if as_json:
        write_json(document)
    else:
        from cli.views.responsive_table import stdout_console
        from cli.views.tables import status_view

        stdout_console().print(status_view(document))


def _status(config: "Config") -> dict[str, Any]:
    from messages.control import AskStatus

    document: dict[str, Any] = asked(config, AskStatus()).document
    return document


def _watch(config: "Config") -> None:
    from rich.live import Live

    from cli.views.tables import status_view
    from messages.control import AskStatus, StatusReported

    with attached(config) as system, Live(auto_refresh=False, screen=False) as live:
        while True:
            answer = system.ask(AskStatus(), ANSWER_WITHIN_S)
            if isinstance(answer, StatusReported):
                live.update(status_view(answer.document), refresh=True)
            time.sleep(_EVERY_S)
