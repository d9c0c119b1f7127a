"""`lotkeeper pause` and `lotkeeper resume`: stop and allow new SELLs on a pair, or on all pairs."""

import getpass
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.durations import parse_duration
from cli.shared import ServiceCommand, config_option, json_option, show_error, why_option, write_json
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import load_config
from lotkeeper.service.errors import ServiceError, ServiceNotRunningError

if TYPE_CHECKING:
    from lotkeeper.config import Config

all_option = click.option("--all", "is_all", is_flag=True, help="All configured pairs.")


@click.command(cls=ServiceCommand)
@click.argument("pair", default="")
@all_option
@click.option("--for", "for_s", callback=parse_duration, help="End the pause after so long, such as 90m, 2h or 1d12h.")
@why_option
@config_option
@json_option
def pause(*, pair: str, is_all: bool, for_s: float | None, why: str, config_path: Path, as_json: bool) -> None:
    """Place no new SELL on PAIR until it is resumed.

    SELLs on the book stay there. New BUYs are still recorded, and are sold when the pair is resumed. The pause
    survives a restart and the loss of the database.

    \b
    Example:
      lotkeeper pause BTCUSDT --for 2h
    """
    from messages.pair_commands import PausePair

    until_ms = None if for_s is None else round((time.time() + for_s) * 1000)
    who = getpass.getuser()
    _command(pair, is_all, load_config(config_path), lambda symbol: PausePair(symbol, until_ms, who, why), as_json)


@click.command(cls=ServiceCommand, short_help="Sell on PAIR again after a pause.")
@click.argument("pair", default="")
@all_option
@why_option
@config_option
@json_option
def resume(*, pair: str, is_all: bool, why: str, config_path: Path, as_json: bool) -> None:
    """Sell on PAIR again after a pause, including everything bought meanwhile.

    Lots whose SELL you cancelled on the exchange are sold again too.

    \b
    Example:
      lotkeeper resume --all
    """
    from messages.pair_commands import ResumePair

    who = getpass.getuser()
    _command(pair, is_all, load_config(config_path), lambda symbol: ResumePair(symbol, who, why), as_json)


def _command(pair: str, is_all: bool, config: "Config", message: Callable[[str], object], as_json: bool) -> None:
    """To one pair, or to each of all: one that is refused keeps no other from it, and the exit code is 1 then."""
    if bool(pair) == is_all:
        raise click.UsageError("Give either PAIR or --all.")
    if pair:
        done = ask_service(config, message(pair.upper())).text
        write_json({"done": done}) if as_json else click.echo(done)
        return
    answers = [_try(config, symbol, message(symbol)) for symbol in config.pairs]
    if as_json:
        write_json(answers)
    for answer in answers if not as_json else ():
        if "done" in answer:
            click.echo(answer["done"])
        else:
            show_error(ServiceError(answer["error"]), as_json=False)
    if any("error" in answer for answer in answers):
        click.get_current_context().exit(1)


def _try(config: "Config", symbol: str, message: object) -> dict[str, Any]:
    try:
        return {"pair": symbol, "done": ask_service(config, message).text}
    except ServiceNotRunningError:
        raise
    except ServiceError as error:
        return {"pair": symbol, "error": str(error)}
