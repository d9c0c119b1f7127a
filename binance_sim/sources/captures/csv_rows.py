"""CSV rows as on data.binance.vision: trades without a header, candles with or without a header."""

import re
from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise

from binance_sim.numbers import ATOM, floor_to, format_amount
from binance_sim.sources.captures.frames import TRADE, RecordedFrame, make_frame, stamp_ns
from binance_sim.symbols.catalogue import PairSteps

NUMBER = rb"\d{1,20}(?:\.\d{1,18})?"
BOOLEAN = rb"(?:[Tt]rue|[Ff]alse)"
TRADE_ROW = re.compile(rb"\d{1,18},%b,%b,%b,\d{10,19},%b,%b" % (NUMBER, NUMBER, NUMBER, BOOLEAN, BOOLEAN))
CANDLE_ROW = re.compile(rb"\d{10,19}(?:,%b){5}(?:,.*)?" % NUMBER)
CANDLE_HEADER = re.compile(rb"open_time,open,high,low,close,volume\b.*")
INTERVAL = re.compile(r"-(\d+)(s|m|h|d|w)[-.]")
UNITS_NS = {"s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9, "d": 86_400 * 10**9, "w": 604_800 * 10**9}
PRINTS_OF_A_CANDLE = 4


class TradeRows:
    """Rows `id,price,qty,quoteQty,time,isBuyerMaker,isBestMatch`, one trade in each."""

    def __init__(self, symbol: str) -> None:
        self._symbol = symbol

    def read(self, line: bytes) -> list[RecordedFrame] | None:
        if not TRADE_ROW.fullmatch(line.strip()):
            raise ValueError("not a row of seven columns: id,price,qty,quoteQty,time,isBuyerMaker,isBestMatch")
        number, price, qty, _, time, maker, best = line.decode().strip().split(",")
        sides = maker.lower() == "true", best.lower() == "true"
        return [trade_frame(self._symbol, int(number), stamp_ns(time), Decimal(price), Decimal(qty), sides=sides)]


class CandleRows:
    """Rows `open_time,open,high,low,close,volume`: each candle becomes four trades with a quarter of its volume.

    Their prices are open, low, high, close (open, high, low, close for a falling candle), at the quarters of its time.
    """

    def __init__(self, symbol: str, grid: PairSteps, interval_ns: int) -> None:
        self._symbol, self._grid, self._interval_ns = symbol, grid, interval_ns
        self._count = 0
        self._last = Decimal(0)

    def read(self, line: bytes) -> list[RecordedFrame] | None:
        text = line.strip()
        if CANDLE_HEADER.fullmatch(text):
            return None
        if not CANDLE_ROW.fullmatch(text):
            raise ValueError("not a row that begins with open_time,open,high,low,close,volume")
        stamp, *numbers = text.decode().split(",")[:6]
        opened, high, low, closed, volume = map(Decimal, numbers)
        if not low <= min(opened, closed) <= max(opened, closed) <= high:
            raise ValueError("low and high do not enclose open and close")
        path = (opened, low, high, closed) if closed >= opened else (opened, high, low, closed)
        return self._prints(stamp_ns(stamp), path, volume) if volume else []

    def _prints(self, start_ns: int, path: Iterable[Decimal], volume: Decimal) -> list[RecordedFrame]:
        step = self._grid.step
        qty = max(floor_to(volume / PRINTS_OF_A_CANDLE, step), step)
        return [
            self._print(start_ns + self._interval_ns * index // PRINTS_OF_A_CANDLE, price, qty)
            for index, price in enumerate(path)
        ]

    def _print(self, time_ns: int, price: Decimal, qty: Decimal) -> RecordedFrame:
        """One trade: at a falling price the seller is the taker, otherwise the buyer."""
        falls, self._last = price < self._last, price
        self._count += 1
        return trade_frame(self._symbol, self._count, time_ns, price, qty, sides=(falls, True))


def trade_frame(
    symbol: str, number: int, time_ns: int, price: Decimal, qty: Decimal, *, sides: tuple[bool, bool]
) -> RecordedFrame:
    """A trade as a frame of the `<symbol>@trade` stream (source: "WebSocket Streams").

    `sides` says whether the buyer was the maker, and whether the price was the best. Raises ValueError for a price or
    quantity that is zero with eight decimals.
    """
    if price < ATOM or qty < ATOM:
        raise ValueError("a trade with a price or quantity of zero")
    time_ms = time_ns // 10**6
    data = {"e": "trade", "E": time_ms, "s": symbol, "t": number, "p": format_amount(price), "q": format_amount(qty)}
    return make_frame(time_ns, symbol, TRADE, data | {"T": time_ms, "m": sides[0], "M": sides[1]})


def interval_of(rows: Iterable[bytes], file_name: str) -> int:
    """Nanoseconds from candle to candle: the smallest distance in `rows`, else by the file's name, else a minute."""
    stamps = [stamp_ns(row.split(b",")[0].decode()) for row in rows if CANDLE_ROW.fullmatch(row.strip())]
    distances = [later - earlier for earlier, later in pairwise(stamps) if later > earlier]
    named = INTERVAL.search(file_name)
    usual = int(named[1]) * UNITS_NS[named[2]] if named else UNITS_NS["m"]
    return min(distances, default=usual)
