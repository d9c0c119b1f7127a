"""Which prices are believed."""

from decimal import Decimal


def is_valid(bid: Decimal, ask: Decimal) -> bool:
    """Whether a best bid and ask (quote asset) can be true: both sides there, and not crossed."""
    return 0 < bid <= ask
