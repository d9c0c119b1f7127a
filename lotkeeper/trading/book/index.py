"""What a pair's book knows of all its lots at once, kept up with each change instead of counted anew."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ZERO
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.selling.dust import may_give

Amount = TypeVar("Amount", int, Decimal)


@dataclass(slots=True)
class Index:
    """By BUY order id of the lot, except where it says otherwise.

    `lot_of_order` has the lot of each SELL's order id, `rests` the quantity (base) of those that may be dust,
    `deficits` the lots whose SELLs cover more than they received, `queue` the floors (quote) of those that wait for an
    order slot.
    """

    lot_of_order: dict[int, int] = field(default_factory=dict)
    rests: dict[int, Decimal] = field(default_factory=dict)
    deficits: set[int] = field(default_factory=set)
    queue: dict[int, Decimal] = field(default_factory=dict)
    _live: dict[int, int] = field(default_factory=dict)
    _canceling: dict[int, int] = field(default_factory=dict)

    @property
    def live_sells(self) -> int:
        """How many order slots our SELLs take, those whose outcome is not known too."""
        return sum(self._live.values())

    @property
    def canceling(self) -> int:
        """How many of our SELLs are being cancelled."""
        return sum(self._canceling.values())

    def keep(self, lot: Lot) -> None:
        """Takes the newest state of a lot."""
        number, remainder = lot.buy_order_id, lot.remainder
        self.lot_of_order.update({order.order_id: number for order in lot.orders if order.order_id is not None})
        _note(self._live, number, sum(order.is_live for order in lot.orders))
        _note(self._canceling, number, sum(order.state is OrderState.CANCELING for order in lot.orders))
        _note(self.rests, number, remainder if remainder > 0 and may_give(lot) else ZERO)
        (self.deficits.add if remainder < 0 else self.deficits.discard)(number)

    def drop(self, buy_order_id: int) -> None:
        """The lot has left the book; its SELLs are still known to be its."""
        for each in (self._live, self._canceling, self.rests, self.queue):
            each.pop(buy_order_id, None)
        self.deficits.discard(buy_order_id)


def _note(numbers: dict[int, Amount], key: int, amount: Amount) -> None:
    """Only what is there is kept, so that what is summed stays small."""
    if amount:
        numbers[key] = amount
    else:
        numbers.pop(key, None)
