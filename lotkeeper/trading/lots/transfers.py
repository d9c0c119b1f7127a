"""Coins that come into a lot or leave it without an order of its own: dust, manual sales, releases."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from lotkeeper.trading.money import total


@dataclass(frozen=True, slots=True)
class DustTransfer:
    """What the lot of BUY order `source` gave to the lot of BUY order `target`, for that one's SELL `generation`.

    `quantity` in base asset, `cost` in quote asset; a lot gives a SELL of another at most once. One value stands for
    both sides: what the one lot has less the other has more, in the same record.
    """

    symbol: str
    source: int
    target: int
    generation: int
    quantity: Decimal
    cost: Decimal
    time_ms: int

    @property
    def source_lot(self) -> str:
        """The lot that gave it, as people name it."""
        return lot_id(self.symbol, self.source)

    @property
    def target_lot(self) -> str:
        """The lot that took it, as people name it."""
        return lot_id(self.symbol, self.target)


def lot_id(symbol: str, buy_order_id: int) -> str:
    """How a lot is named to people: the pair and the order id of its BUY."""
    return f"{symbol}-{buy_order_id}"


class DisposalKind(StrEnum):
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
    kind: DisposalKind
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
        return (self.buy_order_id, self.kind, self.number) == (other.buy_order_id, other.kind, other.number)

    def with_more(self, more: "Disposal") -> "Disposal":
        """Both together."""
        return replace(
            self,
            quantity=total((self.quantity, more.quantity)),
            cost=total((self.cost, more.cost)),
            proceeds=total((self.proceeds, more.proceeds)),
        )
