"""`lotkeeper buy`: a person buys; what is bought becomes a lot."""

import getpass
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

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

Json = dict[str, Any]
_WITHIN_S = 40.0  # longer than the exchange's answer to an order is waited for


@click.command(cls=ServiceCommand, short_help="Buy on PAIR; what is bought becomes a lot.")
@click.argument("pair")
@click.option("--at", "price", callback=parse_amount, help="A LIMIT order at this price; without it a MARKET order.")
@click.option("--quantity", callback=parse_amount, help="So much of the base asset.")
@click.option("--quote", "amount", callback=parse_amount, help="For so much of the quote asset.")
@click.option("--no-list", is_flag=True, help="With --at: send the BUY alone; lotkeeper places the SELL.")
@click.option("--again", "is_again", is_flag=True, help="Buy as much once more, if the same was asked for before.")
@why_option
@dry_run_option
@yes_option
@config_option
@json_option
def buy(
    *,
    pair: str,
    price: Decimal | None,
    quantity: Decimal | None,
    amount: Decimal | None,
    no_list: bool,
    is_again: bool,
    why: str,
    is_dry_run: bool,
    is_sure: bool,
    config_path: Path,
    as_json: bool,
) -> None:
    """Buy on PAIR: at the market, or with --at by a LIMIT order that stands until it is filled or cancelled.

    Every fill becomes part of a lot, and gets its SELL like that of any BUY. With --at the exchange itself places the
    SELL once the whole BUY is filled (an order list, OPO), where it can: also if this machine is off by then. The same
    command within twelve hours buys once: the second one finds the first, also after a lost answer. --again buys once
    more.

    \b
    Example:
      lotkeeper buy BTCUSDT --quote 50
      lotkeeper buy BTCUSDT --quantity 0.001 --at 59000 --dry-run
    """
    if (quantity is None) == (amount is None):
        raise click.UsageError("Give one of --quantity and --quote.")
    from lotkeeper.trading.buying.purchase import PurchaseWish
    from messages.pair_commands import BuyCoins

    config, symbol = load_config(config_path), pair.upper()
    wish = PurchaseWish(price, quantity, amount, int(time.time() * 1000), getpass.getuser(), why, not no_list)

    def ask(*, is_dry: bool) -> Json:
        document: Json = ask_service(config, BuyCoins(symbol, wish, is_again, is_dry), _WITHIN_S).document
        return document

    from cli.views.purchase import purchase_lines

    if is_dry_run or not is_sure:
        plan = ask(is_dry=True)
        if is_dry_run:
            _show(plan, as_json)
            return
        confirm("\n".join(purchase_lines(plan)), is_sure, as_json)
    _show(ask(is_dry=False), as_json)


def _show(document: Json, as_json: bool) -> None:
    from cli.views.purchase import purchase_lines

    if as_json:
        write_json(document)
    else:
        click.echo("\n".join(purchase_lines(document)))
