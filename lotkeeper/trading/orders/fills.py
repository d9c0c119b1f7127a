"""Fills: one trade of one order, as the exchange booked it."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Side(StrEnum):
    BUY = "BUY"
    SELL = "SELL"


@dataclass(frozen=True, slots=True)
class Fill:
    """A trade on the account. Never recomputed: every number is the exchange's own.

    `price` and `quote_quantity` are in quote asset, `quantity` in base asset, `commission` in `commission_asset`,
    `time_ms` in milliseconds since the epoch. `trade_id` and `order_id` are unique per symbol only.
    """

    symbol: str
    trade_id: int
    order_id: int
    side: Side
    price: Decimal
    quantity: Decimal
    quote_quantity: Decimal
    commission: Decimal
    commission_asset: str
    time_ms: int
    is_maker: bool


@dataclass(frozen=True, slots=True)
class FeeValue:
    """What the commission of one trade, paid in a third asset, is worth in quote, and the price used for it."""

    trade_id: int
    asset: str
    price: Decimal
    time_ms: int
    value: Decimal
