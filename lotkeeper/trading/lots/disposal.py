"""Coins that left a lot otherwise than by one of its SELLs: sold by hand, or released to their owner."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from lotkeeper.trading.lots.dust_transfer import lot_id
from lotkeeper.trading.money import total


class Way(StrEnum):
    """How they left."""

    SOLD_BY_HAND = "SOLD_BY_HAND"
    RELEASED = "RELEASED"


@dataclass(frozen=True, slots=True)
class Disposal:
    """`quantity` (base) with its share of the lot's cost (`cost`, quote); what it brought after its fee (`proceeds`).

    `number` is the id of the trade that sold it, for a release the moment (ms); a lot has one disposal of a way and a
    number, which may grow, or become nothing when the SELL turns out to be one of ours. `order_id` is 0 for a release.
    """

    symbol: str
    buy_order_id: int
    way: Way
    number: int
    order_id: int
    quantity: Decimal
    cost: Decimal
    proceeds: Decimal
    time_ms: int

    @property
    def lot_id(self) -> str:
        """The lot that it left, as people name it."""
        return lot_id(self.symbol, self.buy_order_id)

    def is_same(self, other: "Disposal") -> bool:
        """Whether it is another state of the same one."""
        return (self.buy_order_id, self.way, self.number) == (other.buy_order_id, other.way, other.number)

    def with_more(self, more: "Disposal") -> "Disposal":
        """Both together."""
        return replace(
            self,
            quantity=total((self.quantity, more.quantity)),
            cost=total((self.cost, more.cost)),
            proceeds=total((self.proceeds, more.proceeds)),
        )
