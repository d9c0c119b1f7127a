"""The configuration as commands and launcher use it: read, checked, and turned into the actors' settings.

The imports stand inside the functions: `lotkeeper --help` imports every command, and each command imports this module.
"""

import os
from collections.abc import Mapping
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from lotkeeper.service.errors import ConfigurationError

if TYPE_CHECKING:
    from lotkeeper.config import Config, Secrets
    from messages.lifecycle import BrokerPlace, ServiceSettings

_NO_SENDER = (
    "alerts.channels: what sends alerts is not installed; it comes with the extra: pip install 'lotkeeper[alerts]'"
)


class ConfigFile:
    """The configuration that a command was given. It is read and checked when it is needed: that takes longest."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def config(self) -> "Config":
        """Raises as `load_config`."""
        return load_config(self.path)


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


def load_channels(config: "Config", variables: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The addresses of the alerts' channels by name, from this process's environment or from `variables`.

    Raises ConfigurationError with one line for each problem, also where nothing is installed that could send.
    """
    from lotkeeper.config import ConfigProblems, load_channel_urls

    try:
        found = load_channel_urls(config, variables)
    except ConfigProblems as error:
        raise ConfigurationError(str(error)) from error
    if found and find_spec("apprise") is None:
        raise ConfigurationError(_NO_SENDER)
    return found


def broker_place(config: "Config") -> "BrokerPlace | None":
    """Where this service shares the budget of its address; None where no broker is configured."""
    from lotkeeper.config import budget_name
    from lotkeeper.exchange.sharing.exchanges import exchange_of
    from messages.lifecycle import BrokerPlace

    socket = config.exchange.budget_socket
    if socket is None:
        return None
    return BrokerPlace(str(socket.absolute()), budget_name(config), exchange_of(config.exchange.rest_url))


def service_settings(config: "Config") -> "ServiceSettings":
    """The part of the configuration that the actors need."""
    from lotkeeper.config import (
        OrdersBy,
        adoption,
        alert_settings,
        alerts_file,
        backlog_files,
        earlier_in_flight_file,
        exit_policy,
        fee_reserve,
        halts_file,
        in_flight_file,
        listed_keys,
        pause_file,
    )
    from messages.lifecycle import JournalPlace, PairSettings, ServiceSettings

    exchange, journal, earlier = config.exchange, in_flight_file(config), earlier_in_flight_file(config)
    return ServiceSettings(
        rest_url=exchange.rest_url,
        ws_api_url=exchange.ws_api_url,
        stream_url=exchange.stream_url,
        recv_window_ms=exchange.recv_window_ms,
        database=config.database,
        silent_after_s=config.streams.silent_after_s,
        renew_after_s=config.streams.renew_after_s,
        pairs=tuple(PairSettings(symbol, exit_policy(config, symbol), adoption(config)) for symbol in config.pairs),
        in_flight=JournalPlace(str(journal.path), journal.is_memory, "" if earlier is None else str(earlier)),
        orders_by_websocket=exchange.orders_by is OrdersBy.WEBSOCKET,
        pause_file=str(pause_file(config)),
        broker=broker_place(config),
        backlog=tuple(map(str, backlog_files(config))),
        fees=fee_reserve(config.fees),
        keys=tuple(listed_keys(config).items()),
        halts_file=str(halts_file(config)),
        alerts=alert_settings(config.alerts),
        alerts_file=str(alerts_file(config)),
        disks=(str(halts_file(config).parent), str(config.logs.directory)),
    )
