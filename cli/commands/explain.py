"""`lotkeeper explain`: the arithmetic of one lot."""

from pathlib import Path

import click

from cli.shared import ServiceCommand, config_option, json_option, write_json
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import ConfigFile


@click.command(cls=ServiceCommand, short_help="Show the arithmetic of one lot, line by line.")
@click.argument("lot")
@config_option
@json_option
def explain(lot: str, config_path: Path, as_json: bool) -> None:
    """Show how the price of LOT's SELL was calculated, and what the lot earned: fills, fees, dust, floor, net profit.

    LOT is a name from `lotkeeper positions`, such as BTCUSDT-7001. Every figure follows from the figures above it.

    \b
    Example:
      lotkeeper explain BTCUSDT-7001
    """
    from lotkeeper.service.documents.present import explained_lot

    file = ConfigFile(config_path)
    document = explained_lot(lambda message: ask_service(file, message), lot.upper())
    if as_json:
        write_json(document)
    else:
        from cli.views.explanation import explanation_view
        from cli.views.responsive_table import stdout_console

        stdout_console().print(explanation_view(document))
