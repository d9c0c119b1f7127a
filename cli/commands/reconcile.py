"""`lotkeeper reconcile`: compares lotkeeper's books with the exchange, and says what differs."""

from pathlib import Path
from typing import Any

import click

from cli.progress import working
from cli.shared import ServiceCommand, config_option, json_option, write_json
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import load_config

_WITHIN_S = 60.0  # one request for each page of trades, and one for each order that has to be explained


@click.command(cls=ServiceCommand, short_help="Compare with the exchange now, and say what differs.")
@click.argument("pair", default="")
@click.option("--dry-run", is_flag=True, help="Only say what differs; change nothing.")
@config_option
@json_option
def reconcile(*, pair: str, dry_run: bool, config_path: Path, as_json: bool) -> None:
    """Compare what lotkeeper believes about PAIR (or about every pair) with the exchange now.

    It compares all trades since the last one it knows and the open orders, asks about every order that these do not
    explain, and compares the account's balance with the unsold coins of all lots, those of other pairs with the same
    coin included. lotkeeper takes over what differs from the exchange, unless --dry-run is given.

    \b
    Example:
      lotkeeper reconcile BTCUSDT --dry-run
    """
    from messages.pair_commands import ReconcilePair

    config = load_config(config_path)
    symbols = [pair.upper()] if pair else list(config.pairs)
    with working("comparing with the exchange"):
        answers = [ask_service(config, ReconcilePair(symbol, dry_run), _WITHIN_S) for symbol in symbols]
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
