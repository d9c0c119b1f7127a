"""Which rows of the past are wanted, and one page of them: the newest first, by keys that stay when rows come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Rows of one pair or (empty) of all, from `since_ms` on and before `until_ms`, in one of these states (or any)."""

    symbol: str = ""
    since_ms: int | None = None
    until_ms: int | None = None
    states: frozenset[str] = frozenset()
    limit: int = 50
    before: str = ""  # the key of the last row of the page before; empty for the first page


class UnknownKeyError(Exception):
    """The key names no place in the list. The text is for people."""


@dataclass(slots=True)
class Where:
    """The conditions of a query, and their values by name."""

    conditions: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def add(self, condition: str, **values: Any) -> None:
        self.conditions.append(condition)
        self.values.update(values)

    def add_among(self, column: str, found: Iterable[str]) -> None:
        """The column has one of these values."""
        names = {f"{column}{number}": value for number, value in enumerate(sorted(found))}
        self.add(f"{column} IN ({', '.join(':' + name for name in names)})", **names)

    def __str__(self) -> str:
        return f"WHERE {' AND '.join(self.conditions)}" if self.conditions else ""


def where(wanted: Wanted, time: str) -> Where:
    """The conditions on pair and time; `time` is the column of the moment (ms)."""
    found = Where()
    if wanted.symbol:
        found.add("symbol = :symbol", symbol=wanted.symbol)
    if wanted.since_ms is not None:
        found.add(f"{time} >= :since", since=wanted.since_ms)
    if wanted.until_ms is not None:
        found.add(f"{time} < :until", until=wanted.until_ms)
    return found


def parts_of_key(key: str, kinds: Sequence[type]) -> list[Any]:
    """The parts of a key such as 1700000000000/BTCUSDT/501/SELL; raises UnknownKeyError."""
    texts = key.split("/")
    try:
        return [kind(text) for kind, text in zip(kinds, texts, strict=True)]
    except ValueError as error:
        raise UnknownKeyError(f"{key!r} is no key of this list: give the `key` of a row of it") from error
