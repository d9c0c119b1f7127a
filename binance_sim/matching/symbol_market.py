"""One trade pair: its rules, its book, the external market, and the orders of every account."""

from decimal import Decimal

from binance_sim.account.account import TradingAccount
from binance_sim.clock import SimulatorClock
from binance_sim.market.history import MarketHistory
from binance_sim.matching.blotters import Blotter
from binance_sim.matching.books import OrderBook
from binance_sim.matching.external_liquidity import ExternalLiquidity, ExternalQuote, SyntheticLadder
from binance_sim.matching.orders import Order
from binance_sim.past.past import Past
from binance_sim.symbols.rules import SymbolRules

TRADING = "TRADING"
FIRST_ORDER_ID = 28_000_001
FIRST_TRADE_ID = 5_000_001


class SymbolMarket:
    """Ids are unique within the pair only, as on the real exchange."""

    def __init__(self, rules: SymbolRules, clock: SimulatorClock) -> None:
        self.rules = rules
        # TRADING, HALT, BREAK, CANCEL_ONLY or END_OF_DAY; prices move in TRADING only.
        self.status = rules.status
        # The newest quote while the pair does not trade.
        self.waiting_quote: ExternalQuote | None = None
        self._book = OrderBook()
        self._external = ExternalLiquidity(self._book, SyntheticLadder(rules))
        self._deferred_quote: ExternalQuote | None = None
        self.open_orders = 0
        self.history = MarketHistory()
        self.orders: dict[int, Order] = {}
        self.waiting: dict[int, Order] = {}
        self.blotters: dict[TradingAccount, Blotter] = {}
        self.next_order_id = FIRST_ORDER_ID
        self.next_trade_id = FIRST_TRADE_ID
        self.next_match_id = 0
        self.is_replayed = False
        self.replayed_us = 0
        self._clock = clock

    @property
    def book(self) -> OrderBook:
        """The current book; a deferred quote is applied first."""
        if self._deferred_quote is not None:
            self._show_deferred()
        return self._book

    @property
    def external(self) -> ExternalLiquidity:
        if self._deferred_quote is not None:
            self._show_deferred()
        return self._external

    def defer_quote(self, quote: ExternalQuote) -> bool:
        """Keep a quote until the book is read: most of thousands of quotes a second are replaced before that.

        Allowed only while no account has an open order here. Returns False if prices and sizes are the same as before.
        """
        old = self.quote
        self._deferred_quote = quote
        return old is None or old[:4] != quote[:4]

    def _show_deferred(self) -> None:
        quote, self._deferred_quote = self._deferred_quote, None
        if quote is not None:
            self._external.withdraw(quote)
            self._external.set_quantity(True, quote.bid, quote.bid_qty)
            self._external.set_quantity(False, quote.ask, quote.ask_qty)

    @property
    def is_trading(self) -> bool:
        return self.status == TRADING

    @property
    def name(self) -> str:
        return self.rules.name

    @property
    def clock_us(self) -> int:
        """The pair's time: that of the recording in a replay, otherwise that of the exchange."""
        return self.replayed_us or self._clock.us()

    @property
    def quote(self) -> ExternalQuote | None:
        """The newest best prices of the external market."""
        return self._deferred_quote or self._external.quote

    @property
    def last_price(self) -> Decimal | None:
        """The price of the last trade; before the first trade, the external bid."""
        last, past = self.history.last, self.history.past
        if last is not None:
            return last.price
        if past is not None:
            return past.close
        return self.quote.bid if self.quote else None

    @property
    def reference(self) -> Decimal | None:
        """The price that filters compare with; the last price if nothing was traded."""
        return self.history.reference(self.clock_us) or self.last_price

    def blotter(self, account: TradingAccount) -> Blotter:
        """The account's orders and trades here; an empty blotter for an account that never placed an order."""
        found = self.blotters.get(account)
        if found is None:
            found = self.blotters[account] = Blotter()
        return found

    def follow(self, past: Past) -> None:
        """Continue a past: the next trade has the id after its last one."""
        self.history.follow(past)
        self.next_trade_id = past.last_id + 1

    def take_trade_id(self) -> int:
        self.next_trade_id += 1
        return self.next_trade_id - 1
