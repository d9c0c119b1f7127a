"""`lotkeeper orders`: what stands on the exchange's book."""

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from cli.shared import ServiceCommand, config_option, json_option, write_json
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import load_config

Json = Mapping[str, Any]
_COLUMNS = "pair side type client_order_id order_id lot state price stop_price quantity executed sent"
_LIVE = frozenset({"OPEN", "PARTIALLY_FILLED", "PLACING", "UNKNOWN", "CANCELING"})
MOST_LOTS = 100_000


@click.command(cls=ServiceCommand, short_help="List the open orders: our SELLs, and every open BUY.")
@click.option("--pair", default="", help="Only this pair.")
@click.option("--csv", "as_csv", is_flag=True, help="Print comma-separated values on standard output.")
@config_option
@json_option
def orders(*, pair: str, as_csv: bool, config_path: Path, as_json: bool) -> None:
    """List the open orders of the pairs: the SELLs of the lots, and every BUY of the account.

    A BUY is listed from the moment on at which it is placed, with what it has bought so far.
    """
    if as_csv and as_json:
        raise click.UsageError("--csv and --json cannot be given together.")
    from messages.control import AskPositions, AskStatus

    config, symbol = load_config(config_path), pair.upper()
    lots = ask_service(config, AskPositions(symbol, True, MOST_LOTS)).positions
    rows = open_orders(lots, ask_service(config, AskStatus()).document["pairs"], symbol)
    if as_json:
        write_json(rows)
    elif as_csv:
        _write_csv(rows)
    else:
        _show(rows)


def open_orders(lots: Iterable[Json], pairs: Mapping[str, Json], symbol: str = "") -> list[dict[str, Any]]:
    """The open orders in the positions of the Ledger and in the status of the pairs, of one pair or (empty) of all."""
    return _in_order([*_sells(lots), *_buys(pairs, symbol)])


def _sells(lots: Iterable[Json]) -> Iterator[dict[str, Any]]:
    for lot in lots:
        for sell in lot["sells"]:
            if sell["state"] in _LIVE:
                yield _row(sell, pair=lot["pair"], side="SELL", lot=lot["lot"])


def _buys(pairs: Mapping[str, Json], symbol: str) -> Iterator[dict[str, Any]]:
    """Of a pair whose keeper has not reported yet nothing is known."""
    for name, pair in pairs.items():
        if symbol in ("", name):
            for buy in pair.get("open_buys") or ():
                lot = f"{name}-{buy['order_id']}" if Decimal(buy["executed"]) else None
                yield _row(buy, pair=name, side="BUY", lot=lot)


def _row(order: Json, **more: Any) -> dict[str, Any]:
    found = {"stop_price": None, **order, **more}  # of a SELL that follows the price
    return {name: found[name] for name in _COLUMNS.split()}


def _in_order(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """By pair, as in an order book: the SELLs above the BUYs, the highest price first."""
    return sorted(rows, key=lambda row: (row["pair"], row["side"] == "BUY", -Decimal(row["price"]), row["sent"]))


def _write_csv(rows: Sequence[dict[str, Any]]) -> None:
    writer = csv.DictWriter(sys.stdout, _COLUMNS.split())
    writer.writeheader()
    writer.writerows(rows)


def _show(rows: Sequence[Json]) -> None:
    from cli.views.orders import orders_table
    from cli.views.responsive_table import stdout_console

    if rows:
        stdout_console().print(orders_table(rows))
    else:
        click.echo("no open orders")
