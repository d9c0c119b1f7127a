"""A purchase that a person asks for, line by line."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from lotkeeper.service.documents.formats import shorten

Json = Mapping[str, Any]


def purchase_lines(purchase: Json) -> list[str]:
    """What it comes to, or what became of it."""
    return list(_LINES[purchase["state"]](purchase))


def _planned(purchase: Json) -> Iterator[str]:
    yield f"{purchase['pair']}: buy {_what(purchase)}"
    yield from _figures(purchase)


def _bought(purchase: Json) -> Iterator[str]:
    yield f"{purchase['pair']}: {_order(purchase)}"
    yield from _figures(purchase)


def _found(purchase: Json) -> Iterator[str]:
    asked = datetime.fromisoformat(purchase["asked"])
    yield f"{purchase['pair']}: the same was asked for at {asked:%Y-%m-%d %H:%M:%S} UTC by {purchase['who']}"
    yield f"  {_order(purchase)}"
    yield "  nothing more was bought; --again buys as much once more"


def _what(purchase: Json) -> str:
    base, quote = purchase["base"], purchase["quote"]
    size = f"for {purchase['amount']} {quote}" if purchase["quantity"] is None else f"{purchase['quantity']} {base}"
    return f"{size} at the market" if purchase["price"] is None else f"{size} at {purchase['price']} {quote} or better"


def _order(purchase: Json) -> str:
    paid = f"{purchase['spent']} {purchase['quote']}"
    done = f"{purchase['executed']} of {purchase['ordered']} {purchase['base']} for {paid}"
    return f"BUY {purchase['client_order_id']} is {purchase['status'].lower()}: {done}"


def _figures(purchase: Json) -> Iterator[str]:
    quote = purchase["quote"]
    ask = "the ask is not known" if purchase["ask"] is None else f"the ask is {purchase['ask']}"
    about = f"some {purchase['expected_quantity']} {purchase['base']} at {purchase['expected_price']}"
    yield f"  {ask}; expected: {about}, {shorten(purchase['cost'])} {quote}, fee {shorten(purchase['fee'])}"
    if purchase["sell_by_exchange"]:
        yield f"  the exchange itself places its SELL at {purchase['sell_price']} when all of it is bought (OPO),"
        yield "    also if this machine is off then; until then what is bought waits for that"
    else:
        yield f"  its SELL would stand at {purchase['sell_price']}"
    if purchase["no_list"]:
        yield f"  lotkeeper places it, not the exchange: {purchase['no_list']}"
    if "lot" in purchase:
        yield f"  lot {purchase['lot']}"


_LINES = {"planned": _planned, "bought": _bought, "found": _found}
