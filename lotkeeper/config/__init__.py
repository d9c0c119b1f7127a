"""The configuration: config.yaml and the environment, checked completely before anything starts."""

from lotkeeper.config.alerts import alert_settings
from lotkeeper.config.channel_urls import load_channel_urls
from lotkeeper.config.credentials import Secrets, load_secrets
from lotkeeper.config.environment import CONFIG_VARIABLE
from lotkeeper.config.exits import ExitConfig, ExitOverrides
from lotkeeper.config.fees import fee_reserve
from lotkeeper.config.listing import listed_keys, shown
from lotkeeper.config.loading import load_config, unlisted_pairs
from lotkeeper.config.models import (
    Config,
    ExchangeConfig,
    KeyType,
    LogLevel,
    LogsConfig,
    OrdersBy,
    StreamsConfig,
    WebConfig,
    adoption,
    exit_policy,
    is_loopback,
)
from lotkeeper.config.places import (
    JournalFile,
    alerts_file,
    backlog_files,
    budget_name,
    database_file,
    earlier_in_flight_file,
    earlier_runtime_dir,
    halts_file,
    in_flight_file,
    pause_file,
    runtime_dir,
    web_token_file,
)
from lotkeeper.config.problems import ConfigProblem, ConfigProblems
from lotkeeper.secret_variables import SECRET_VARIABLES

__all__ = [
    "CONFIG_VARIABLE",
    "SECRET_VARIABLES",
    "Config",
    "ConfigProblem",
    "ConfigProblems",
    "ExchangeConfig",
    "ExitConfig",
    "ExitOverrides",
    "JournalFile",
    "KeyType",
    "LogLevel",
    "LogsConfig",
    "OrdersBy",
    "Secrets",
    "StreamsConfig",
    "WebConfig",
    "adoption",
    "alert_settings",
    "alerts_file",
    "backlog_files",
    "budget_name",
    "database_file",
    "earlier_in_flight_file",
    "earlier_runtime_dir",
    "exit_policy",
    "fee_reserve",
    "halts_file",
    "in_flight_file",
    "is_loopback",
    "listed_keys",
    "load_channel_urls",
    "load_config",
    "load_secrets",
    "pause_file",
    "runtime_dir",
    "shown",
    "unlisted_pairs",
    "web_token_file",
]
