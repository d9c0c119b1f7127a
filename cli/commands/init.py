"""`lotkeeper init`: a first configuration, from what the exchange says of the account."""

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.shared import ServiceCommand, config_option, json_option, write_json
from lotkeeper.service.configuration import load_secrets
from lotkeeper.service.errors import ConfigurationError, ServiceError

if TYPE_CHECKING:
    from lotkeeper.service.setup.config_file import Choice, Endpoints
    from lotkeeper.service.setup.picture import AccountPicture

_NEXT = "lotkeeper doctor"
_REST_URL_HELP = "Another exchange that speaks the protocol; with --ws-api-url and --stream-url."


def _upper(_context: click.Context, _option: click.Parameter, found: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(str.upper, found)))


@click.command(cls=ServiceCommand, short_help="Write a first configuration, from what the exchange says.")
@click.option("--pair", "pairs", multiple=True, callback=_upper, help="Keep this pair; may be given more than once.")
@click.option("--net-profit", "profit", metavar="PERCENT", help="The wanted net profit in percent. [default: 0.5]")
@click.option("--database", default="", help="A database elsewhere, such as postgresql://USER@HOST/DATABASE.")
@click.option("--testnet", "is_testnet", is_flag=True, help="The exchange's test network.")
@click.option(
    "--rest-url",
    envvar="LOTKEEPER_EXCHANGE__REST_URL",
    help="Another exchange that speaks the protocol; with --ws-api-url and --stream-url.",
)
@click.option("--ws-api-url", envvar="LOTKEEPER_EXCHANGE__WS_API_URL", help="Its WebSocket API.")
@click.option("--stream-url", envvar="LOTKEEPER_EXCHANGE__STREAM_URL", help="Its streams.")
@click.option("--yes", "is_sure", is_flag=True, help="Ask nothing; without --pair take the pairs that were traded.")
@click.option("--force", "is_forced", is_flag=True, help="Overwrite a configuration that is there.")
@config_option
@json_option
def init(
    *,
    pairs: tuple[str, ...],
    profit: str | None,
    database: str,
    is_testnet: bool,
    rest_url: str | None,
    ws_api_url: str | None,
    stream_url: str | None,
    is_sure: bool,
    is_forced: bool,
    config_path: Path,
    as_json: bool,
) -> None:
    """Write a first configuration file. The exchange is asked which pairs the account holds and has traded, what the
    key may do and what pays the fees; at a terminal you choose. Set the variables of the key first (.env.example).

    The addresses may stand in the environment, too (LOTKEEPER_EXCHANGE__REST_URL and so on). A key that may withdraw is
    refused. A file that is there is kept, unless you say otherwise. No order is sent.

    \b
    Example:
      lotkeeper init
      lotkeeper init --pair BTCUSDT --pair ETHUSDT --net-profit 0.8 --yes
    """
    is_asking = not is_sure and not as_json and sys.stdin.isatty()
    if not is_asking and not is_sure:
        raise click.UsageError("There is no terminal to ask at: give --yes, and --pair for each pair.")
    _refuse_overwriting(config_path, is_forced=is_forced, is_asking=is_asking)
    endpoints = _endpoints(is_testnet, rest_url, ws_api_url, stream_url)
    choice, picture = _first_look(endpoints, profit or "0.5", database, config_path)
    if is_asking:
        choice = _ask(choice, picture, pairs, profit)
    else:
        choice = replace(choice, pairs=pairs or tuple(each.symbol for each in picture.candidates if each.is_proposed))
    _write(choice, picture, config_path)
    _say_done(choice, picture, config_path, as_json=as_json)


def _refuse_overwriting(path: Path, *, is_forced: bool, is_asking: bool) -> None:
    if not path.exists() or is_forced:
        return
    if not is_asking:
        raise ServiceError(f"{path} is there already, and nothing was changed; --force overwrites it")
    click.confirm(f"{path} is there already. Overwrite it?", abort=True)


def _endpoints(is_testnet: bool, *urls: str | None) -> "Endpoints":
    from lotkeeper.service.setup.config_file import TESTNET, Endpoints

    given = [url for url in urls if url is not None]
    if is_testnet and given:
        raise click.UsageError("--testnet has addresses of its own.")
    if given and len(given) < len(urls):
        raise click.UsageError("Give --rest-url, --ws-api-url and --stream-url together.")
    return TESTNET if is_testnet else Endpoints(*given) if given else Endpoints()


def _first_look(endpoints: "Endpoints", profit: str, database: str, path: Path) -> "tuple[Choice, AccountPicture]":
    """What the exchange says. Raises ServiceError for a key that must not be used."""
    from lotkeeper.service.setup.ask_account import ask_account
    from lotkeeper.service.setup.config_file import Choice, checked, key_type_of
    from lotkeeper.service.setup.picture import refusals

    choice = Choice(endpoints, key_type_of(os.environ), profit, ("BTCUSDT",), database)
    config = checked(choice, path)
    picture = ask_account(config, load_secrets(config))
    if found := refusals(picture):
        raise ServiceError("\n".join(found))
    return replace(choice, pairs=()), picture


def _ask(choice: "Choice", picture: "AccountPicture", pairs: tuple[str, ...], profit: str | None) -> "Choice":
    from cli.views.setup import picture_lines

    click.echo("\n".join(picture_lines(picture)))
    proposed = pairs or tuple(each.symbol for each in picture.candidates if each.is_proposed)
    text = click.prompt("Pairs to keep, separated by commas", default=",".join(proposed) or None, value_proc=_symbols)
    wanted = profit or click.prompt("Net profit in percent of the cost, after all fees", default="0.5")
    return replace(choice, pairs=text if isinstance(text, tuple) else _symbols(text), net_profit_pct=str(wanted))


def _symbols(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.upper() for word in text.replace(",", " ").split()))


def _write(choice: "Choice", picture: "AccountPicture", path: Path) -> None:
    """Checked as a whole first: the pairs by the exchange, all else as a start does."""
    from lotkeeper.service.setup.config_file import checked, write
    from lotkeeper.service.setup.picture import unlisted

    if not choice.pairs:
        raise ServiceError("the account has traded no pair of the coins that it holds: give --pair for each pair")
    if found := list(unlisted(choice.pairs, picture)):
        raise ConfigurationError("\n".join(found))
    checked(choice, path)
    write(choice, path)


def _say_done(choice: "Choice", picture: "AccountPicture", path: Path, *, as_json: bool) -> None:
    from lotkeeper.service.setup.picture import about_fees, warnings

    found = warnings(picture)
    if as_json:
        write_json(_document(choice, picture, path, found))
        return
    for each in found:
        click.echo(f"Warning: {each}", err=True)
    click.echo(f"{path} is written: {', '.join(choice.pairs)} at {choice.net_profit_pct} % net profit")
    click.echo(about_fees(picture))
    click.echo(f"next: {_NEXT}")


def _document(choice: "Choice", picture: "AccountPicture", path: Path, found: list[str]) -> dict[str, Any]:
    return {
        "file": str(path),
        "pairs": list(choice.pairs),
        "net_profit_pct": choice.net_profit_pct,
        "key_type": str(choice.key_type),
        "fee_asset": picture.fee_asset,
        "warnings": found,
        "next": _NEXT,
    }
