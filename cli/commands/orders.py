"""`lotkeeper orders`: what stands on the exchange's book, and the orders of all time."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.history.options import opened_database, page_options, refuse_both
from cli.history.output import say_older, write_rows
from cli.history.states import state_option
from cli.shared import ServiceCommand, config_option, json_option
from cli.views.pauses import LIVE
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import load_config

if TYPE_CHECKING:
    from lotkeeper.config import Config
    from persistence.history.wanted import Wanted

Json = Mapping[str, Any]
_COLUMNS = "pair side type client_order_id order_id lot state price stop_price quantity executed sent"
_PAST_COLUMNS = f"{_COLUMNS} updated key"
# By the word that a person gives; SELLs have states of ours, BUYs those of the exchange.
_STATES = {
    "open": ("OPEN", "NEW", "PENDING_NEW"),
    "partially_filled": ("PARTIALLY_FILLED",),
    "filled": ("FILLED",),
    "canceled": ("CANCELED",),
    "expired": ("EXPIRED", "EXPIRED_IN_MATCH"),
    "refused": ("REFUSED", "REJECTED"),
    "ended": ("ENDED",),
    "placing": ("PLACING",),
    "unknown": ("UNKNOWN",),
    "canceling": ("CANCELING",),
    "not_sent": ("NOT_SENT",),
}
MOST_LOTS = 100_000


@click.command(cls=ServiceCommand, short_help="List the orders: our SELLs and every BUY, open or of all time.")
@click.option("--all", "is_all", is_flag=True, help="The orders of all time, from the database.")
@state_option(_STATES)
@page_options(50)
@config_option
@json_option
def orders(
    *,
    is_all: bool,
    states: frozenset[str],
    pair: str,
    since_ms: int | None,
    until_ms: int | None,
    limit: int,
    before: str,
    as_csv: bool,
    config_path: Path,
    as_json: bool,
) -> None:
    """List the open orders of the pairs: the SELLs of the lots, and every BUY of the account.

    A BUY is listed from the moment on at which it is placed, with what it has bought so far. The open orders are those
    of the running service. With --all, --state, --since, --until or --before the orders of all time are listed, the
    newest first, from the database: also while the service is not running. A BUY in the state `ended` has ended while
    nobody looked. The next page: --before with the `key` of the last row.

    \b
    Example:
      lotkeeper orders
      lotkeeper orders --all --state filled --since 2026-11-01 --csv
    """
    refuse_both(as_csv, as_json)
    config = load_config(config_path)
    if is_all or states or before or (since_ms, until_ms) != (None, None):
        from persistence.history.wanted import Wanted

        wanted = Wanted(pair, since_ms, until_ms, states, limit, before)
        _list_past(config, wanted, as_csv=as_csv, as_json=as_json)
        return
    from cli.views.orders import orders_table
    from messages.control import AskPositions, AskStatus

    lots = ask_service(config, AskPositions(pair, True, MOST_LOTS)).positions
    rows = open_orders(lots, ask_service(config, AskStatus()).document["pairs"], pair)
    write_rows(rows, _COLUMNS.split(), orders_table, "no open orders", as_json=as_json, as_csv=as_csv)


def _list_past(config: "Config", wanted: "Wanted", *, as_csv: bool, as_json: bool) -> None:
    from cli.history.documents import order_document
    from cli.views.orders import past_orders_table
    from persistence.history.orders import read_orders

    with opened_database(config, wanted.symbol) as database:
        found = read_orders(database, replace(wanted, limit=wanted.limit + 1))
    rows = [order_document(each) for each in found[: wanted.limit]]
    write_rows(rows, _PAST_COLUMNS.split(), past_orders_table, "no such orders", as_json=as_json, as_csv=as_csv)
    say_older(rows, "key", is_more=len(found) > wanted.limit, is_quiet=as_csv or as_json)


def open_orders(lots: Iterable[Json], pairs: Mapping[str, Json], symbol: str = "") -> list[dict[str, Any]]:
    """The open orders in the positions of the Ledger and in the status of the pairs, of one pair or (empty) of all."""
    return _in_order([*_sells(lots), *_buys(pairs, symbol)])


def _sells(lots: Iterable[Json]) -> Iterator[dict[str, Any]]:
    for lot in lots:
        for sell in lot["sells"]:
            if sell["state"] in LIVE:
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
