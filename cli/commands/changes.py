"""`lotkeeper changes`: what the next start would change on standing SELLs."""

from pathlib import Path

import click

from cli.shared import ServiceCommand, config_option, json_option, write_json
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import load_config


@click.command(cls=ServiceCommand, short_help="List the SELLs that the next start would place again.")
@config_option
@json_option
def changes(config_path: Path, as_json: bool) -> None:
    """List the standing SELLs that would be placed again at another price if the service was started again now.

    The running service is asked about its SELLs; what they should ask for is what the configuration file says now.
    Nothing is changed.

    \b
    Example:
      lotkeeper changes
    """
    from lotkeeper.config import exit_policy
    from messages.configuration import AskChanges

    config = load_config(config_path)
    policies = tuple((symbol, exit_policy(config, symbol)) for symbol in config.pairs)
    found = ask_service(config, AskChanges(policies)).changes
    if as_json:
        write_json(list(found))
    elif found:
        from cli.views.changes import changes_table
        from cli.views.responsive_table import stdout_console

        stdout_console().print(changes_table(found))
    else:
        click.echo("no standing SELL would be placed again")
