"""Functions that SQLite lacks: it adds decimal numbers as binary floats."""

from decimal import Decimal
from sqlite3 import Connection
from typing import Any

from lotkeeper.trading.money import STRICT, ZERO
from persistence.fees_text import fees_from_text, fees_to_text
from persistence.rows import digits


class DecimalSum:
    """The function `decimal_sum` of SQL: the exact sum of texts that are decimal numbers."""

    def __init__(self) -> None:
        self._sum = ZERO

    def step(self, text: Any) -> None:
        self._sum = STRICT.add(self._sum, Decimal(text))

    def finalize(self) -> str:
        return digits(self._sum)


class FeesSum:
    """The function `fees_sum` of SQL: the exact sums by asset of texts as `fees_to_text` writes them."""

    def __init__(self) -> None:
        self._sums: dict[str, Decimal] = {}

    def step(self, text: Any) -> None:
        for asset, amount in fees_from_text(text):
            self._sums[asset] = STRICT.add(self._sums.get(asset, ZERO), amount)

    def finalize(self) -> str:
        return fees_to_text(tuple(sorted(self._sums.items())))


def add_aggregates(connection: Connection) -> None:
    connection.create_aggregate("decimal_sum", 1, DecimalSum)  # type: ignore[arg-type]  # its types know no text
    connection.create_aggregate("fees_sum", 1, FeesSum)  # type: ignore[arg-type]
