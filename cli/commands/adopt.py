"""`lotkeeper adopt` and `lotkeeper release`: lots that a person adds or takes away."""

import time
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from cli.shared import Failure, asked, config_option, configured, confirmed, json_option, write_json, yes_option

_WITHIN_S = 60.0  # its trades are read first, perhaps from long ago on


def _amount(_context: click.Context, _option: click.Parameter, text: str | None) -> Decimal | None:
    try:
        value = Decimal(text) if text is not None else None
    except InvalidOperation as error:
        raise click.BadParameter(f"{text!r} is not a decimal number") from error
    if value is not None and not (value.is_finite() and value > 0):
        raise click.BadParameter("it has to be above zero")
    return value


def _past(_context: click.Context, _option: click.Parameter, date: datetime | None) -> datetime | None:
    since = None if date is None else date.replace(tzinfo=UTC)
    if since is not None and since > datetime.now(UTC):
        raise click.BadParameter(f"{since:%Y-%m-%d} is still to come")
    return since


@click.command(short_help="Make a lot of a BUY from before, or of coins that came without a trade.")
@click.argument("pair")
@click.option("--order", "order_id", type=click.IntRange(0), help="The order id of a BUY on the exchange.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), callback=_past, help="Every BUY since this date (UTC).")
@click.option("--quantity", callback=_amount, help="So many coins that came without a trade (with --cost).")
@click.option("--cost", callback=_amount, help="What they cost all together, in the pair's quote asset.")
@yes_option
@config_option
@json_option
def adopt(
    *,
    pair: str,
    order_id: int | None,
    since: datetime | None,
    quantity: Decimal | None,
    cost: Decimal | None,
    is_sure: bool,
    config_path: Path,
    as_json: bool,
) -> None:
    """Make a lot of PAIR of what lotkeeper did not see bought: it is kept and sold like any other.

    Either a BUY from before (--order), or all since a date (--since), with their own trades and fees, less what was
    sold since; or coins that came by deposit, transfer or conversion (--quantity and --cost). `lotkeeper reconcile`
    shows what no lot has. Coins that lots of another pair hold, or that were sold on another pair, cannot be adopted.
    """
    from messages.control import AdoptCoins, AdoptOrder, AdoptSince

    ways = sum(each is not None for each in (order_id, since, quantity))
    if (quantity is None) != (cost is None) or ways != 1:
        raise click.UsageError("Give one of --order, --since, and --quantity with --cost.")
    symbol, at_ms = pair.upper(), int(time.time() * 1000)

    def message(is_dry_run: bool) -> object:
        if order_id is not None:
            return AdoptOrder(symbol, order_id, is_dry_run)
        if since is not None:
            return AdoptSince(symbol, int(since.timestamp() * 1000), is_dry_run)
        assert quantity is not None
        assert cost is not None
        return AdoptCoins(symbol, at_ms, quantity, cost, is_dry_run)

    _planned("To be adopted", message, is_sure, config_path, as_json)


@click.command(short_help="Keep LOT no longer: take its SELLs back, and do not sell it.")
@click.argument("lot")
@yes_option
@config_option
@json_option
def release(*, lot: str, is_sure: bool, config_path: Path, as_json: bool) -> None:
    """Keep LOT no longer: its SELLs are taken back from the book, and its coins are yours and not sold.

    It is closed then, and stays in the history. A lot that was released cannot be taken up again, but its coins can be
    adopted. One whose BUY may still fill is not released: cancel the BUY first.
    """
    from messages.control import ReleaseLot

    name = lot.upper()
    symbol = name.rpartition("-")[0]
    if not symbol:
        raise Failure(f"{lot} names no lot; a lot is named like BTCUSDT-123")
    _planned("To be released", lambda is_dry_run: ReleaseLot(symbol, name, is_dry_run), is_sure, config_path, as_json)


def _planned(what: str, message: Any, is_sure: bool, config_path: Path, as_json: bool) -> None:
    """Says what it comes to, asks, and does it."""
    config = configured(config_path)
    if not is_sure:
        plan = asked(config, message(True), _WITHIN_S).text
        separator = "\n" if "\n" in plan else " "
        confirmed(f"{what}:{separator}{plan}.", is_sure, as_json)
    done = asked(config, message(False), _WITHIN_S).text
    write_json({"done": done}) if as_json else click.echo(done)
