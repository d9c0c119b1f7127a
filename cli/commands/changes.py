"""`lotkeeper changes`: what the next start would change on standing SELLs."""

from pathlib import Path

import click

from cli.history.options import csv_option, refuse_both
from cli.history.output import write_rows
from cli.shared import ServiceCommand, config_option, json_option
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import load_config

_COLUMNS = "lot pair base quote client_order_id quantity price new_price wanted_profit new_wanted_profit"


@click.command(cls=ServiceCommand, short_help="List the SELLs that the next start would place again.")
@csv_option
@config_option
@json_option
def changes(*, as_csv: bool, config_path: Path, as_json: bool) -> None:
    """List the standing SELLs that would be placed again at another price if the service was started again now.

    The running service is asked about its SELLs; what they should ask for is what the configuration file says now.
    Nothing is changed.

    \b
    Example:
      lotkeeper changes
      lotkeeper changes --csv > changes.csv
    """
    refuse_both(as_csv, as_json)
    from cli.views.changes import changes_table
    from lotkeeper.config import exit_policy
    from messages.configuration import AskChanges

    config = load_config(config_path)
    policies = tuple((symbol, exit_policy(config, symbol)) for symbol in config.pairs)
    found = ask_service(config, AskChanges(policies)).changes
    none = "no standing SELL would be placed again"
    write_rows(list(found), _COLUMNS.split(), changes_table, none, as_json=as_json, as_csv=as_csv)
