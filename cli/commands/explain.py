"""`lotkeeper explain`: the arithmetic of one lot."""

from pathlib import Path

import click

from cli.shared import asked, config_option, configured, json_option, write_json


@click.command(short_help="Show the arithmetic of one lot, line by line.")
@click.argument("lot")
@config_option
@json_option
def explain(lot: str, config_path: Path, as_json: bool) -> None:
    """Show how the price of LOT's SELL came about, and what it earned: fills, fees, dust, floor, net.

    LOT is named as `lotkeeper positions` shows it, such as BTCUSDT-7001. Every figure can be worked out again from
    those above it.
    """
    from messages.control import ExplainLot

    document = asked(configured(config_path), ExplainLot(lot=lot.upper())).document
    if as_json:
        write_json(document)
    else:
        from cli.views.explanation import explanation_view
        from cli.views.responsive_table import stdout_console

        stdout_console().print(explanation_view(document))
