"""Pasts for tests: one of a pair, as an exchange makes it that starts at a given second."""

from datetime import UTC, datetime

from binance_sim.clock import FixedClock
from binance_sim.matching.exchange import Exchange
from binance_sim.past.past import SECOND_US
from binance_sim.sources.pasts import give_past
from binance_sim.sources.walk import PriceWalk
from binance_sim.symbols.catalogue import choose_rules, start_price
from tests.binance_sim.support import D

# In the middle of a block, a day, an hour and a minute.
START = int(datetime(2026, 11, 24, 11, 58, 23, tzinfo=UTC).timestamp())


def exchange_with_past(symbol="BTCUSDT", seed="7", start=START):
    rules = choose_rules((symbol,), {})
    exchange = Exchange(rules, FixedClock(now_us=start * SECOND_US + 345_678))
    give_past(exchange, PriceWalk(rules[symbol], start_price(rules[symbol]), seed, D(200)), seed, 0.1)
    return exchange


def past_of(symbol="BTCUSDT", seed="7", start=START):
    return exchange_with_past(symbol, seed, start).markets[symbol].history.past
