"""`lotkeeper reconcile`: compares with the exchange now and says what differs."""

from pathlib import Path
from typing import Any

import click

from cli.shared import asked, config_option, configured, json_option, write_json

_WITHIN_S = 60.0  # as many questions as there are pages of trades and orders to explain


@click.command(short_help="Compare with the exchange now and say what differs.")
@click.argument("pair", default="")
@click.option("--dry-run", is_flag=True, help="Only say what differs; change nothing.")
@config_option
@json_option
def reconcile(*, pair: str, dry_run: bool, config_path: Path, as_json: bool) -> None:
    """Compare what is believed of PAIR (or of every pair) with the exchange now.

    All trades since the last one accounted for, the open orders, and whatever is not explained by them; and the
    account's balance against what the lots have not sold, those of other pairs with the same coin too. What differs is
    mended, unless with --dry-run.
    """
    from messages.control import ReconcilePair

    config = configured(config_path)
    symbols = [pair.upper()] if pair else list(config.pairs)
    answers = [asked(config, ReconcilePair(symbol, dry_run), _WITHIN_S) for symbol in symbols]
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
