"""The configuration as commands and launcher use it: read, checked, and turned into the actors' settings.

The imports stand inside the functions: `lotkeeper --help` imports every command, and each command imports this module.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lotkeeper.service.errors import ConfigurationError, ServiceError

if TYPE_CHECKING:
    from lotkeeper.config import Config, Secrets
    from lotkeeper.trading.pair import TradePair
    from messages.lifecycle import ServiceSettings


def load_config(path: Path) -> "Config":
    """The configuration of the file and of this process's environment.

    Raises ConfigurationError with one line for each problem.
    """
    from lotkeeper import config

    try:
        return config.load_config(path, os.environ)
    except config.ConfigProblems as error:
        raise ConfigurationError(str(error)) from error


def load_secrets(config: "Config", variables: Mapping[str, str] = os.environ) -> "Secrets":
    """The API key and its secret, from this process's environment or from `variables`.

    Raises ConfigurationError with one line for each problem.
    """
    from lotkeeper.config import ConfigProblems
    from lotkeeper.config import load_secrets as load

    try:
        return load(config, variables)
    except ConfigProblems as error:
        raise ConfigurationError(str(error)) from error


def check_pairs_listed(config: "Config", path: Path) -> "dict[str, TradePair]":
    """The rules of all pairs, by symbol.

    Raises ConfigurationError for pairs that the exchange does not list, ServiceError if it cannot be asked.
    """
    from lotkeeper.config import unlisted_pairs
    from lotkeeper.exchange.rest.client import RestClient
    from lotkeeper.exchange.rest.outcomes import Answered, is_refused_as
    from lotkeeper.exchange.shapes import ExchangeInfo
    from lotkeeper.trading.orders.refusals import RefusalKind

    client = RestClient(config.exchange.rest_url, None)
    try:
        outcome: Any = client.exchange_info(list(config.pairs))
        if is_refused_as(outcome, RefusalKind.UNKNOWN_SYMBOL):
            outcome = client.exchange_info(None)
    finally:
        client.close()
    if not isinstance(outcome, Answered) or not isinstance(outcome.body, ExchangeInfo):
        url = config.exchange.rest_url
        raise ServiceError(f"the exchange at {url} did not answer which pairs it lists: {_reason(outcome)}")
    unlisted = [symbol for symbol in config.pairs if symbol not in outcome.body.pairs]
    if unlisted:
        raise ConfigurationError(str(unlisted_pairs(path, unlisted, outcome.body.pairs)))
    return {symbol: outcome.body.pairs[symbol] for symbol in config.pairs}


def _reason(outcome: object) -> str:
    return str(getattr(outcome, "reason", None) or getattr(outcome, "text", None) or "an answer of another shape")


def service_settings(config: "Config") -> "ServiceSettings":
    """The part of the configuration that the actors need."""
    from lotkeeper.config import OrdersBy, adoption, earlier_in_flight_file, exit_policy, in_flight_file
    from messages.lifecycle import JournalPlace, PairSettings, ServiceSettings

    exchange, journal = config.exchange, in_flight_file(config)
    return ServiceSettings(
        rest_url=exchange.rest_url,
        ws_api_url=exchange.ws_api_url,
        stream_url=exchange.stream_url,
        recv_window_ms=exchange.recv_window_ms,
        database=config.database,
        silent_after_s=config.streams.silent_after_s,
        renew_after_s=config.streams.renew_after_s,
        pairs=tuple(PairSettings(symbol, exit_policy(config, symbol), adoption(config)) for symbol in config.pairs),
        in_flight=JournalPlace(str(journal.path), journal.is_memory, str(earlier_in_flight_file(config))),
        orders_by_websocket=exchange.orders_by is OrdersBy.WEBSOCKET,
    )
