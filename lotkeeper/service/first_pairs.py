"""Which pairs start first: those of which coins lie free on the account, because a BUY without a SELL leaves them so.

It is a guess that decides about the order alone: a person's own coins look the same, and so do those of a lot that
waits.
"""

from collections.abc import Mapping

from lotkeeper.config import Config
from lotkeeper.exchange.shapes import Account
from lotkeeper.trading.money import ZERO, product
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.prices.best_prices import BestPrices

_MOST_NAMED = 100  # symbols in one request; all symbols of the exchange weigh the same (Binance rest-api.md)


def pairs_with_free_coins(
    pairs: Mapping[str, TradePair], account: Account, prices: Mapping[str, BestPrices]
) -> tuple[str, ...]:
    """The pairs of which the account has enough free coins for a SELL at the best bid, the greatest value first."""
    free = {balance.asset: balance.free for balance in account.balances}
    values = {
        symbol: product(free.get(pair.base, ZERO), prices[symbol].bid)
        for symbol, pair in pairs.items()
        if symbol in prices and free.get(pair.base, ZERO) >= pair.min_quantity
    }
    found = [symbol for symbol, value in values.items() if value >= pairs[symbol].min_notional]
    return tuple(sorted(found, key=values.__getitem__, reverse=True))


def ask_prices(config: Config) -> Mapping[str, BestPrices]:
    """The best prices by symbol; none if the exchange does not answer now."""
    from lotkeeper.exchange.rest.client import RestClient
    from lotkeeper.exchange.rest.outcomes import Answered

    symbols = list(config.pairs)
    client = RestClient(config.exchange.rest_url, None)
    try:
        outcome = client.book_tickers(symbols if len(symbols) <= _MOST_NAMED else None)
    finally:
        client.close()
    return outcome.body if isinstance(outcome, Answered) and isinstance(outcome.body, dict) else {}
