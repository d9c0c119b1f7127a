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


class LimitKind(StrEnum):
    """What is limited, by the exchange's own names: orders by account, all others by address."""

    WEIGHT = "REQUEST_WEIGHT"
    REQUESTS = "RAW_REQUESTS"
    ORDERS = "ORDERS"
    CONNECTIONS = "CONNECTIONS"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `maximum` in each window."""

    kind: LimitKind
    window_ms: int  # length; windows are aligned to the exchange's clock (UTC)
    maximum: int


@dataclass(frozen=True, slots=True)
class Count:
    """What the exchange has counted in the window in which it answered."""

    kind: LimitKind
    window_ms: int
    count: int


# Valid until exchangeInfo is read: the lowest limits that accounts are known to have (Binance limits.md, changelog of
# 2026-04). exchangeInfo never names the connections of market streams (web-socket-streams.md: 300 in 5 minutes).
DEFAULT_LIMITS = (
    Limit(LimitKind.WEIGHT, MINUTE_MS, 6_000),
    Limit(LimitKind.REQUESTS, 5 * MINUTE_MS, 61_000),
    Limit(LimitKind.ORDERS, 10 * SECOND_MS, 50),
    Limit(LimitKind.ORDERS, DAY_MS, 160_000),
    Limit(LimitKind.CONNECTIONS, 5 * MINUTE_MS, 300),
)
_NAMES = {"REQUESTS": LimitKind.WEIGHT} | {str(kind): kind for kind in LimitKind}  # REQUESTS: until 2018
_HEADER = re.compile(r"x-mbx-(used-weight|order-count)-([1-9]\d{0,2})([smhd])")
_HEADER_KINDS = {"used-weight": LimitKind.WEIGHT, "order-count": LimitKind.ORDERS}


def read_limits(rows: object) -> tuple[Limit, ...]:
    """The limits that `rateLimits` of an exchangeInfo names; rows that cannot be read are left out."""
    found = (_limit(row) for row in rows) if isinstance(rows, list) else ()
    return tuple(limit for limit in found if limit is not None)


def read_counts(headers: Mapping[str, str]) -> tuple[Count, ...]:
    """The counts in the headers of a reply of any status; the names of headers may be of any case."""
    found = (_count(name.lower(), value) for name, value in headers.items())
    return tuple(count for count in found if count is not None)


def read_reply_counts(rows: object) -> tuple[Count, ...]:
    """The counts in `rateLimits` of a reply of the WebSocket API (web-socket-api.md, "Rate limits")."""
    found = (_reply_count(row) for row in rows) if isinstance(rows, list) else ()
    return tuple(count for count in found if count is not None)


def merge_limits(known: Iterable[Limit], read: Iterable[Limit]) -> tuple[Limit, ...]:
    """The known limits; a limit that was read replaces the known one of the same kind and window."""
    merged = {(limit.kind, limit.window_ms): limit for limit in (*known, *read)}
    return tuple(merged.values())


def _limit(row: object) -> Limit | None:
    if not isinstance(row, dict):
        return None
    kind, unit = _NAMES.get(str(row.get("rateLimitType"))), _UNITS_MS.get(str(row.get("interval")))
    maximum, number = row.get("limit"), row.get("intervalNum", 1)
    if (
        kind is None
        or unit is None
        or type(maximum) is not int
        or type(number) is not int
        or maximum <= 0
        or number <= 0
    ):
        return None
    return Limit(kind, number * unit, maximum)


def _reply_count(row: object) -> Count | None:
    limit = _limit(row)
    count = row.get("count") if isinstance(row, dict) else None
    if limit is None or type(count) is not int or count < 0:
        return None
    return Count(limit.kind, limit.window_ms, count)


def _count(name: str, value: str) -> Count | None:
    match = _HEADER.fullmatch(name)
    if match is None or not (value.isascii() and value.isdigit() and len(value) < 10):
        return None
    return Count(_HEADER_KINDS[match[1]], int(match[2]) * _LETTERS_MS[match[3]], int(value))
