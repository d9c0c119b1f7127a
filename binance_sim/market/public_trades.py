"""Public trades."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

KEPT = 20_000


@dataclass(frozen=True, slots=True)
class PublicTrade:
    """A public trade. `quote` is price times quantity, rounded as it is booked; `time` is in microseconds."""

    trade_id: int
    price: Decimal
    qty: Decimal
    quote: Decimal
    time: int
    buyer_is_maker: bool


@dataclass(frozen=True, slots=True)
class AggregateTrade:
    """All trades of one taker at one price, as one trade."""

    number: int
    price: Decimal
    qty: Decimal
    first_id: int
    last_id: int
    time: int
    buyer_is_maker: bool


def alone(trade: PublicTrade) -> AggregateTrade:
    """The aggregate trade of a taker who made only this trade; both have the same number."""
    number = trade.trade_id
    return AggregateTrade(number, trade.price, trade.qty, number, number, trade.time, trade.buyer_is_maker)


class TradeTape:
    """The newest trades and aggregate trades of a pair."""

    def __init__(self) -> None:
        self.trades: deque[PublicTrade] = deque(maxlen=KEPT)
        self.aggregates: deque[AggregateTrade] = deque(maxlen=KEPT)
        self._next_aggregate = 1

    def continue_from(self, last_number: int) -> None:
        """Let the next aggregate trade have the number after this one."""
        self._next_aggregate = last_number + 1

    @property
    def last(self) -> PublicTrade | None:
        return self.trades[-1] if self.trades else None

    def add(self, public_trades: list[PublicTrade]) -> list[AggregateTrade]:
        """Add the trades of one taker; returns their aggregate trades."""
        self.trades.extend(public_trades)
        made = list(self._aggregate_all(public_trades))
        self.aggregates.extend(made)
        return made

    def _aggregate_all(self, public_trades: list[PublicTrade]) -> Iterator[AggregateTrade]:
        start = 0
        for index, each in enumerate(public_trades):
            if index + 1 < len(public_trades) and public_trades[index + 1].price == each.price:
                continue
            yield self._aggregate(public_trades[start : index + 1])
            start = index + 1

    def _aggregate(self, group: list[PublicTrade]) -> AggregateTrade:
        first, last = group[0], group[-1]
        self._next_aggregate += 1
        qty = sum((each.qty for each in group[1:]), first.qty)
        number = self._next_aggregate - 1
        return AggregateTrade(number, first.price, qty, first.trade_id, last.trade_id, first.time, first.buyer_is_maker)
