"""The text of a first configuration, and its file: checked as a whole before it has its name."""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import yaml

from lotkeeper.config import Config, ConfigProblems, ExchangeConfig, KeyType, load_config
from lotkeeper.secret_variables import API_SECRET, API_SECRET_FILE, PRIVATE_KEY_FILE
from lotkeeper.service.errors import ConfigurationError, ServiceError

_MODE = 0o600
_HEAD = """\
# Written by `lotkeeper init`. A key that is not here has its default: `lotkeeper config show` prints all of them,
# docs/reference/configuration.md describes them. Keys and secrets do not belong here: set them in the environment.
"""
_PAIRS = '# Any key of exit may be set for one pair, as in {net_profit_pct: "0.8"}.\n'


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The addresses of an exchange."""

    rest_url: str = ExchangeConfig().rest_url
    ws_api_url: str = ExchangeConfig().ws_api_url
    stream_url: str = ExchangeConfig().stream_url


# Binance testnet, general-info.md: an exchange for trials, with orders and coins that are worth nothing.
TESTNET = Endpoints(
    rest_url="https://testnet.binance.vision",
    ws_api_url="wss://ws-api.testnet.binance.vision/ws-api/v3",
    stream_url="wss://stream.testnet.binance.vision",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person wants; texts as the file has them."""

    endpoints: Endpoints
    key_type: KeyType
    net_profit_pct: str
    pairs: tuple[str, ...]
    database: str = ""  # empty: the default


def config_text(choice: Choice) -> str:
    """The text of the file: what differs from the defaults, and what a person looks for first."""
    default = Endpoints()
    urls = {
        each.name: value
        for each in fields(Endpoints)
        if (value := getattr(choice.endpoints, each.name)) != getattr(default, each.name)
    }
    parts = [_HEAD, _yaml({"exchange": {**urls, "key_type": str(choice.key_type)}})]
    if choice.database:
        parts.append(_yaml({"database": choice.database}))
    parts.append(_yaml({"exit": {"net_profit_pct": choice.net_profit_pct}}))
    parts.append(_PAIRS + _yaml({"pairs": {symbol: {} for symbol in choice.pairs}}))
    return "\n".join(parts)


def _yaml(document: Mapping[str, object]) -> str:
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, default_flow_style=False, width=200)


def checked(choice: Choice, path: Path) -> Config:
    """The configuration as a start would read it from `path`. Raises ConfigurationError with every problem."""
    written = _write_beside(config_text(choice), path)
    try:
        return load_config(written, {})
    except ConfigProblems as error:
        raise ConfigurationError(str(error).replace(written.name, path.name)) from error
    finally:
        written.unlink()


def write(choice: Choice, path: Path) -> None:
    """Puts the file in its place, in the place of one that is there, for this user alone. Raises ServiceError."""
    written = _write_beside(config_text(choice), path)
    try:
        written.replace(path)
    except OSError as error:
        written.unlink(missing_ok=True)
        raise ServiceError(f"{path} cannot be written: {error.strerror}") from error


def _write_beside(text: str, path: Path) -> Path:
    folder = path.absolute().parent
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".yaml", dir=folder)
    except OSError as error:
        raise ServiceError(f"{folder} cannot be written: {(error.strerror or str(error)).lower()}") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), _MODE)
        file.write(text)
    return Path(name)


def key_type_of(environ: Mapping[str, str]) -> KeyType:
    """By the variables of the key that are set, and by the file that one of them names; ed25519 where none is."""
    if environ.get(API_SECRET) or environ.get(API_SECRET_FILE):
        return KeyType.HMAC
    file = environ.get(PRIVATE_KEY_FILE, "").strip()
    return KeyType.RSA if file and _is_rsa(Path(file)) else KeyType.ED25519


def _is_rsa(path: Path) -> bool:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        return isinstance(load_pem_private_key(path.read_bytes(), None), RSAPrivateKey)
    except (OSError, ValueError, TypeError):
        return False  # reading the key says what is wrong with it
