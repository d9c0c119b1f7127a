"""Recorded frames, whatever file format they come from."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import orjson

BOOK, TRADE, AGG_TRADE = "bookTicker", "trade", "aggTrade"
DAMAGE = (ValueError, KeyError, TypeError)
# The exchange opened in July 2017; a time outside this range is damaged, and would delay a replay for years.
EARLIEST_NS, LATEST_NS = 1_483_228_800 * 10**9, 4_102_444_800 * 10**9
NANOSECONDS = {10: 10**9, 13: 10**6, 16: 10**3, 19: 1}


class CaptureError(ValueError):
    """A capture cannot be read, has an unknown format, or contains no price."""


@dataclass(frozen=True, slots=True)
class RecordedFrame:
    """One frame: when it was received (ns), its stream, its payload as text and parsed."""

    time_ns: int
    name: str
    payload: bytes
    data: Any

    @property
    def symbol(self) -> str:
        return split(self.name)[0]

    @property
    def kind(self) -> str:
        return split(self.name)[1]


@lru_cache(maxsize=4096)
def split(name: str) -> tuple[str, str]:
    """Pair and kind of a stream's name."""
    symbol, _, kind = name.partition("@")
    return symbol.upper(), kind


class LineReader(Protocol):
    """Reads the frames of each line of one format."""

    def read(self, line: bytes) -> list[RecordedFrame] | None:
        """The frames of a line, None if it is not market data; raises one of DAMAGE if it cannot be read."""


def make_frame(time_ns: int, symbol: str, kind: str, data: dict[str, Any]) -> RecordedFrame:
    """A frame that was not recorded but created."""
    return RecordedFrame(time_ns, f"{symbol.lower()}@{kind}", orjson.dumps(data), data)


def stamp_ns(digits: str) -> int:
    """Nanoseconds since 1970 of a time in s, ms, us or ns, by its length; raises ValueError."""
    return _in_range(int(digits) * NANOSECONDS.get(len(digits), 0), digits)


def seconds_ns(text: str) -> int:
    """Nanoseconds of seconds with a fraction; exact, while a float would be wrong by some 100 ns."""
    whole, _, fraction = text.partition(".")
    return _in_range(int(whole) * 10**9 + int(fraction[:9].ljust(9, "0")), text)


def _in_range(time_ns: int, text: str) -> int:
    if not EARLIEST_NS <= time_ns < LATEST_NS:
        raise ValueError(f"{text} is not a time of the exchange")
    return time_ns
