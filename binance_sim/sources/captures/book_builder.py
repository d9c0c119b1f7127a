"""Best prices for pairs whose book was not recorded, built from their trades."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from binance_sim.numbers import floor_to, format_amount
from binance_sim.sources.captures.csv_rows import trade_frame
from binance_sim.sources.captures.frames import AGG_TRADE, BOOK, TRADE, RecordedFrame, make_frame, stamp_ns
from binance_sim.symbols.catalogue import PairSteps, steps_of
from binance_sim.symbols.rules import Json

REMEMBERED = 100


class CaptureSurvey:
    """Which pairs of a capture have a book, trades only, or aggregate trades only."""

    def __init__(self, frames: Iterable[RecordedFrame]) -> None:
        kinds: dict[str, set[str]] = {}
        for frame in frames:
            kinds.setdefault(frame.symbol, set()).add(frame.kind)
        self.drivers = {
            symbol: TRADE if TRADE in found else AGG_TRADE
            for symbol, found in kinds.items()
            if BOOK not in found and found & {TRADE, AGG_TRADE}
        }


class BookBuilder:
    """Adds the frames that pairs without a book need to be traded."""

    def __init__(self, drivers: Mapping[str, str], documents: Mapping[str, Json]) -> None:
        self._drivers = dict(drivers)
        self._grids = {symbol: steps_of(symbol, documents) for symbol in drivers}
        self._sizes: dict[str, deque[Decimal]] = {symbol: deque(maxlen=REMEMBERED) for symbol in drivers}

    def follow(self, frame: RecordedFrame) -> Iterator[RecordedFrame]:
        """The frame, then the frames built from it. They end with the first recorded book of the pair."""
        yield frame
        if frame.kind == BOOK:
            self._drivers.pop(frame.symbol, None)
        elif self._drivers.get(frame.symbol) == frame.kind:
            if frame.kind == AGG_TRADE:
                yield trade_from_aggregate(frame)
            yield self._book(frame)

    def _book(self, frame: RecordedFrame) -> RecordedFrame:
        """The trade's price is the side of its maker; the other side is a tick away."""
        symbol, data = frame.symbol, frame.data
        price, grid = Decimal(data["p"]), self._grids[symbol]
        bid = price if data["m"] or price <= grid.tick else price - grid.tick
        size = format_amount(self._size(symbol, grid, Decimal(data["q"])))
        number = data["t"] if frame.kind == TRADE else data["l"]
        book = {
            "u": number,
            "s": symbol,
            "b": format_amount(bid),
            "B": size,
            "a": format_amount(bid + grid.tick),
            "A": size,
        }
        return make_frame(frame.time_ns, symbol, BOOK, book)

    def _size(self, symbol: str, grid: PairSteps, qty: Decimal) -> Decimal:
        """The largest of the last trades: the last trade alone is often tiny, while the book behind it was not."""
        sizes = self._sizes[symbol]
        sizes.append(qty)
        return max(floor_to(max(sizes), grid.step), grid.step)


def trade_from_aggregate(frame: RecordedFrame) -> RecordedFrame:
    """An aggregate trade as one trade, with the last of its trade ids."""
    data = frame.data
    sides = data["m"], bool(data.get("M", True))
    time_ns, price, qty = stamp_ns(str(data["T"])), Decimal(data["p"]), Decimal(data["q"])
    trade = trade_frame(frame.symbol, data["l"], time_ns, price, qty, sides=sides)
    return replace(trade, time_ns=frame.time_ns)
