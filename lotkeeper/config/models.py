"""The sections and keys of the configuration. A field's description says what is allowed; problems quote it."""

import ipaddress
import re
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo

from lotkeeper.config.alerts import AlertsConfig
from lotkeeper.config.exits import ExitConfig, ExitOverrides, Section, exit_of_pair, to_policy
from lotkeeper.config.fees import FeesConfig
from lotkeeper.database_url import ALLOWED, SQLITE, is_postgresql, parse_postgresql
from lotkeeper.trading.policy import Adoption, ExitPolicy

FOLDER: Final = "folder"  # key of the validation context: the folder that relative paths are relative to
SOCKETS_MAX_BYTES: Final = 70  # a Unix socket's path has at most 108 bytes (unix(7)); the sockets' names need the rest
_SOCKET_MAX_BYTES: Final = 107  # with the byte that ends it it has 108 (unix(7))
_SYMBOL = re.compile(r"[\w.-]{1,50}")  # exchangeInfo has symbols in any script, not only A-Z0-9


class KeyType(StrEnum):
    ED25519 = "ed25519"
    HMAC = "hmac"
    RSA = "rsa"


class OrdersBy(StrEnum):
    """Which way orders and questions go to the exchange."""

    WEBSOCKET = "websocket"  # the WebSocket API; by REST while it is not to be had
    REST = "rest"


class LogLevel(StrEnum):
    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


def _check_url(text: str, secure: str, plain: str) -> str:
    """The address without a slash at the end. An unencrypted connection is allowed only to this machine."""
    parts = urlsplit(text)
    host = parts.hostname or ""
    clean = not (parts.username or parts.password or parts.query or parts.fragment or re.search(r"\s", text))
    if not (host and clean and (parts.port is None or parts.port > 0)):
        raise ValueError("not an address")
    if parts.scheme != secure and not (parts.scheme == plain and is_loopback(host)):
        raise ValueError("not an encrypted connection")
    return text.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine: localhost, 127.0.0.0/8 or ::1."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_https(text: str) -> str:
    return _check_url(text, "https", "http")


def _check_wss(text: str) -> str:
    return _check_url(text, "wss", "ws")


def _check_database(text: str, info: ValidationInfo) -> str:
    if is_postgresql(text):
        parse_postgresql(text)
        return text
    path = text.removeprefix(SQLITE)
    if path in (text, ":memory:"):
        raise ValueError("not a file of SQLite")
    return f"{SQLITE}{_resolve_path(Path(path), info)}"


def _check_symbol(text: str) -> str:
    if not _SYMBOL.fullmatch(text) or text != text.upper():
        raise ValueError("not a symbol")
    return text


def _resolve_path(path: Path, info: ValidationInfo) -> Path:
    """The path, relative to the folder in the validation context."""
    if path == Path() or "\0" in str(path):
        raise ValueError("no path")
    folder: Path = (info.context or {}).get(FOLDER, Path())
    try:
        return folder / path.expanduser()
    except RuntimeError as error:
        raise ValueError(str(error)) from error


def _check_socket_path(path: Path) -> Path:
    if len(bytes(path)) > SOCKETS_MAX_BYTES:
        raise ValueError("too long for the path of a socket")
    return path


def _check_budget_socket(path: Path) -> Path:
    if len(bytes(path)) > _SOCKET_MAX_BYTES:
        raise ValueError("too long for the path of a socket")
    return path


_HTTPS = "an address with https:// (http:// only to this machine)"
_WSS = "an address with wss:// (ws:// only to this machine)"
Https = Annotated[str, AfterValidator(_check_https), Field(description=_HTTPS)]
Wss = Annotated[str, AfterValidator(_check_wss), Field(description=_WSS)]
Symbol = Annotated[str, AfterValidator(_check_symbol)]
ConfigPath = Annotated[Path, AfterValidator(_resolve_path)]


class ExchangeConfig(Section):
    """The exchange's addresses and how requests are signed; times in milliseconds."""

    rest_url: Https = "https://api.binance.com"
    ws_api_url: Wss = "wss://ws-api.binance.com/ws-api/v3"
    stream_url: Wss = "wss://stream.binance.com:9443"
    key_type: KeyType = Field(default=KeyType.ED25519, description="ed25519, hmac or rsa")
    recv_window_ms: int = Field(default=5000, ge=1, le=60000, description="a whole number from 1 to 60000")
    orders_by: OrdersBy = Field(default=OrdersBy.WEBSOCKET, description="websocket or rest")
    budget_socket: Annotated[ConfigPath, AfterValidator(_check_budget_socket)] | None = Field(
        default=None, description=f"the path of the broker's socket, at most {_SOCKET_MAX_BYTES} bytes long"
    )
    budget_name: str | None = Field(
        default=None,
        pattern=r"^[\w@.:-]{1,64}$",
        description="a name of 1 to 64 letters, digits and the characters _ @ . : -",
    )


