"""An order book: two sides with price levels, each with its orders by age."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator
from decimal import Decimal
from typing import Protocol

from binance_sim.account.account import TradingAccount
from binance_sim.numbers import ZERO


class RestingOrder(Protocol):
    """What can rest in a book: an account's order, or an order of the external market (whose account is None)."""

    shown: Decimal

    @property
    def price(self) -> Decimal: ...
    @property
    def account(self) -> TradingAccount | None: ...
    @property
    def piece_size(self) -> Decimal: ...
    @property
    def hidden(self) -> Decimal: ...
    def next_piece(self) -> Decimal: ...


class BookLevel:
    """All orders at one price, the oldest first. `total` is the visible quantity."""

    __slots__ = ("price", "queue", "total")

    def __init__(self, price: Decimal) -> None:
        self.price = price
        # An OrderedDict: in a plain dict the search for the first entry gets slower as first entries are removed.
        self.queue: OrderedDict[int, RestingOrder] = OrderedDict()
        self.total = ZERO


class BookChanges:
    """The levels that changed since the last `empty`. `update_id` counts changes, as the exchange's streams do."""

    __slots__ = ("asks", "bids", "first_update", "update_id")

    def __init__(self) -> None:
        self.update_id = 1_000_000
        self.first_update = self.update_id + 1
        self.bids: dict[Decimal, None] = {}
        self.asks: dict[Decimal, None] = {}

    def empty(self) -> None:
        self.first_update = self.update_id + 1
        self.bids, self.asks = {}, {}


class BookSide:
    """One side of a book."""

    __slots__ = ("_changes", "_levels", "_ordered", "_ranks", "is_bids")

    def __init__(self, is_bids: bool, changes: BookChanges) -> None:
        self.is_bids = is_bids
        self._levels: dict[Decimal, BookLevel] = {}
        # Sorted with the best price at the end: prices of bids, negative prices of asks.
        self._ranks: list[Decimal] = []
        # The levels in the same order: the best level is read far more often than any other.
        self._ordered: list[BookLevel] = []
        self._changes = changes

    def _note(self, price: Decimal) -> None:
        changes = self._changes
        changes.update_id += 1
        (changes.bids if self.is_bids else changes.asks)[price] = None

    def best(self) -> BookLevel | None:
        return self._ordered[-1] if self._ordered else None

    def from_best(self) -> Iterator[BookLevel]:
        return reversed(self._ordered)

    def at(self, price: Decimal) -> BookLevel | None:
        return self._levels.get(price)

    def __len__(self) -> int:
        return len(self._ranks)

    def add(self, resting: RestingOrder) -> None:
        """Add an order behind all others at its price."""
        price = resting.price
        level = self._levels.get(price)
        if level is None:
            level = self._open(price)
        level.queue[id(resting)] = resting
        level.total += resting.shown
        self._note(price)

    def _open(self, price: Decimal) -> BookLevel:
        rank = price if self.is_bids else price.copy_negate()
        index = bisect_left(self._ranks, rank)
        self._ranks.insert(index, rank)
        level = self._levels[price] = BookLevel(price)
        self._ordered.insert(index, level)
        return level

    def remove(self, resting: RestingOrder) -> bool:
        """Remove an order; returns False if it was not there."""
        level = self._levels.get(resting.price)
        if level is None or level.queue.pop(id(resting), None) is None:
            return False
        level.total -= resting.shown
        self._tidy(level)
        return True

    def reduce(self, resting: RestingOrder, qty: Decimal) -> None:
        """`qty` of an order was traded. An iceberg shows its next piece, behind others; an empty order is removed."""
        level = self._levels[resting.price]
        resting.shown -= qty
        level.total -= qty
        if not resting.shown:
            del level.queue[id(resting)]
            resting.shown = resting.next_piece() if resting.piece_size else ZERO
            if resting.shown:
                level.queue[id(resting)] = resting
                level.total += resting.shown
        self._tidy(level)

    def resize(self, resting: RestingOrder, shown: Decimal) -> None:
        """Change the visible quantity; the order keeps its place in the queue."""
        level = self._levels[resting.price]
        level.total += shown - resting.shown
        resting.shown = shown
        if not shown:
            del level.queue[id(resting)]
        self._tidy(level)

    def _tidy(self, level: BookLevel) -> None:
        self._note(level.price)
        if not level.queue:
            del self._levels[level.price]
            index = bisect_left(self._ranks, level.price if self.is_bids else level.price.copy_negate())
            del self._ranks[index], self._ordered[index]


class OrderBook:
    """Bids and asks of one pair."""

    __slots__ = ("asks", "bids", "changes")

    def __init__(self) -> None:
        self.changes = BookChanges()
        self.bids, self.asks = BookSide(True, self.changes), BookSide(False, self.changes)

    def side(self, buys: bool) -> BookSide:
        """The side on which such orders rest."""
        return self.bids if buys else self.asks

    def opposite(self, buys: bool) -> BookSide:
        """The side that such a taker trades with."""
        return self.asks if buys else self.bids

    def top(self) -> tuple[Decimal, Decimal, Decimal, Decimal]:
        """Best bid and its quantity, best ask and its quantity; zeros for an empty side."""
        bid, ask = self.bids.best(), self.asks.best()
        return (
            bid.price if bid else ZERO,
            bid.total if bid else ZERO,
            ask.price if ask else ZERO,
            ask.total if ask else ZERO,
        )
