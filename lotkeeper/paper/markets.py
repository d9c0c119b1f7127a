"""The public side of a trade pair: its best bid and ask, what was printed, and the day's figures."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from lotkeeper.paper.numbers import quote_amount
from lotkeeper.paper.symbols import Rules
from lotkeeper.trading.money import EXACT, ZERO, floor_to

LADDER_DEPTH = 20
AVG_MINUTES = 5


@dataclass(frozen=True, slots=True)
class Quote:
    """Top of the book."""

    bid: Decimal
    bid_qty: Decimal
    ask: Decimal
    ask_qty: Decimal
    update_id: int


@dataclass(frozen=True, slots=True)
class Print:
    """A public trade."""

    trade_id: int
    price: Decimal
    qty: Decimal
    quote: Decimal
    time: int
    buyer_is_maker: bool


@dataclass(slots=True)
class Day:
    """Figures since the exchange started, served as the last 24 hours'."""

    open: Decimal = ZERO
    high: Decimal = ZERO
    low: Decimal = ZERO
    volume: Decimal = ZERO
    quote_volume: Decimal = ZERO
    count: int = 0
    first_id: int = -1
    started: int = 0

    def add(self, trade: Print) -> None:
        if not self.count:
            self.open = self.high = self.low = trade.price
            self.first_id, self.started = trade.trade_id, trade.time
        self.high, self.low = max(self.high, trade.price), min(self.low, trade.price)
        self.volume += trade.qty
        self.quote_volume += trade.quote
        self.count += 1


class Average:
    """Volume-weighted price of the last five minutes, in buckets of a second."""

    def __init__(self) -> None:
        self._buckets: deque[list[Decimal | int]] = deque()
        self._qty = self._quote = ZERO

    def add(self, trade: Print) -> None:
        second = trade.time // 1000
        if not self._buckets or self._buckets[-1][0] != second:
            self._buckets.append([second, ZERO, ZERO])
        self._buckets[-1][1] += trade.qty
        self._buckets[-1][2] += trade.quote
        self._qty += trade.qty
        self._quote += trade.quote
        while self._buckets[0][0] < second - AVG_MINUTES * 60:
            _, qty, quote = self._buckets.popleft()
            self._qty -= qty
            self._quote -= quote

    def price(self) -> Decimal | None:
        return EXACT.divide(self._quote, self._qty) if self._qty else None


@dataclass(slots=True)
class Market:
    """What the outside shows of one pair. Its ladder is as full again after each order: others refill it."""

    rules: Rules
    quote: Quote | None = None
    last: Print | None = None
    day: Day = field(default_factory=Day)
    average: Average = field(default_factory=Average)
    prints: deque[Print] = field(default_factory=lambda: deque(maxlen=1000))
    next_trade_id: int = 5_000_001
    changed: bool = False
    quoted_at: float = 0.0

    @property
    def last_price(self) -> Decimal | None:
        if self.last:
            return self.last.price
        return self.quote.bid if self.quote else None

    @property
    def reference(self) -> Decimal | None:
        """What filters compare a price with: the five minutes' average, or the last price."""
        return self.average.price() or self.last_price

    def take_trade_id(self) -> int:
        self.next_trade_id += 1
        return self.next_trade_id - 1

    def record(self, trade: Print) -> None:
        self.last = trade
        self.changed = True
        self.prints.append(trade)
        self.day.add(trade)
        self.average.add(trade)

    def ladder(self, taker_buys: bool) -> Iterator[tuple[Decimal, Decimal]]:
        """Price and size of the levels that a taker meets: the quoted top, then one tick further each."""
        if self.quote is None:
            return
        top, size = (self.quote.ask, self.quote.ask_qty) if taker_buys else (self.quote.bid, self.quote.bid_qty)
        tick = self.rules.tick or top / 10_000
        for level in range(LADDER_DEPTH):
            price = top + tick * level if taker_buys else top - tick * level
            if price > 0:
                yield price, size if level == 0 else self._size(size, level)

    def _size(self, top: Decimal, level: int) -> Decimal:
        """A size of half to five times the top's, drawn from the quote's number: the same for the same quote."""
        drawn = (self.quote.update_id if self.quote else 0) * 2_654_435_761 + level * 40_503
        return max(floor_to(top * (5 + drawn % 46) / 10, self.rules.step), self.rules.step)


Fill = tuple[Decimal, Decimal]


def plan_quantity(market: Market, buys: bool, limit: Decimal | None, qty: Decimal) -> list[Fill]:
    """The fills (price, quantity) that an order for `qty` gets at once, no worse than `limit`."""
    fills, left = [], qty
    for price, size in market.ladder(buys):
        if left <= 0 or (limit is not None and (price > limit if buys else price < limit)):
            break
        fills.append((price, min(size, left)))
        left -= fills[-1][1]
    return fills


def plan_budget(market: Market, buys: bool, budget: Decimal) -> list[Fill]:
    """The fills that spend (BUY) or bring (SELL) at most `budget` of the quote asset, in whole steps."""
    fills, left = [], budget
    for price, size in market.ladder(buys):
        qty = min(size, floor_to(EXACT.divide(left, price), market.rules.step))
        if qty <= 0:
            break
        fills.append((price, qty))
        left -= quote_amount(price, qty)
    return fills
