"""One trade pair of the exchange: its rules, its book, the market outside, and every account's orders there."""

from decimal import Decimal

from binance_sim.clock import Clock
from binance_sim.market.market import Market
from binance_sim.matching.books import Book
from binance_sim.matching.orders import Order
from binance_sim.matching.outside import MadeLadder, Outside, Quote
from binance_sim.symbols.rules import Rules

TRADING = "TRADING"
FIRST_ORDER_ID = 28_000_001
FIRST_TRADE_ID = 5_000_001


class Desk:
    """Ids are unique within the pair only, as on the real exchange.

    `clock_us` is the pair's own time: that of the recording in a replay, the exchange's otherwise. `status` is the
    pair's (TRADING, HALT, BREAK, CANCEL_ONLY, END_OF_DAY); but for TRADING nothing moves, and `parked` is the newest
    quote that waits for it.
    """

    def __init__(self, rules: Rules, clock: Clock) -> None:
        self.rules = rules
        self.status = rules.status
        self.parked: Quote | None = None
        self._book = Book()
        self._outside = Outside(self._book, MadeLadder(rules))
        self._put_off: Quote | None = None
        self.open_orders = 0
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
    def book(self) -> Book:
        """The book as it stands; a quote that was put off comes into it now."""
        if self._put_off is not None:
            self._settle()
        return self._book

    @property
    def outside(self) -> Outside:
        if self._put_off is not None:
            self._settle()
        return self._outside

    def put_off(self, quote: Quote) -> bool:
        """Keep a quote until somebody looks: of thousands a second most are gone by then. False if it is the last one.

        Only while no account has an open order here, so that nothing can trade.
        """
        old = self.quote
        self._put_off = quote
        return old is None or old[:4] != quote[:4]

    def _settle(self) -> None:
        quote, self._put_off = self._put_off, None
        if quote is not None:
            self._outside.withdraw(quote)
            self._outside.stand(True, quote.bid, quote.bid_qty)
            self._outside.stand(False, quote.ask, quote.ask_qty)

    @property
    def is_trading(self) -> bool:
        return self.status == TRADING

    @property
    def name(self) -> str:
        return self.rules.name

    @property
    def clock_us(self) -> int:
        return self.replayed_us or self._clock.us()

    @property
    def quote(self) -> Quote | None:
        """The newest top of the book outside."""
        return self._put_off or self._outside.quote

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
