"""The format of a file, by its contents."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from binance_sim.sources.captures.csv_rows import (
    CANDLE_HEADER,
    CANDLE_ROW,
    TRADE_ROW,
    CandleRows,
    TradeRows,
    interval_of,
)
from binance_sim.sources.captures.frames import CaptureError, LineReader
from binance_sim.sources.captures.json_lines import CRYPTOFEED_OTHERS, CryptofeedLines, NanosecondLines
from binance_sim.symbols.catalogue import steps_of
from binance_sim.symbols.rules import Json

NANOSECOND_LINE = re.compile(rb"\d+ +\{")
CRYPTOFEED_LINE = re.compile(rb"\d{9,11}(\.\d+)?: *[{\[]")
NAMED = re.compile(r"([A-Z0-9]{3,20})-(?:trades|\d+(?:s|m|h|d|w|mo))[-.]")
KNOWN = (
    "lines `<nanoseconds> <frame>` with bookTicker or trade frames; cryptofeed's `<seconds>: <frame>`; CSV of trades "
    "(id,price,qty,quoteQty,time,isBuyerMaker,isBestMatch); CSV of candles (open_time,open,high,low,close,volume)"
)


def choose_reader(
    head: Sequence[bytes], path: Path, symbols: Sequence[str], documents: Mapping[str, Json]
) -> LineReader:
    """A reader for the file that begins with the lines `head`; the first known line decides.

    Raises CaptureError for an unknown format, and for a CSV file without a known pair.
    """
    for line in map(bytes.strip, head):
        if NANOSECOND_LINE.match(line):
            return NanosecondLines()
        if CRYPTOFEED_LINE.match(line) or CRYPTOFEED_OTHERS.match(line):
            return CryptofeedLines()
        if TRADE_ROW.fullmatch(line):
            return TradeRows(symbol_of(path, symbols))
        if CANDLE_ROW.fullmatch(line) or CANDLE_HEADER.fullmatch(line):
            symbol = symbol_of(path, symbols)
            return CandleRows(symbol, steps_of(symbol, documents), interval_of(head, path.name))
    raise CaptureError(f"{path}: not in a format that can be replayed, which are: {KNOWN}; each plain, gzip or xz")


def symbol_of(path: Path, symbols: Sequence[str]) -> str:
    """The pair at the start of the file's name, else the only pair of `symbols`; raises CaptureError."""
    named = NAMED.match(path.name)
    if named:
        return named[1]
    if len(symbols) == 1:
        return symbols[0]
    raise CaptureError(
        f"{path}: rows without a symbol; name the file like BTCUSDT-trades-2024-08-08.csv or BTCUSDT-1h-2024-08.csv, "
        "or give the pair with exactly one --symbol"
    )
