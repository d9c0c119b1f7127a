"""The rearrangement of a group of lots that is under way: what it wants of each of them now."""

from collections.abc import Iterable
from decimal import Decimal


class Rearrangement:
    """It is lost with its keeper. What stands on the exchange's book is then rearranged again."""

    def __init__(self) -> None:
        self.is_due = False  # a comparison is complete, or a BUY was filled
        self.is_raising = False  # the SELLs of the cheap lots are going up
        self.lots: tuple[int, ...] = ()  # those that take part (BUY order ids)
        self.prices: dict[int, Decimal] = {}  # as `group_price` of a situation, by lot
        self.recording: frozenset[int] = frozenset()  # lots whose moved cost is not known to be recorded

    def raise_lots(self, lots: tuple[int, ...], low: Iterable[int], price: Decimal) -> None:
        """These lots take part, and of them the `low` ones have to ask for this price (quote) first."""
        self.is_raising, self.lots, self.prices = True, lots, dict.fromkeys(low, price)

    def end(self) -> None:
        """Nothing is wanted of any lot."""
        self.is_raising, self.lots, self.prices = False, (), {}
