"""Request parameters as the exchange reads them, and the rows that a query selects by them.

Paging (source: "General API information"): without a bound a query returns the newest rows, with a start the oldest
rows from there, with an end the newest rows up to there; always in ascending order.
"""

import re
from collections.abc import Container, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from binance_sim.errors import ApiError, bad_combination, illegal_characters, invalid_data, missing_parameter

DECIMAL = r"^([0-9]{1,20})(\.[0-9]{1,20})?$"
LONG = r"^[0-9]{1,20}$"
CLIENT_ID = r"^[a-zA-Z0-9-_]{1,36}$"
_PATTERNS = {pattern: re.compile(pattern, re.ASCII) for pattern in (DECIMAL, LONG, CLIENT_ID)}
SIGNING = ("timestamp", "signature", "recvWindow", "apiKey", "returnRateLimits")
LARGEST_LONG = 2**63 - 1
# A time from here on is in microseconds (source: "General API information": both units are accepted).
MICROSECONDS_FROM = 10**14
DAY_US = 86_400_000_000


class RequestParams:
    """The parameters of a request. Each read marks its name; `finish` refuses parameters that were not read."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._read = set(SIGNING)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str) -> str | None:
        """The value, None if absent; raises ApiError -1105 for an empty one."""
        self._read.add(name)
        value = self._values.get(name)
        if value == "":
            raise ApiError(-1105, f"Parameter '{name}' was empty.")
        return value

    def require(self, name: str) -> str:
        value = self.text(name) if self._values.get(name) else None
        if value is None:
            raise missing_parameter(name)
        return value

    def matching(self, name: str, pattern: str) -> str | None:
        value = self.text(name)
        if value is not None and not _PATTERNS[pattern].match(value):
            raise illegal_characters(name, pattern)
        return value

    def client_id(self, name: str) -> str | None:
        return self.matching(name, CLIENT_ID)

    def number(self, name: str) -> int | None:
        value = self.matching(name, LONG)
        if value is None:
            return None
        if int(value) > LARGEST_LONG:
            raise ApiError(-1108, f"Parameter '{name}' overflowed.")
        return int(value)

    def require_number(self, name: str) -> int:
        self.require(name)
        value = self.number(name)
        if value is None:
            raise missing_parameter(name)
        return value

    def time(self, name: str) -> int | None:
        """A time in microseconds; it may be sent in milliseconds or microseconds."""
        value = self.number(name)
        return value if value is None or value >= MICROSECONDS_FROM else value * 1000

    def last_time(self, name: str) -> int | None:
        """The last microsecond that a time includes: a millisecond means the whole of it."""
        value = self.number(name)
        return value if value is None or value >= MICROSECONDS_FROM else value * 1000 + 999

    def window(self) -> tuple[int | None, int | None]:
        """Both startTime and endTime in microseconds; raises ApiError -1127 if they are more than a day apart."""
        start, end = self.time("startTime"), self.time("endTime")
        if start is not None and end is not None:
            if end < start:
                raise bad_combination()
            if end - start > DAY_US:
                raise ApiError(-1127, "More than 24 hours between startTime and endTime.")
        return start, end

    def decimal(self, name: str) -> Decimal | None:
        value = self.matching(name, DECIMAL)
        return None if value is None else Decimal(value)

    def require_decimal(self, name: str) -> Decimal:
        self.require(name)
        value = self.decimal(name)
        if value is None:
            raise missing_parameter(name)
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.text(name)
        if value is not None and value.lower() not in ("true", "false"):
            raise illegal_characters(name, "^(true|false)$")
        return default if value is None else value.lower() == "true"

    def choice(self, name: str, allowed: Container[str], refusal: ApiError) -> str | None:
        value = self.text(name)
        if value is not None and value not in allowed:
            raise refusal
        return value

    def limit(self, default: int, most: int) -> int:
        """`limit`, at least 1; a larger value than `most` means `most`, as on the exchange."""
        value = self.number("limit")
        if value == 0:
            raise invalid_data("limit")
        return default if value is None else min(value, most)

    def finish(self) -> None:
        """Raises ApiError -1104 for parameters that the endpoint does not know."""
        unread = self._values.keys() - self._read
        if unread:
            sent = len(self._values)
            text = f"read '{sent - len(unread)}' parameter(s) but was sent '{sent}'."
            raise ApiError(-1104, f"Not all sent parameters were read; {text}")


DEFAULT_LIMIT, MAX_LIMIT = 500, 1000

PageRow = TypeVar("PageRow")


def page(rows: Sequence[PageRow], from_start: bool, limit: int) -> Sequence[PageRow]:
    return rows[:limit] if from_start else rows[-limit:]


def inside(time: int, start: int | None, end: int | None) -> bool:
    return (start is None or time >= start) and (end is None or time <= end)
