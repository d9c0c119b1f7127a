"""`lotkeeper adopt`, `dismiss` and `release`: a person adds coins to the lots, leaves them out, or removes a lot."""

import getpass
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import click

from cli.shared import (
    ServiceCommand,
    config_option,
    confirm,
    dry_run_option,
    json_option,
    parse_amount,
    report_done,
    why_option,
    yes_option,
)
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import load_config
from lotkeeper.service.documents.known_names import lot_explained
from lotkeeper.service.errors import ServiceError

_WITHIN_S = 60.0  # the service reads the trades first, and they may be old and many


def _parse_past_date(_context: click.Context, _option: click.Parameter, date: datetime | None) -> datetime | None:
    since = None if date is None else date.replace(tzinfo=UTC)
    if since is not None and since > datetime.now(UTC):
        raise click.BadParameter(f"{since:%Y-%m-%d} is in the future")
    return since


@click.command(cls=ServiceCommand, short_help="Make a lot of an earlier BUY, or of coins that came without a trade.")
@click.argument("pair")
@click.option("--order", "order_id", type=click.IntRange(0), help="The order id of a BUY on the exchange.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), callback=_parse_past_date, help="Every BUY since then (UTC)."
)
@click.option("--quantity", callback=parse_amount, help="A quantity that came without a trade (with --cost).")
@click.option("--cost", callback=parse_amount, help="What these coins cost in total, in the pair's quote asset.")
@why_option
@dry_run_option
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
    why: str,
    is_dry_run: bool,
    is_sure: bool,
    config_path: Path,
    as_json: bool,
) -> None:
    """Make a lot of PAIR out of something that lotkeeper did not see bought. It is then sold like any other lot.

    Adopt either one earlier BUY (--order) or every BUY since a date (--since), with their own trades and fees, less
    what was sold since; or coins that came by deposit, transfer or conversion (--quantity and --cost). `lotkeeper
    reconcile` shows which coins belong to no lot. Coins that belong to a lot of another pair, or that were sold on
    another pair, cannot be adopted.

    \b
    Example:
      lotkeeper adopt BTCUSDT --order 123456
      lotkeeper adopt BTCUSDT --quantity 0.1 --cost 6000
    """
    from messages.pair_commands import AdoptCoins, AdoptOrder, AdoptSince

    ways = sum(each is not None for each in (order_id, since, quantity))
    if (quantity is None) != (cost is None) or ways != 1:
        raise click.UsageError("Give one of --order, --since, and --quantity with --cost.")
    symbol, at_ms, who = pair.upper(), int(time.time() * 1000), getpass.getuser()

    def message(is_dry: bool, shown: str) -> object:
        if order_id is not None:
            return AdoptOrder(symbol, order_id, is_dry, who, why, shown)
        if since is not None:
            return AdoptSince(symbol, int(since.timestamp() * 1000), is_dry, who, why, shown)
        assert quantity is not None
        assert cost is not None
        return AdoptCoins(symbol, at_ms, quantity, cost, is_dry, who, why, shown)

    _plan_and_do("To be adopted", message, config_path, is_dry_run=is_dry_run, is_sure=is_sure, as_json=as_json)


@click.command(cls=ServiceCommand, short_help="Leave coins that came without a trade unsold.")
@click.argument("pair")
@why_option
@dry_run_option
@yes_option
@config_option
@json_option
def dismiss(*, pair: str, why: str, is_dry_run: bool, is_sure: bool, config_path: Path, as_json: bool) -> None:
    """Say that the coins of PAIR that came without a trade are yours: they are in no lot, and not sold.

    `lotkeeper status` names such coins (a deposit, a conversion, a purchase by card) until they are adopted or
    dismissed. Dismissed coins can still be adopted.

    \b
    Example:
      lotkeeper dismiss BTCUSDT
    """
    from messages.pair_commands import DismissCoins

    def message(is_dry: bool, shown: str) -> object:
        return DismissCoins(pair.upper(), is_dry, getpass.getuser(), why, shown)

    _plan_and_do("To be left unsold", message, config_path, is_dry_run=is_dry_run, is_sure=is_sure, as_json=as_json)


@click.command(cls=ServiceCommand, short_help="Cancel the SELLs of LOT and do not sell it.")
@click.argument("lot")
@why_option
@dry_run_option
@yes_option
@config_option
@json_option
def release(*, lot: str, why: str, is_dry_run: bool, is_sure: bool, config_path: Path, as_json: bool) -> None:
    """Stop keeping LOT: cancel its SELLs and leave its coins to you, unsold.

    The lot is then closed and stays in the history. A released lot cannot be reopened, but its coins can be adopted.
    A lot whose BUY may still fill is not released: cancel the BUY first.

    \b
    Example:
      lotkeeper release BTCUSDT-7001
    """
    from messages.pair_commands import ReleaseLot

    name = lot.upper()
    symbol = name.rpartition("-")[0]
    if not symbol:
        raise ServiceError(f"{lot} is not the name of a lot; lots have names like BTCUSDT-123")

    def message(is_dry: bool, shown: str) -> object:
        return ReleaseLot(symbol, name, is_dry, getpass.getuser(), why, shown)

    _plan_and_do(
        "To be released", message, config_path, is_dry_run=is_dry_run, is_sure=is_sure, as_json=as_json, lot=name
    )


def _plan_and_do(
    title: str,
    message: Callable[[bool, str], object],
    config_path: Path,
    *,
    is_dry_run: bool,
    is_sure: bool,
    as_json: bool,
    lot: str = "",
) -> None:
    """Shows the service's plan, asks, and has the plan carried out. `message` takes whether it is a dry run, and what
    was shown.
    """
    config = load_config(config_path)

    def answer(shown: str = "", *, is_dry: bool) -> str:
        with lot_explained(lambda message: ask_service(config, message), lot) if lot else nullcontext():
            return str(ask_service(config, message(is_dry, shown), _WITHIN_S).text)

    plan = answer(is_dry=True) if is_dry_run or not is_sure else ""
    separator = "\n" if "\n" in plan else " "
    if is_dry_run:
        report_done(f"{title}:{separator}{plan}", as_json)
        return
    confirm(f"{title}:{separator}{plan}.", is_sure, as_json)
    report_done(answer(plan, is_dry=False), as_json)
