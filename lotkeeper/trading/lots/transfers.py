"""Coins that come into a lot or leave it without an order of its own: dust, manual sales, releases."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from lotkeeper.trading.money import total


@dataclass(frozen=True, slots=True)
class DustTransfer:
    """Dust that one lot gave to a SELL of another lot, which happens at most once for each SELL.

    One value stands for both sides: what one lot has less the other has more, in the same record.
    """

    symbol: str
    source: int  # BUY order id of the lot that gave
    target: int  # BUY order id of the lot that took
    generation: int  # of the SELL of the target
    quantity: Decimal  # base
    cost: Decimal  # quote; the share of the giving lot's cost
    time_ms: int

    @property
    def source_lot(self) -> str:
        """The name of the lot that gave it."""
        return lot_id(self.symbol, self.source)

    @property
    def target_lot(self) -> str:
        """The name of the lot that took it."""
        return lot_id(self.symbol, self.target)


@dataclass(frozen=True, slots=True)
class CostMove:
    """Cost that one lot gave to another, so that both can be sold at one price; no coins went with it.

    One value stands for both sides, as with dust: what one lot has less the other has more, in the same record.
    """

    symbol: str
    source: int  # BUY order id of the lot that costs less since
    target: int  # BUY order id of the lot that costs more since
    number: int  # of the moves between these lots in this direction, from 1
    cost: Decimal  # quote
    time_ms: int

    @property
    def source_lot(self) -> str:
        """The name of the lot that costs less since."""
        return lot_id(self.symbol, self.source)

    @property
    def target_lot(self) -> str:
        """The name of the lot that costs more since."""
        return lot_id(self.symbol, self.target)

    def to(self, buy_order_id: int) -> Decimal:
        """By how much it changes the cost of that lot (quote)."""
        return self.cost if self.target == buy_order_id else self.cost.copy_negate()


def lot_id(symbol: str, buy_order_id: int) -> str:
    """The name of a lot for people: the pair and the order id of its BUY."""
    return f"{symbol}-{buy_order_id}"


class DisposalKind(StrEnum):
    """How coins left a lot."""

    SOLD_BY_HAND = "SOLD_BY_HAND"
    RELEASED = "RELEASED"
    KEPT = "KEPT"  # the part of the wanted profit that the owner keeps in coins
    LEFT = "LEFT"  # dust that left the account without a trade: converted to another asset, or moved away


@dataclass(frozen=True, slots=True)
class Disposal:
    """Coins that left a lot by a manual sale, by a release or as kept profit, or left the account without a trade.

    A lot has one disposal of a kind and a number. It may grow, and becomes zero if the SELL turns out to be ours.
    """

    symbol: str
    buy_order_id: int
    kind: DisposalKind
    number: int  # the id of the trade that sold them; 0 for kept coins; else the moment (ms)
    order_id: int  # of the manual SELL, else 0
    quantity: Decimal  # base
    cost: Decimal  # quote; their share of the lot's cost
    proceeds: Decimal  # quote; what they brought after the fee
    time_ms: int

    @property
    def lot_id(self) -> str:
        """The name of the lot that they left."""
        return lot_id(self.symbol, self.buy_order_id)

    def is_same(self, other: "Disposal") -> bool:
        """Whether the two are states of the same disposal."""
        return (self.buy_order_id, self.kind, self.number) == (other.buy_order_id, other.kind, other.number)

    def with_more(self, more: "Disposal") -> "Disposal":
        """The sum of both."""
        return replace(
            self,
            quantity=total((self.quantity, more.quantity)),
            cost=total((self.cost, more.cost)),
            proceeds=total((self.proceeds, more.proceeds)),
        )
