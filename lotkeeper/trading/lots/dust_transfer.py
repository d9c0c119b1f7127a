"""Dust that a later lot of the pair took over, at its cost."""

from dataclasses import dataclass
from decimal import Decimal


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
