"""`lotkeeper pause` and `lotkeeper resume`: stop and allow new SELLs on a pair."""

from pathlib import Path

import click

from cli.shared import ServiceCommand, config_option, json_option, report_done
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import load_config


@click.command(cls=ServiceCommand)
@click.argument("pair")
@config_option
@json_option
def pause(pair: str, config_path: Path, as_json: bool) -> None:
    """Place no new SELL on PAIR until it is resumed.

    SELLs on the book stay there. New BUYs are still recorded, and are sold when the pair is resumed. The pause
    survives a restart.
    """
    from messages.control import PausePair

    report_done(ask_service(load_config(config_path), PausePair(pair.upper())).text, as_json)


@click.command(cls=ServiceCommand, short_help="Sell on PAIR again after a pause.")
@click.argument("pair")
@config_option
@json_option
def resume(pair: str, config_path: Path, as_json: bool) -> None:
    """Sell on PAIR again after a pause, including everything bought meanwhile.

    Lots whose SELL you cancelled on the exchange are sold again too.
    """
    from messages.control import ResumePair

    report_done(ask_service(load_config(config_path), ResumePair(pair.upper())).text, as_json)
