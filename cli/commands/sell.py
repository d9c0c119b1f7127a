"""`lotkeeper sell` and `lotkeeper flatten`: a person sells lots now, or at a price of his own."""

import getpass
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.shared import (
    ServiceCommand,
    config_option,
    confirm,
    dry_run_option,
    json_option,
    parse_amount,
    why_option,
    write_json,
    yes_option,
)
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import load_config
from lotkeeper.service.interventions.sales import Sale, planned

if TYPE_CHECKING:
    from lotkeeper.config import Config
    from lotkeeper.trading.selling.planned_sale import SaleWish

Json = dict[str, Any]
_WITHIN_S = 30.0  # the bid is asked for, and the sale is recorded before it is answered

_OPTIONS = (
    click.option("--below-floor", "is_below_floor_allowed", is_flag=True, help="Sell under the floor too."),
    click.option("--again", "is_again", is_flag=True, help="Sell as much once more, if the same was asked for before."),
    why_option,
    dry_run_option,
    yes_option,
    config_option,
    json_option,
)


def _with_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that all sales have."""
    return reduce(lambda found, option: option(found), reversed(_OPTIONS), command)


@click.command(cls=ServiceCommand, short_help="Sell a lot, or a part of it, now or at a price of yours.")
@click.argument("lot", default="")
@click.option("--pair", default="", help="Sell all lots of this pair, in place of one LOT.")
@click.option("--at", "price", callback=parse_amount, help="At this price or better, in quote asset.")
@click.option("--at-floor", "is_at_floor", is_flag=True, help="At the floor of what is sold.")
@click.option("--market", "is_at_market", is_flag=True, help="At once, at the bid or at most 0.5 % under it.")
@click.option("--quantity", callback=parse_amount, help="Only so much of the lot, in base asset.")
@_with_options
def sell(
    *,
    lot: str,
    pair: str,
    price: Decimal | None,
    is_at_floor: bool,
    is_at_market: bool,
    quantity: Decimal | None,
    is_below_floor_allowed: bool,
    is_again: bool,
    why: str,
    is_dry_run: bool,
    is_sure: bool,
    config_path: Path,
    as_json: bool,
) -> None:
    """Sell LOT, or with --pair all lots of a pair, at once (--market) or at a price (--at, --at-floor).

    The standing SELLs that are in the way are cancelled first; what is not sold stays with the policy of the pair. A
    price under the floor needs --below-floor. The same command twice sells once: the second one says how far the first
    has come.

    \b
    Example:
      lotkeeper sell BTCUSDT-7001 --market --dry-run
      lotkeeper sell BTCUSDT-7001 --quantity 0.001 --at 61000 --why rent
    """
    if sum((price is not None, is_at_floor, is_at_market)) != 1:
        raise click.UsageError("Give one of --at, --at-floor and --market.")
    if bool(lot) == bool(pair):
        raise click.UsageError("Give either LOT or --pair.")
    if pair and quantity is not None:
        raise click.UsageError("--quantity is of one LOT.")
    from lotkeeper.trading.lots.instructions import PriceKind

    kind = PriceKind.AT if price is not None else PriceKind.FLOOR if is_at_floor else PriceKind.MARKET
    wish = _wish(kind, price, quantity, is_below_floor_allowed, why)
    config = load_config(config_path)
    sale = _Command(config, wish, is_again=is_again)
    if lot:
        sale.run_one(lot.upper(), is_dry_run=is_dry_run, is_sure=is_sure, as_json=as_json)
    else:
        sale.run_all(pair.upper(), is_dry_run=is_dry_run, is_sure=is_sure, as_json=as_json)


@click.command(cls=ServiceCommand, short_help="Sell all lots at the market.")
@click.option("--pair", default="", help="Only the lots of this pair.")
@_with_options
def flatten(
    *,
    pair: str,
    is_below_floor_allowed: bool,
    is_again: bool,
    why: str,
    is_dry_run: bool,
    is_sure: bool,
    config_path: Path,
    as_json: bool,
) -> None:
    """Sell all lots of all pairs, or of one pair, at once: each as `lotkeeper sell LOT --market`.

    A lot whose floor is above the bid is refused without --below-floor; the others are sold.

    \b
    Example:
      lotkeeper flatten --pair BTCUSDT --dry-run
    """
    from lotkeeper.trading.lots.instructions import PriceKind

    wish = _wish(PriceKind.MARKET, None, None, is_below_floor_allowed, why)
    sale = _Command(load_config(config_path), wish, is_again=is_again)
    sale.run_all(pair.upper(), is_dry_run=is_dry_run, is_sure=is_sure, as_json=as_json)


def _wish(kind: Any, price: Decimal | None, quantity: Decimal | None, is_below: bool, why: str) -> "SaleWish":
    from lotkeeper.trading.selling.planned_sale import SaleWish

    return SaleWish(kind, price, quantity, is_below, int(time.time() * 1000), getpass.getuser(), why)


class _Command:
    """One wish, for one lot or for many."""

    def __init__(self, config: "Config", wish: "SaleWish", *, is_again: bool) -> None:
        self._sale = Sale(lambda message: ask_service(config, message, _WITHIN_S), wish, is_again=is_again)

    def run_one(self, lot: str, *, is_dry_run: bool, is_sure: bool, as_json: bool) -> None:
        from lotkeeper.service.documents.sale_lines import sale_lines

        plan = None if is_sure and not is_dry_run else self._sale.of(lot, is_dry_run=True)
        if plan is not None and (is_dry_run or plan["state"] == "found"):
            _show([plan], is_one=True, as_json=as_json)
            return
        if plan is not None:
            confirm("\n".join(sale_lines(plan)), is_sure, as_json)
        _show([self._sale.of(lot, is_dry_run=False)], is_one=True, as_json=as_json)

    def run_all(self, pair: str, *, is_dry_run: bool, is_sure: bool, as_json: bool) -> None:
        """Lots that are refused do not keep the others from being sold; the exit code is 1 then."""
        from lotkeeper.service.documents.sale_lines import sale_lines

        lots = self._sale.open_lots(pair)
        if not is_sure or is_dry_run:
            plans = self._sale.of_each(lots, is_dry_run=True)
            if is_dry_run or not planned(plans):
                _show(plans, is_one=False, as_json=as_json)
                return
            confirm("\n".join(line for plan in plans for line in sale_lines(plan)), is_sure, as_json)
            lots = planned(plans)
        _show(self._sale.of_each(lots, is_dry_run=False), is_one=False, as_json=as_json)


def _show(documents: Sequence[Json], *, is_one: bool, as_json: bool) -> None:
    """A refused lot among others makes the exit code 1."""
    from lotkeeper.service.documents.sale_lines import sale_lines

    if as_json:
        write_json(documents[0] if is_one else list(documents))
    elif documents:
        click.echo("\n".join(line for each in documents for line in sale_lines(each)))
    else:
        click.echo("no lots: there is nothing to sell")
    if any(each["state"] == "refused" for each in documents):
        click.get_current_context().exit(1)
