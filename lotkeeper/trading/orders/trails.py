"""A SELL that follows the price up, as the exchange keeps it: a TAKE_PROFIT_LIMIT with a trailing delta.

Source: Binance faqs/trailing-stop-faq.md. It waits until a trade reaches the stop price, or without one follows from
the next trade on. Then it remembers the highest trade, and begins to work as a LIMIT at its price when a trade is lower
than that by the delta. So it never sells below its price, however fast the market falls.
"""

from dataclasses import dataclass
from decimal import Decimal

TRAILING_TYPE = "TAKE_PROFIT_LIMIT"
_WAITS_FOR_PRICE = ("STOP_LOSS", "TAKE_PROFIT")


@dataclass(frozen=True, slots=True)
class Trail:
    """How a SELL follows the price. A SELL without one is a LIMIT."""

    delta: int  # bips, hundredths of a percent: so far below the highest trade it begins to work
    stop_price: Decimal | None = None  # quote; it follows from a trade at this price on; None: from the next trade on


def reported_trail(order_type: str, delta: int, stop_price: Decimal) -> Trail | None:
    """The trail of an order as the exchange reports it; None for every other order. Without a delta it is zero, and so
    is the stop price.
    """
    return Trail(delta, stop_price or None) if order_type == TRAILING_TYPE and delta > 0 else None


def waits_for_price(order_type: str) -> bool:
    """Whether an order of this type counts for MAX_NUM_ALGO_ORDERS (Binance filters.md)."""
    return order_type.startswith(_WAITS_FOR_PRICE)
