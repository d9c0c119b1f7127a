"""The market outside: liquidity that belongs to no account, as resting orders in the same book.

Sources of prices say what the top of the book is (`Quote`); behind it stands a ladder, made when somebody may look at
it. An order that takes meets both, by price and age among the accounts' own orders. The outside has no end of funds,
but what it gave and got is counted, so that every asset stays accounted for.
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
    """Top of the book outside. `update_id` numbers it; zero quantities stand for a side that is empty."""

    bid: Decimal
    bid_qty: Decimal
    ask: Decimal
    ask_qty: Decimal
    update_id: int


class ExternalOrder:
    """Outside liquidity at one price."""

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
    """What stands behind the top of the book."""

    def ladder_levels(self, quote: ExternalQuote, buys: bool) -> Iterator[tuple[Decimal, Decimal]]:
        """Prices and quantities of that side's levels after the first, the best first."""


class SyntheticLadder:
    """Levels one tick apart, whose sizes follow from the quote's number: the same for the same quote."""

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
        """Half to five times the top's size."""
        drawn = number * 2_654_435_761 + level * 40_503
        factor = Decimal(50 + drawn % 450) / 100
        step = self._rules.step or ATOM
        return max(floor_to(top * factor, step), step)


class ExternalLiquidity:
    """The outside's resting orders of one pair."""

    def __init__(self, book: OrderBook, ladder: DepthLadder) -> None:
        self.ladder = ladder
        self.quote: ExternalQuote | None = None
        self._book = book
        self._pieces: dict[bool, dict[Decimal, list[ExternalOrder]]] = {True: {}, False: {}}
        self._is_deep = False
        # What stood at the prices that were taken from, to be filled up again.
        self._taken: dict[tuple[bool, Decimal], Decimal] = {}

    def withdraw(self, quote: ExternalQuote) -> None:
        """Take out all that a new quote does not confirm; what stays at its price keeps its place."""
        for buys, price in ((True, quote.bid), (False, quote.ask)):
            pieces, side = self._pieces[buys], self._book.side(buys)
            if len(pieces) == 1 and price in pieces:
                continue
            for each in [found for found in pieces if found != price]:
                for piece in pieces.pop(each):
                    side.remove(piece)
        self.quote, self._is_deep, self._taken = quote, False, {}

    def ladder_levels(self) -> Iterator[tuple[bool, Decimal, Decimal]]:
        """The ladder, if it does not stand yet: (is a bid, price, quantity)."""
        if self.quote is None or self._is_deep:
            return
        self._is_deep = True
        for buys in (True, False):
            for price, qty in self.ladder.ladder_levels(self.quote, buys):
                yield buys, price, qty

    def missing_levels(self) -> Iterator[tuple[bool, Decimal, Decimal]]:
        """What of the quote and its ladder is not there, or not all of it: (is a bid, price, quantity)."""
        taken, self._taken = self._taken, {}
        for (buys, price), qty in taken.items():
            yield buys, price, qty
        yield from self.ladder_levels()

    def set_quantity(self, buys: bool, price: Decimal, qty: Decimal) -> None:
        """Have `qty` resting at a price. Less comes off the youngest piece, more goes behind all that waits there."""
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
        """How much of `qty` would come new to that price."""
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
        """So much of a piece was traded; it may be used up."""
        found = self._pieces[buys].get(piece.price, [])
        left = sum((each.shown for each in found), ZERO)
        self._taken.setdefault((buys, piece.price), left + qty)
        if not piece.shown:
            found.remove(piece)
            if not found:
                del self._pieces[buys][piece.price]
