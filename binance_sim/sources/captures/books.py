"""Prices for pairs whose book was not recorded: their prints stand for it."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from binance_sim.numbers import floor_to, wire
from binance_sim.sources.captures.grids import Grid, grid_of
from binance_sim.sources.captures.recorded import AGG_TRADE, BOOK, TRADE, Recorded, made, stamp_ns
from binance_sim.sources.captures.rows import trade_frame
from binance_sim.symbols.rules import Json

REMEMBERED = 100


class Survey:
    """Which pairs of a capture have a book, which have trades only, and which aggregate trades only."""

    def __init__(self, frames: Iterable[Recorded]) -> None:
        kinds: dict[str, set[str]] = {}
        for frame in frames:
            kinds.setdefault(frame.symbol, set()).add(frame.kind)
        self.drivers = {
            symbol: TRADE if TRADE in found else AGG_TRADE
            for symbol, found in kinds.items()
            if BOOK not in found and found & {TRADE, AGG_TRADE}
        }


class Books:
    """Adds to recorded frames what the pairs without a book need to be traded."""

    def __init__(self, drivers: Mapping[str, str], documents: Mapping[str, Json]) -> None:
        self._drivers = dict(drivers)
        self._grids = {symbol: grid_of(symbol, documents) for symbol in drivers}
        self._sizes: dict[str, deque[Decimal]] = {symbol: deque(maxlen=REMEMBERED) for symbol in drivers}

    def follow(self, frame: Recorded) -> Iterator[Recorded]:
        """The frame, then those made of it. Once a real book comes, it is the one that counts."""
        yield frame
        if frame.kind == BOOK:
            self._drivers.pop(frame.symbol, None)
        elif self._drivers.get(frame.symbol) == frame.kind:
            if frame.kind == AGG_TRADE:
                yield as_trade(frame)
            yield self._book(frame)

    def _book(self, frame: Recorded) -> Recorded:
        """The print is one side of the book, the side of its maker; the other is a tick away."""
        symbol, data = frame.symbol, frame.data
        price, grid = Decimal(data["p"]), self._grids[symbol]
        bid = price if data["m"] or price <= grid.tick else price - grid.tick
        size = wire(self._size(symbol, grid, Decimal(data["q"])))
        number = data["t"] if frame.kind == TRADE else data["l"]
        book = {"u": number, "s": symbol, "b": wire(bid), "B": size, "a": wire(bid + grid.tick), "A": size}
        return made(frame.time_ns, symbol, BOOK, book)

    def _size(self, symbol: str, grid: Grid, qty: Decimal) -> Decimal:
        """The largest of the last prints: the last alone is often dust, while the book behind it was not."""
        sizes = self._sizes[symbol]
        sizes.append(qty)
        return max(floor_to(max(sizes), grid.step), grid.step)


def as_trade(frame: Recorded) -> Recorded:
    """An aggregate trade as one trade, under the last of the ids that it stands for."""
    data = frame.data
    sides = data["m"], bool(data.get("M", True))
    time_ns, price, qty = stamp_ns(str(data["T"])), Decimal(data["p"]), Decimal(data["q"])
    trade = trade_frame(frame.symbol, data["l"], time_ns, price, qty, sides=sides)
    return replace(trade, time_ns=frame.time_ns)
