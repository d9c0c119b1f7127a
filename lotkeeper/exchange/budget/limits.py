"""The exchange's limits (Binance limits.md): read from exchangeInfo, counted in the headers of replies."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
DAY_MS = 24 * 60 * MINUTE_MS
_UNITS_MS = {"SECOND": SECOND_MS, "MINUTE": MINUTE_MS, "HOUR": 60 * MINUTE_MS, "DAY": DAY_MS}
_LETTERS_MS = {name[0].lower(): length for name, length in _UNITS_MS.items()}


class Kind(StrEnum):
    """The exchange's own names of what is limited: orders by account, all others by address."""

    WEIGHT = "REQUEST_WEIGHT"
    REQUESTS = "RAW_REQUESTS"
    ORDERS = "ORDERS"
    CONNECTIONS = "CONNECTIONS"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` in each window of `window_ms` milliseconds, which is aligned to the exchange's clock (UTC)."""

    kind: Kind
    window_ms: int
    most: int


@dataclass(frozen=True, slots=True)
class Count:
    """What the exchange counts in the window of `window_ms` milliseconds that it answered in."""

    kind: Kind
    window_ms: int
    count: int


# Until exchangeInfo was read: the lowest that accounts are known to have (Binance limits.md, changelog of 2026-04).
# It never names the connections of market streams (web-socket-streams.md: 300 attempts in 5 minutes).
USUAL = (
    Limit(Kind.WEIGHT, MINUTE_MS, 6_000),
    Limit(Kind.REQUESTS, 5 * MINUTE_MS, 61_000),
    Limit(Kind.ORDERS, 10 * SECOND_MS, 50),
    Limit(Kind.ORDERS, DAY_MS, 160_000),
    Limit(Kind.CONNECTIONS, 5 * MINUTE_MS, 300),
)
_NAMES = {"REQUESTS": Kind.WEIGHT} | {str(kind): kind for kind in Kind}  # REQUESTS: until 2018
_HEADER = re.compile(r"x-mbx-(used-weight|order-count)-([1-9]\d{0,2})([smhd])")
_HEADER_KINDS = {"used-weight": Kind.WEIGHT, "order-count": Kind.ORDERS}


def limits_in(rows: object) -> tuple[Limit, ...]:
    """The limits that `rateLimits` of an exchangeInfo names; rows that cannot be read are left out."""
    found = (_limit(row) for row in rows) if isinstance(rows, list) else ()
    return tuple(limit for limit in found if limit is not None)


def counts_in(headers: Mapping[str, str]) -> tuple[Count, ...]:
    """What the headers of a reply count, whatever its status; their names may be of any case."""
    found = (_count(name.lower(), value) for name, value in headers.items())
    return tuple(count for count in found if count is not None)


def learned(known: Iterable[Limit], told: Iterable[Limit]) -> tuple[Limit, ...]:
    """The limits with those that the exchange tells in the place of those they replace."""
    merged = {(limit.kind, limit.window_ms): limit for limit in (*known, *told)}
    return tuple(merged.values())


def _limit(row: object) -> Limit | None:
    if not isinstance(row, dict):
        return None
    kind, unit = _NAMES.get(str(row.get("rateLimitType"))), _UNITS_MS.get(str(row.get("interval")))
    most, number = row.get("limit"), row.get("intervalNum", 1)
    if kind is None or unit is None or type(most) is not int or type(number) is not int or most <= 0 or number <= 0:
        return None
    return Limit(kind, number * unit, most)


def _count(name: str, value: str) -> Count | None:
    match = _HEADER.fullmatch(name)
    if match is None or not (value.isascii() and value.isdigit() and len(value) < 10):
        return None
    return Count(_HEADER_KINDS[match[1]], int(match[2]) * _LETTERS_MS[match[3]], int(value))
