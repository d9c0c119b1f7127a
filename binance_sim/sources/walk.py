"""A simulated price: a random walk around its start, the same for the same seed, pair and step number."""

import math
import random
from dataclasses import dataclass
from decimal import Decimal

from binance_sim.matching.external_liquidity import ExternalQuote
from binance_sim.numbers import ATOM, floor_to
from binance_sim.symbols.rules import SymbolRules

# Steps of 0.1 % and a pull to the start of half the distance in 50 steps: swings of about 1 % within 200 steps.
SWING = 0.001
PULL = math.log(2) / 50
TAKERS = (0, 0, 1, 1, 2, 3)
MEAN_SHARE = 1 / 8
# Sizes vary as in a real book: one in twenty is a tenth of the usual size, most trades are small.
SPREAD_OF_SIZES = 1.4


@dataclass(frozen=True, slots=True)
class WalkStep:
    """One step: the best prices, then takers as (is a BUY, price, quantity)."""

    quote: ExternalQuote
    takers: tuple[tuple[bool, Decimal, Decimal], ...]


class PriceWalk:
    """Prices of one pair. `depth` is the usual size of the best level, in multiples of the minimum notional."""

    def __init__(self, rules: SymbolRules, start: Decimal, seed: str, depth: Decimal) -> None:
        self._rules = rules
        self.symbol = rules.name
        self._home = start
        self._away = 0.0
        self._random = random.Random(f"{seed}/{rules.name}")
        self._value = float(depth * (rules.min_notional or 5))
        self.number = 0

    @property
    def usual_trade(self) -> float:
        """The average value of a trade in the quote asset, as far as the book is not used up."""
        return self._value * math.exp(SPREAD_OF_SIZES**2 / 2) * MEAN_SHARE

    @property
    def first_bid(self) -> Decimal:
        return self._bid(self._home)

    def move_to(self, price: Decimal) -> None:
        """Continue around `price`."""
        self._home, self._away = price, 0.0

    def step(self) -> WalkStep:
        self.number += 1
        self._away += self._random.gauss(0, SWING) - PULL * self._away
        return self.current_step()

    def current_step(self) -> WalkStep:
        """The book around the current price, with new sizes and trades."""
        tick = self._rules.tick or ATOM
        price = self._home * Decimal(str(math.exp(self._away)))
        bid = self._bid(price)
        ask = bid + tick * self._random.choice((1, 1, 1, 2, 4))
        quote = ExternalQuote(bid, self._size(bid), ask, self._size(ask), self.number * 7 + 1_000_000)
        return WalkStep(quote, tuple(self._taker(quote) for _ in range(self._random.choice(TAKERS))))

    def _bid(self, price: Decimal) -> Decimal:
        tick = self._rules.tick or ATOM
        return max(floor_to(price, tick), tick)

    def _size(self, price: Decimal) -> Decimal:
        value = self._value * self._random.lognormvariate(0, SPREAD_OF_SIZES)
        return self._steps(Decimal(str(value)) / price)

    def _taker(self, quote: ExternalQuote) -> tuple[bool, Decimal, Decimal]:
        buys = self._random.random() >= 0.5
        price, size = (quote.ask, quote.ask_qty) if buys else (quote.bid, quote.bid_qty)
        share = Decimal(str(round(self._random.random() ** 3 / 2, 6)))  # an eighth on average: MEAN_SHARE
        return buys, price, self._steps(size * share)

    def _steps(self, qty: Decimal) -> Decimal:
        step = self._rules.step or ATOM
        return max(floor_to(qty, step), step)
