"""One trade pair of the exchange: its rules, its book, the market outside, and every account's orders there."""

from decimal import Decimal

from lotkeeper.paper.clock import Clock
from lotkeeper.paper.market.market import Market
from lotkeeper.paper.matching.books import Book
from lotkeeper.paper.matching.orders import Order
from lotkeeper.paper.matching.outside import MadeLadder, Outside, Quote
from lotkeeper.paper.symbols.rules import Rules

FIRST_ORDER_ID = 28_000_001
FIRST_TRADE_ID = 5_000_001


class Desk:
    """Ids are unique within the pair only, as on the real exchange.

    `clock_us` is the pair's own time: that of the recording in a replay, the exchange's otherwise. `status` is the
    pair's (TRADING, HALT, BREAK, CANCEL_ONLY, END_OF_DAY).
    """

    def __init__(self, rules: Rules, clock: Clock) -> None:
        self.rules = rules
        self.status = rules.status
        self.book = Book()
        self.outside = Outside(self.book, MadeLadder(rules))
        self.market = Market()
        self.orders: dict[int, Order] = {}
        self.waiting: dict[int, Order] = {}
        self.next_order_id = FIRST_ORDER_ID
        self.next_trade_id = FIRST_TRADE_ID
        self.next_match_id = 0
        self.is_replayed = False
        self.replayed_us = 0
        self._clock = clock

    @property
    def name(self) -> str:
        return self.rules.name

    @property
    def clock_us(self) -> int:
        return self.replayed_us or self._clock.us()

    @property
    def quote(self) -> Quote | None:
        return self.outside.quote

    @property
    def last_price(self) -> Decimal | None:
        """The price of the last trade, before any the outside's bid."""
        last = self.market.last
        if last is not None:
            return last.price
        return self.quote.bid if self.quote else None

    @property
    def reference(self) -> Decimal | None:
        """What filters compare a price with; the last price where nothing was traded."""
        return self.market.reference(self.clock_us) or self.last_price

    def take_trade_id(self) -> int:
        self.next_trade_id += 1
        return self.next_trade_id - 1
