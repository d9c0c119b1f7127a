"""A sale that a person asks for, line by line."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from lotkeeper.service.documents.formats import shorten, with_sign

Json = Mapping[str, Any]


def sale_lines(sale: Json) -> list[str]:
    """What it comes to, or how far it has come."""
    return list(_LINES[sale["state"]](sale))


def _planned(sale: Json) -> Iterator[str]:
    yield f"{sale['lot']}: sell {_what(sale)}"
    yield from _figures(sale)


def _begun(sale: Json) -> Iterator[str]:
    yield f"{sale['lot']}: {_what(sale)} is being sold"
    yield from _figures(sale)


def _found(sale: Json) -> Iterator[str]:
    asked = datetime.fromisoformat(sale["asked"])
    yield f"{sale['lot']}: the same was asked for at {asked:%Y-%m-%d %H:%M:%S} UTC by {sale['who']}"
    standing = f"; {', '.join(sale['orders'])} stands at {sale['price']} {sale['quote']}" if sale["orders"] else ""
    yield f"  sold {sale['sold']} of {sale['quantity']} {sale['base']}{standing}"
    yield "  nothing more was done; --again sells as much once more"


def _refused(sale: Json) -> Iterator[str]:
    yield f"{sale['lot']}: refused: {sale['error']}"


def _what(sale: Json) -> str:
    return f"{sale['quantity']} {sale['base']} at {sale['price']} {sale['quote']} or better"


def _figures(sale: Json) -> Iterator[str]:
    quote = sale["quote"]
    bid = "the bid is not known" if sale["bid"] is None else f"the bid is {sale['bid']}"
    at = "" if sale["expected_price"] == sale["price"] else f" at {sale['expected_price']}"
    fee, net, cost = (shorten(sale[each]) for each in ("fee", "net", "cost"))
    yield f"  {bid}; expected{at}: {net} {quote} after a fee of {fee}"
    yield f"  it cost {cost} {quote}: {with_sign(shorten(sale['profit']))} {quote}"
    if sale["under_floor_pct"] is not None:
        yield f"  sells {sale['under_floor_pct']} % under the floor of {sale['floor']}"
    if sale["cancels"]:
        yield f"  cancels {', '.join(sale['cancels'])} first"
    if sale["meets"]:
        met = sale["meets"]
        yield f"  your own BUY {met['order_id']} stands at {met['price']}: where they meet, the exchange {met['then']}"
    if Decimal(sale["left"]):
        yield f"  {sale['left']} {sale['base']} stays with the policy of the pair"


_LINES = {"planned": _planned, "begun": _begun, "found": _found, "refused": _refused}
