"""A simulated trader, who buys on the account as a person on the web page does."""

import asyncio
import random
from collections.abc import Callable
from decimal import Decimal

from binance_sim.account.account import TradingAccount
from binance_sim.errors import ApiError, order_rejection
from binance_sim.journal.writer import Journal
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.external_liquidity import ExternalQuote
from binance_sim.matching.orders import Order
from binance_sim.matching.place_order import place
from binance_sim.matching.tickets import Ticket
from binance_sim.numbers import EXACT, ZERO, down, floor_to
from binance_sim.symbols.rules import SymbolRules

# The value of an order, in multiples of the pair's minimum notional.
SMALLEST, LARGEST = 2.0, 40.0
JITTER = 0.5


class Trader:
    """Places BUYs of random kinds and sizes; the same seed gives the same orders."""

    def __init__(
        self, exchange: Exchange, account: TradingAccount, journal: Journal, seed: str, every_s: float
    ) -> None:
        self._exchange, self._account, self._journal = exchange, account, journal
        self._random = random.Random(f"trader/{seed}")
        self._every_s = every_s
        self.running = asyncio.Event()
        self.refused = 0
        self._kinds: tuple[Callable[[SymbolRules, ExternalQuote, Decimal], Ticket], ...] = (
            self._at_market,
            self._at_market,
            self._for_quote,
            self._at_ask,
            self._below_market,
        )

    async def run(self) -> None:
        while True:
            await self.running.wait()
            await asyncio.sleep(self._every_s * self._random.uniform(1 - JITTER, 1 + JITTER))
            if self.running.is_set():
                self.place_random_buy()

    def place_random_buy(self) -> Order | None:
        """Place one BUY of a random kind; returns None if the exchange refuses it, for example for lack of funds."""
        market = self._exchange.markets[self._random.choice(list(self._exchange.markets))]
        rules, quote = market.rules, market.quote
        value = (rules.min_notional or Decimal(5)) * Decimal(str(round(self._random.uniform(SMALLEST, LARGEST), 2)))
        kind = self._random.choice(self._kinds)
        try:
            return self._place(kind(rules, quote, value)) if quote else None
        except ApiError as error:
            self.refused += 1
            self._journal.write("trader-refused", symbol=rules.name, code=error.code, text=error.text)
            return None

    def buy(self, symbol: str, value: Decimal) -> Order:
        """Buy at the market for `value` of the quote asset; raises ApiError."""
        market = self._exchange.markets.get(symbol)
        if market is None or market.quote is None:
            raise order_rejection("Market is closed.")
        return self._place(self._for_quote(market.rules, market.quote, value))

    def _place(self, ticket: Ticket) -> Order:
        self._journal.write("trader-order", symbol=ticket.rules.name, client_id=ticket.client_id, type=ticket.kind)
        with self._exchange.transaction(self._exchange.markets[ticket.rules.name]) as tx:
            return place(tx, self._account, ticket)

    def _ticket(self, rules: SymbolRules, kind: str, price: Decimal, qty: Decimal, quote_qty: Decimal = ZERO) -> Ticket:
        client_id = f"web_{self._random.getrandbits(128):032x}"
        return Ticket(rules, "BUY", kind, "GTC", client_id, price, qty, quote_qty, stp=rules.default_stp)

    @staticmethod
    def _qty(rules: SymbolRules, value: Decimal, price: Decimal) -> Decimal:
        return max(floor_to(EXACT.divide(value, price), rules.step), rules.min_qty)

    def _at_market(self, rules: SymbolRules, quote: ExternalQuote, value: Decimal) -> Ticket:
        return self._ticket(rules, "MARKET", ZERO, self._qty(rules, value, quote.ask))

    def _for_quote(self, rules: SymbolRules, quote: ExternalQuote, value: Decimal) -> Ticket:
        return self._ticket(rules, "MARKET", ZERO, ZERO, quote_qty=down(value))

    def _at_ask(self, rules: SymbolRules, quote: ExternalQuote, value: Decimal) -> Ticket:
        return self._ticket(rules, "LIMIT", quote.ask, self._qty(rules, value, quote.ask))

    def _below_market(self, rules: SymbolRules, quote: ExternalQuote, value: Decimal) -> Ticket:
        """A limit order below the market: it fills later, often in parts."""
        share = Decimal(str(round(self._random.uniform(0.9985, 0.9998), 6)))
        price = max(floor_to(quote.bid * share, rules.tick), rules.tick)
        return self._ticket(rules, "LIMIT", price, self._qty(rules, value, price))
