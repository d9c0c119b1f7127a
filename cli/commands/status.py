"""`lotkeeper status`: what the service believes, how old that is, and what is wrong."""

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.shared import ServiceCommand, config_option, json_option, write_json
from lotkeeper.service.client import ANSWER_WITHIN_S, ask_service, connect
from lotkeeper.service.configuration import load_config

if TYPE_CHECKING:
    from lotkeeper.config import Config

_REFRESH_S = 0.5


@click.command(cls=ServiceCommand)
@config_option
@json_option
@click.option("--watch", is_flag=True, help="Refresh the table until Ctrl-C.")
def status(config_path: Path, as_json: bool, watch: bool) -> None:
    """Show pairs, streams, lots and health.

    "Complete" says how long ago lotkeeper last proved that it knows every trade of the pair. Green means proven,
    not merely connected.
    """
    config = load_config(config_path)
    if watch and not as_json:
        with suppress(KeyboardInterrupt):
            _watch(config)
        return
    from messages.control import AskStatus

    document = ask_service(config, AskStatus()).document
    if as_json:
        write_json(document)
    else:
        from cli.views.responsive_table import stdout_console
        from cli.views.status import status_view

        stdout_console().print(status_view(document))


def _watch(config: "Config") -> None:
    from rich.live import Live

    from cli.views.status import status_view
    from messages.control import AskStatus, StatusReported

    with connect(config) as system, Live(auto_refresh=False, screen=False) as live:
        while True:
            answer = system.ask(AskStatus(), ANSWER_WITHIN_S)
            if isinstance(answer, StatusReported):
                live.update(status_view(answer.document), refresh=True)
            time.sleep(_REFRESH_S)
