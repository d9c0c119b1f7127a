"""Which of the configured pairs the exchange lists, as a start asks it.

A pair that was kept before and is not listed any more stays: its lots can be read and released. One that was never kept
is a typing error.
"""

from pathlib import Path

from lotkeeper.config import Config, unlisted_pairs
from lotkeeper.exchange.rest.client import RestClient
from lotkeeper.exchange.rest.outcomes import Answered, Outcome, Unknown, is_refused_as
from lotkeeper.exchange.shapes import ExchangeInfo
from lotkeeper.service.errors import ConfigurationError
from lotkeeper.service.histories import known_pairs
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.pair import TradePair

_NOT_LISTED = (RefusalKind.UNKNOWN_SYMBOL, RefusalKind.ILLEGAL_CHARACTERS)


def ask_listed_pairs(config: Config) -> ExchangeInfo | Outcome:
    """The rules of the configured pairs that the exchange lists, or what became of the question."""
    client = RestClient(config.exchange.rest_url, None)
    try:
        outcome = client.exchange_info(list(config.pairs))
        if is_refused_as(outcome, *_NOT_LISTED):
            outcome = client.exchange_info(None)  # one symbol that is not listed has all of them refused
    finally:
        client.close()
    if not isinstance(outcome, Answered):
        return outcome
    return outcome.body if isinstance(outcome.body, ExchangeInfo) else Unknown("an answer of another shape")


def check_listed_pairs(config: Config, path: Path, found: ExchangeInfo) -> dict[str, TradePair]:
    """The rules of the pairs that are listed, by symbol.

    Raises ConfigurationError for pairs that are not listed and were never kept, and ServiceError if the database, which
    tells that, cannot be read.
    """
    unlisted = [symbol for symbol in config.pairs if symbol not in found.pairs]
    never_kept = [symbol for symbol in unlisted if symbol not in known_pairs(config)] if unlisted else []
    if never_kept:
        raise ConfigurationError(str(unlisted_pairs(path, never_kept, found.pairs)))
    return {symbol: found.pairs[symbol] for symbol in config.pairs if symbol in found.pairs}
