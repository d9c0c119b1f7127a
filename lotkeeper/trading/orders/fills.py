"""Fills: one trade of one order, as the exchange booked it."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Side(StrEnum):
    BUY = "BUY"
    SELL = "SELL"


@dataclass(frozen=True, slots=True)
class Fill:
    """A trade on the account. Every number is the exchange's own and is never recomputed."""

    symbol: str
    trade_id: int  # unique per symbol; below zero for what is no trade: an allocation, or adopted coins
    order_id: int  # unique per symbol
    side: Side
    price: Decimal  # quote
    quantity: Decimal  # base
    quote_quantity: Decimal  # quote
    commission: Decimal  # in commission_asset
    commission_asset: str
    time_ms: int  # milliseconds since the epoch
    is_maker: bool
    # The order list of its order; None for none. Not recorded.
    list_id: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class UnreadableTrade:
    """A row of the exchange's list of trades that cannot be read as a Fill. What is None cannot be read either."""

    trade_id: int | None
    order_id: int | None
    time_ms: int | None  # milliseconds since the epoch
    problem: str  # for people


def fill_id_of_allocation(allocation_id: int) -> int:
    """In place of a trade id: smart order routing fills an order by allocations, which no list of trades has."""
    return -1 - allocation_id


@dataclass(frozen=True, slots=True)
class FeeValue:
    """What the commission of one trade is worth in quote that was paid in another asset than base and quote."""

    trade_id: int
    asset: str
    price: Decimal  # quote; used for one of the asset
    time_ms: int
    value: Decimal  # quote
