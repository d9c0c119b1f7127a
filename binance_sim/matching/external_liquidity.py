"""The external market: liquidity that belongs to no account, as resting orders in the same book.

Price sources set its best prices (`ExternalQuote`). Behind them is a ladder of levels, which is created when the book
is read or traded with. Takers meet both, by price and age among the accounts' orders. The external market has
unlimited funds, but `AssetLedger` counts what it gives and receives.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple, Protocol

from binance_sim.matching.books import BookSide, OrderBook
from binance_sim.numbers import ATOM, ZERO, floor_to
from binance_sim.symbols.rules import SymbolRules

DEPTH = 20


class ExternalQuote(NamedTuple):
    """The best prices of the external market. A quantity of zero means an empty side."""

    bid: Decimal
    bid_qty: Decimal
    ask: Decimal
    ask_qty: Decimal
    update_id: int


class ExternalOrder:
    """An order of the external market."""

    __slots__ = ("price", "shown")

    account = None
    piece_size = ZERO
    hidden = ZERO

    def __init__(self, price: Decimal, shown: Decimal) -> None:
        self.price = price
        self.shown = shown

    def next_piece(self) -> Decimal:
        return ZERO


class DepthLadder(Protocol):
    """The levels behind the best prices."""

    def ladder_levels(self, quote: ExternalQuote, buys: bool) -> Iterator[tuple[Decimal, Decimal]]:
        """Prices and quantities of one side behind the first level, the best first."""


class SyntheticLadder:
    """Levels that are one tick apart. Their sizes depend on the quote's number only: the same quote, the same sizes."""

    def __init__(self, rules: SymbolRules) -> None:
        self._rules = rules

    def ladder_levels(self, quote: ExternalQuote, buys: bool) -> Iterator[tuple[Decimal, Decimal]]:
        top, size = (quote.bid, quote.bid_qty) if buys else (quote.ask, quote.ask_qty)
        tick = self._rules.tick or floor_to(top / 10_000, ATOM) or ATOM
        for level in range(1, DEPTH):
            price = top - tick * level if buys else top + tick * level
            if price > 0 and size > 0:
                yield price, self._size(size, quote.update_id, level)

    def _size(self, top: Decimal, number: int, level: int) -> Decimal:
        """Half to five times the size of the first level."""
        drawn = number * 2_654_435_761 + level * 40_503
        factor = Decimal(50 + drawn % 450) / 100
        step = self._rules.step or ATOM
        return max(floor_to(top * factor, step), step)


class ExternalLiquidity:
    """The external orders of one pair."""

    def __init__(self, book: OrderBook, ladder: DepthLadder) -> None:
        self.ladder = ladder
        self.quote: ExternalQuote | None = None
        self._book = book
        self._pieces: dict[bool, dict[Decimal, list[ExternalOrder]]] = {True: {}, False: {}}
        self._is_deep = False
        # The sizes before trades at these prices, to restore them.
        self._taken: dict[tuple[bool, Decimal], Decimal] = {}

    def withdraw(self, quote: ExternalQuote) -> None:
        """Remove the orders at all prices but those of a new quote. Orders that stay keep their place in the queue."""
        for buys, price in ((True, quote.bid), (False, quote.ask)):
            pieces, side = self._pieces[buys], self._book.side(buys)
            if len(pieces) == 1 and price in pieces:
                continue
            for each in [found for found in pieces if found != price]:
                for piece in pieces.pop(each):
                    side.remove(piece)
        self.quote, self._is_deep, self._taken = quote, False, {}

    def ladder_levels(self) -> Iterator[tuple[bool, Decimal, Decimal]]:
        """The ladder, if it is not in the book yet: (is a bid, price, quantity)."""
        if self.quote is None or self._is_deep:
            return
        self._is_deep = True
        for buys in (True, False):
            for price, qty in self.ladder.ladder_levels(self.quote, buys):
                yield buys, price, qty

    def missing_levels(self) -> Iterator[tuple[bool, Decimal, Decimal]]:
        """The levels of the quote and its ladder that are missing or reduced: (is a bid, price, quantity)."""
        taken, self._taken = self._taken, {}
        for (buys, price), qty in taken.items():
            yield buys, price, qty
        yield from self.ladder_levels()

    def set_quantity(self, buys: bool, price: Decimal, qty: Decimal) -> None:
        """Set the resting quantity at a price. It is reduced at the youngest order, and added behind all others."""
        pieces = self._pieces[buys]
        found, side = pieces.get(price), self._book.side(buys)
        if found is None:
            if qty > 0:
                pieces[price] = [self._add(side, price, qty)]
            return
        more = qty - sum((piece.shown for piece in found), ZERO)
        if more > 0:
            self._grow(side, found, price, more)
        elif more < 0:
            self._shrink(side, found, -more)
        if not found:
            del pieces[price]

    def missing(self, buys: bool, price: Decimal, qty: Decimal) -> Decimal:
        """How much is missing at a price up to `qty`."""
        return qty - sum((piece.shown for piece in self._pieces[buys].get(price, ())), ZERO)

    @staticmethod
    def _add(side: BookSide, price: Decimal, qty: Decimal) -> ExternalOrder:
        piece = ExternalOrder(price, qty)
        side.add(piece)
        return piece

    def _grow(self, side: BookSide, found: list[ExternalOrder], price: Decimal, more: Decimal) -> None:
        level = side.at(price)
        last = found[-1]
        if level is not None and next(reversed(level.queue.values())) is last:
            side.resize(last, last.shown + more)
        else:
            found.append(self._add(side, price, more))

    @staticmethod
    def _shrink(side: BookSide, found: list[ExternalOrder], less: Decimal) -> None:
        while less > 0:
            piece = found[-1]
            off = min(piece.shown, less)
            less -= off
            side.resize(piece, piece.shown - off)
            if not piece.shown:
                found.pop()

    def record_taken(self, buys: bool, piece: ExternalOrder, qty: Decimal) -> None:
        """`qty` of an order was traded; remove it if it is used up."""
        found = self._pieces[buys].get(piece.price, [])
        left = sum((each.shown for each in found), ZERO)
        self._taken.setdefault((buys, piece.price), left + qty)
        if not piece.shown:
            found.remove(piece)
            if not found:
                del self._pieces[buys][piece.price]
