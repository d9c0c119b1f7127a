"""`lotkeeper reconcile`: compares lotkeeper's books with the exchange, and says what differs."""

import getpass
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.progress import working
from cli.shared import ServiceCommand, config_option, confirm, json_option, why_option, write_json, yes_option
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import load_config

if TYPE_CHECKING:
    from lotkeeper.config import Config

_WITHIN_S = 60.0  # one request for each page of trades, and one for each order that has to be explained


@click.command(cls=ServiceCommand, short_help="Compare with the exchange now, and say what differs.")
@click.argument("pair", default="")
@why_option
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Only say what differs; change nothing.")
@yes_option
@config_option
@json_option
def reconcile(*, pair: str, why: str, is_dry_run: bool, is_sure: bool, config_path: Path, as_json: bool) -> None:
    """Compare what lotkeeper believes about PAIR (or about every pair) with the exchange now.

    It compares all trades since the last one it knows and the open orders, asks about every order that these do not
    explain, and compares the account's balance with the unsold coins of all lots, those of other pairs with the same
    coin included. What differs is shown first, and lotkeeper asks before it takes it over; where nothing differs it
    does not ask.

    \b
    Example:
      lotkeeper reconcile BTCUSDT --dry-run
    """
    config = load_config(config_path)
    symbols = [pair.upper()] if pair else list(config.pairs)
    who, shown = getpass.getuser(), None
    if is_dry_run or not is_sure:
        answers = _compare(config, dict.fromkeys(symbols, (True, who, why)))
        if is_dry_run:
            _show(answers, as_json)
            return
        if any(answer.differences for answer in answers):
            confirm(_to_take_over(answers), is_sure, as_json)
        shown = {answer.symbol: answer.differences for answer in answers}
    _show(_compare(config, {each: (False, who, why, shown and shown[each]) for each in symbols}), as_json)


def _compare(config: "Config", wanted: Mapping[str, tuple[Any, ...]]) -> list[Any]:
    """What the keepers say, one after the other; `wanted` has the rest of the message of each pair."""
    from messages.pair_commands import ReconcilePair

    with working("comparing with the exchange"):
        return [ask_service(config, ReconcilePair(symbol, *rest), _WITHIN_S) for symbol, rest in wanted.items()]


def _to_take_over(answers: Sequence[Any]) -> str:
    lines = [f"{answer.symbol}: {each}" for answer in answers for each in answer.differences]
    return "\n".join(("To be taken over from the exchange:", *lines))


def _show(answers: Sequence[Any], as_json: bool) -> None:
    if as_json:
        write_json([_document(answer) for answer in answers])
        return
    for answer in answers:
        click.echo(f"{answer.symbol}: {_verdict(answer)}")
        for line in (*answer.differences, answer.money):
            click.echo(f"  {line}")


def _verdict(answer: Any) -> str:
    count = len(answer.differences)
    if not count:
        return "nothing differs"
    differs = "1 thing differs" if count == 1 else f"{count} things differ"
    return f"{differs}; nothing was changed" if answer.is_dry_run else f"{differs}; taken over from the exchange"


def _document(answer: Any) -> dict[str, Any]:
    return {
        "pair": answer.symbol,
        "dry_run": answer.is_dry_run,
        "as_of_ms": answer.as_of_ms,
        "differences": list(answer.differences),
        "money": answer.money,
    }