class BuysToAdopt(StrEnum):
    ALL = "all"
    NAMED = "named"


class AdoptConfig(Section):
    """Which BUYs become lots; `since` counts at the first start only."""

    buys: BuysToAdopt = Field(default=BuysToAdopt.ALL, description="all or named")
    since: date | None = Field(default=None, description="a date such as 2026-01-31, in UTC")


class StreamsConfig(Section):
    """When a silent websocket counts as dead, and when a working one is replaced; in seconds."""

    silent_after_s: float = Field(
        default=60.0, ge=0.1, le=3600, allow_inf_nan=False, description="a number of seconds from 0.1 to 3600"
    )
    renew_after_s: float = Field(
        default=82_800.0, ge=1, le=86_000, allow_inf_nan=False, description="a number of seconds from 1 to 86000"
    )


class LogsConfig(Section):
    """The log files. One of over `max_bytes`, or with a line of an earlier span of `rotate_hours`, is set aside.

    The newest `keep` of these stay, as far as all files have at most `total_bytes`.
    """

    directory: ConfigPath = Field(default=Path("logs"), description="the path of a folder")
    level: LogLevel = Field(default=LogLevel.INFO, description="DEBUG, INFO, WARNING or ERROR")
    max_bytes: int = Field(
        default=50_000_000, ge=10_000, le=10_000_000_000, description="a whole number from 10000 to 10000000000"
    )
    rotate_hours: int = Field(
        default=24, ge=0, le=8760, description="a whole number from 1 to 8760, or 0 for by size alone"
    )
    keep: int = Field(default=14, ge=1, le=1000, description="a whole number from 1 to 1000")
    total_bytes: int = Field(
        default=500_000_000, ge=10_000, le=10_000_000_000_000, description="a whole number from 10000 to 10000000000000"
    )


_HOST_NAME = r"^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$"


def _check_host(text: str) -> str:
    """A name as browsers send it; `*` and addresses would let any site in."""
    if not re.fullmatch(_HOST_NAME, text) or text.rpartition(".")[2].isdecimal():
        raise ValueError("not the name of a host")
    return text


class WebConfig(Section):
    """The HTTP server with health, metrics and the page, on the loopback address; 0: none."""

    loopback_port: int = Field(default=0, ge=0, le=65535, description="a whole number from 1 to 65535, or 0 for none")
    hosts: tuple[Annotated[str, AfterValidator(_check_host)], ...] = Field(
        default=(), max_length=20, description="a list of host names in small letters, such as [pi.tail1234.ts.net]"
    )


class Config(Section):
    """The whole configuration, read and checked once."""

    exchange: ExchangeConfig = Field(default=ExchangeConfig(), description="a mapping")
    database: Annotated[str, AfterValidator(_check_database)] = Field(
        default="sqlite:///lotkeeper.sqlite", description=ALLOWED
    )
    exit: ExitConfig = Field(default=ExitConfig(), description="a mapping")
    fees: FeesConfig = Field(default=FeesConfig(), description="a mapping")
    adopt: AdoptConfig = Field(default=AdoptConfig(), description="a mapping")
    streams: StreamsConfig = Field(default=StreamsConfig(), description="a mapping")
    logs: LogsConfig = Field(default=LogsConfig(), description="a mapping")
    web: WebConfig = Field(default=WebConfig(), description="a mapping")
    alerts: AlertsConfig = Field(default=AlertsConfig(), description="a mapping")
    pairs: dict[Symbol, ExitOverrides] = Field(min_length=1, description="at least one symbol, such as BTCUSDT: {}")
    runtime_dir: Annotated[ConfigPath, AfterValidator(_check_socket_path)] | None = Field(
        default=None, description=f"the path of a folder, at most {SOCKETS_MAX_BYTES} bytes long"
    )
    merge_memory: bool = Field(default=False, description="true or false")


SECTIONS: Final[dict[str, type[BaseModel]]] = {
    "exchange": ExchangeConfig,
    "exit": ExitConfig,
    "fees": FeesConfig,
    "adopt": AdoptConfig,
    "streams": StreamsConfig,
    "logs": LogsConfig,
    "web": WebConfig,
    "alerts": AlertsConfig,
}


def adoption(config: Config) -> Adoption:
    """Which BUYs become lots; `since` as the first millisecond of its day (UTC)."""
    since = config.adopt.since
    midnight = None if since is None else datetime(since.year, since.month, since.day, tzinfo=UTC)
    since_ms = None if midnight is None else int(midnight.timestamp() * 1000)
    return Adoption(config.adopt.buys is BuysToAdopt.ALL, since_ms)


def exit_policy(config: Config, symbol: str) -> ExitPolicy:
    """How lots of a configured pair are sold: by its own keys, and by `exit` for the others."""
    return to_policy(exit_of_pair(config.exit, config.pairs[symbol]))
