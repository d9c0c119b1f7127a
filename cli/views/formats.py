"""How amounts are shown on a terminal."""

from decimal import Decimal

from rich.text import Text

from lotkeeper.service.documents.formats import shorten

NONE = "-"
LOT_STATE_STYLE = {
    "SELLING": "cyan",
    "CLOSED": "green",
    "PARKED": "yellow",
    "QUEUED": "yellow",
    "HELD": "magenta",
    "OPEN": "white",
}


def money(amount: str, quote: str) -> Text:
    """A signed amount with its asset, green above zero and red below."""
    value = Decimal(amount)
    style = "green" if value > 0 else "red" if value < 0 else "dim"
    return Text(f"{'+' if value > 0 else ''}{shorten(amount)} {quote}", style)
