"""What persons asked to be sold of a lot, as rows of its explanation: name, amount, and what is to say about it."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

Json = Mapping[str, Any]
_STATES = {
    "UNDER_WAY": "under way",
    "DONE": "done",
    "WITHDRAWN": "withdrawn",
    "REPLACED": "replaced",
    "CANCELLED": "cancelled",
    "REFUSED": "refused",
    "LOT_CLOSED": "overtaken",
}
_KINDS = {"AT": "", "FLOOR": ", the floor then", "MARKET": ", a little under the bid then"}


def instructed_rows(lot: Json) -> Iterator[tuple[str, str, str]]:
    """The newest first, each with how far it has come."""
    base, quote = lot["base"], lot["quote"]
    for sale in reversed(lot["instructed"]):
        yield f"sale {sale['number']}", f"{sale['quantity']} {base}", _wish_text(sale, quote)
        yield "", _STATES[sale["state"]], _origin_text(sale)
        name = "sold so far" if sale["state"] == "UNDER_WAY" else "sold"
        yield name, f"{sale['sold']} {base}", _progress_text(sale, quote)


def _wish_text(sale: Json, quote: str) -> str:
    whole = "all that the lot had then, " if sale["whole"] else ""
    below = "; under the floor too" if sale["below_floor"] else "; never under the floor"
    return f"{whole}at {sale['price']} {quote} or better{_KINDS[sale['kind']]}{below}"


def _origin_text(sale: Json) -> str:
    why = f": {sale['why']}" if sale["why"] else ""
    return f"asked for at {sale['asked_at'][:19].replace('T', ' ')} by {sale['who']}{why}"


def _progress_text(sale: Json, quote: str) -> str:
    text = f"of {sale['quantity']}"
    if Decimal(sale["brought"]):
        text += f" for {sale['brought']} {quote}"
    if Decimal(sale["sold_otherwise"]):
        text += f"; other SELLs sold {sale['sold_otherwise']}, which counts"
    if sale["open"]:
        return f"{text}; {', '.join(sale['open'])} stands on the exchange"
    return f"{text}; no SELL of it stands on the exchange" if sale["state"] == "UNDER_WAY" else text
