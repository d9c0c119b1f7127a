"""Public trades."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Print:
    """A public trade. `quote` is its price times its quantity as booked; `time` is in microseconds."""

    trade_id: int
    price: Decimal
    qty: Decimal
    quote: Decimal
    time: int
    buyer_is_maker: bool


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Trades of one taker at one price, as one."""

    number: int
    price: Decimal
    qty: Decimal
    first_id: int
    last_id: int
    time: int
    buyer_is_maker: bool


class Prints:
    """The newest trades and aggregate trades of a pair."""

    def __init__(self) -> None:
        self.trades: deque[Print] = deque(maxlen=KEPT)
        self.aggregates: deque[Aggregate] = deque(maxlen=KEPT)
        self._next_aggregate = 1

    @property
    def last(self) -> Print | None:
        return self.trades[-1] if self.trades else None

    def add(self, prints: list[Print]) -> list[Aggregate]:
        """Note the trades of one taker; the aggregates that they make."""
        self.trades.extend(prints)
        made = list(self._gather(prints))
        self.aggregates.extend(made)
        return made

    def _gather(self, prints: list[Print]) -> Iterator[Aggregate]:
        start = 0
        for index, each in enumerate(prints):
            if index + 1 < len(prints) and prints[index + 1].price == each.price:
                continue
            yield self._aggregate(prints[start : index + 1])
            start = index + 1

    def _aggregate(self, group: list[Print]) -> Aggregate:
        first, last = group[0], group[-1]
        self._next_aggregate += 1
        qty = sum((each.qty for each in group[1:]), first.qty)
        number = self._next_aggregate - 1
        return Aggregate(number, first.price, qty, first.trade_id, last.trade_id, first.time, first.buyer_is_maker)


def newest(rows: deque[Print], limit: int) -> list[Print]:
    return list(islice(rows, max(0, len(rows) - limit), None))
