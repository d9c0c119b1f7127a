"""Keys in the order of their prices: kept sorted with each change, instead of sorted each time that it is asked for.

A list with `bisect` is enough: a pair has some thousand lots at most, and to move so many references takes a
microsecond or two.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Any)  # can be compared with other keys: where prices are equal, the lower key comes first


class PriceOrder(Generic[Key]):
    """Each key once, with its price; the lowest price comes first."""

    __slots__ = ("_prices", "_ranked")

    def __init__(self) -> None:
        self._prices: dict[Key, Decimal] = {}
        self._ranked: list[tuple[Decimal, Key]] = []

    def __len__(self) -> int:
        return len(self._ranked)

    def __contains__(self, key: object) -> bool:
        return key in self._prices

    def put(self, key: Key, price: Decimal) -> None:
        """The key has this price from now on."""
        self.remove(key)
        self._prices[key] = price
        insort(self._ranked, (price, key))

    def remove(self, key: Key) -> None:
        """The key is gone; nothing happens if it is not here."""
        price = self._prices.pop(key, None)
        if price is not None:
            del self._ranked[bisect_left(self._ranked, (price, key))]

    def price_of(self, key: Key) -> Decimal | None:
        """The price of a key; None if it is not here."""
        return self._prices.get(key)

    def at(self, rank: int) -> tuple[Decimal, Key] | None:
        """The price and key at this place, counted from the lowest price (0); None if there are not so many."""
        return self._ranked[rank] if rank < len(self._ranked) else None

    def descending(self) -> Iterator[Key]:
        """All keys, the highest price first."""
        return (key for _, key in reversed(self._ranked))

    def from_lowest(self) -> Iterator[tuple[Decimal, Key]]:
        """All prices and keys, the lowest price first; not to be changed meanwhile."""
        return iter(self._ranked)

    def ascending(self) -> list[tuple[Decimal, Key]]:
        """All prices and keys, the lowest price first."""
        return list(self._ranked)

    def count_up_to(self, price: Decimal) -> int:
        """How many keys have at most this price."""
        return bisect_right(self._ranked, price, key=lambda each: each[0])
