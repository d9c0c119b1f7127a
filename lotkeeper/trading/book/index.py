"""What is known of all lots of a pair at once: kept up to date with each change instead of counted again."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ZERO
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.selling.dust import can_give_dust

Amount = TypeVar("Amount", int, Decimal)


@dataclass(slots=True)
class BookIndex:
    """Sums and look-ups over all lots; where nothing else is said, the keys are the BUY order ids of lots."""

    lot_of_order: dict[int, int] = field(default_factory=dict)  # the lot of each SELL, by the SELL's order id
    remainders: dict[int, Decimal] = field(default_factory=dict)  # quantity (base) of those that may be dust
    deficits: set[int] = field(default_factory=set)  # lots whose SELLs cover more than they received
    queued_floors: dict[int, Decimal] = field(
        default_factory=dict
    )  # floors (quote) of lots that wait for an order slot
    _live: dict[int, int] = field(default_factory=dict)  # how many SELLs may still fill
    _canceling: dict[int, int] = field(default_factory=dict)  # how many SELLs are being cancelled

    @property
    def live_sells(self) -> int:
        """How many order slots our SELLs take, those included whose outcome is not known."""
        return sum(self._live.values())

    @property
    def canceling(self) -> int:
        """How many of our SELLs are being cancelled."""
        return sum(self._canceling.values())

    def update_lot(self, lot: Lot) -> None:
        """Takes the newest state of a lot."""
        number, remainder = lot.buy_order_id, lot.remainder
        self.lot_of_order.update({order.order_id: number for order in lot.orders if order.order_id is not None})
        _note(self._live, number, sum(order.is_live for order in lot.orders))
        _note(self._canceling, number, sum(order.state is OrderState.CANCELING for order in lot.orders))
        _note(self.remainders, number, remainder if remainder > 0 and can_give_dust(lot) else ZERO)
        (self.deficits.add if remainder < 0 else self.deficits.discard)(number)

    def add_to_queue(self, buy_order_id: int, floor: Decimal) -> None:
        """The lot waits for an order slot, to be sold at `floor` (quote)."""
        self.queued_floors[buy_order_id] = floor

    def remove_from_queue(self, buy_order_id: int) -> None:
        """The lot does not wait for an order slot any more."""
        self.queued_floors.pop(buy_order_id, None)

    def remove_lot(self, buy_order_id: int) -> None:
        """The lot has left the book. Which SELLs were its SELLs stays known, for late reports of them."""
        for each in (self._live, self._canceling, self.remainders, self.queued_floors):
            each.pop(buy_order_id, None)
        self.deficits.discard(buy_order_id)


def _note(numbers: dict[int, Amount], key: int, amount: Amount) -> None:
    """Keeps amounts that are not zero only, so that the sums over them stay quick."""
    if amount:
        numbers[key] = amount
    else:
        numbers.pop(key, None)
