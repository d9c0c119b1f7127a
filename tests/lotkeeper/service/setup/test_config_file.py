"""The first configuration file."""

import stat
from pathlib import Path

import pytest

from lotkeeper.config import KeyType, load_config
from lotkeeper.service.errors import ConfigurationError, ServiceError
from lotkeeper.service.setup.config_file import TESTNET, Choice, Endpoints, checked, config_text, key_type_of, write

CHOICE = Choice(Endpoints(), KeyType.HMAC, "0.8", ("BTCUSDT", "币安人生USDT"))


def test_it_is_read_as_it_was_wanted(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    write(CHOICE, path)
    config = load_config(path, {})
    assert list(config.pairs) == ["BTCUSDT", "币安人生USDT"]
    assert str(config.exit.net_profit_pct) == "0.8"
    assert (config.exchange.key_type, config.exchange.rest_url) == (KeyType.HMAC, "https://api.binance.com")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["config.yaml"]


def test_addresses_and_the_database_stand_in_it_where_they_are_not_the_default(tmp_path: Path) -> None:
    assert "rest_url" not in config_text(CHOICE)
    assert "database" not in config_text(CHOICE)
    path = tmp_path / "config.yaml"
    write(Choice(TESTNET, KeyType.ED25519, "1", ("BTCUSDT",), "postgresql://me@db/lots"), path)
    config = load_config(path, {})
    assert config.exchange.rest_url == "https://testnet.binance.vision"
    assert config.database == "postgresql://me@db/lots"


def test_every_problem_is_named_as_of_the_file_and_nothing_is_left(tmp_path: Path) -> None:
    wrong = Choice(Endpoints("http://example.org", "wss://x", "wss://y"), KeyType.HMAC, "many", ("btc",))
    with pytest.raises(ConfigurationError) as caught:
        checked(wrong, tmp_path / "config.yaml")
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert all(line.startswith(str(tmp_path / "config.yaml")) for line in lines), lines
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="cannot be written"):
        write(CHOICE, tmp_path / "nowhere" / "config.yaml")


def test_the_type_of_the_key_follows_from_its_variables(tmp_path: Path) -> None:
    assert key_type_of({}) is KeyType.ED25519
    assert key_type_of({"LOTKEEPER_EXCHANGE__API_SECRET": "x"}) is KeyType.HMAC
    assert key_type_of({"LOTKEEPER_EXCHANGE__API_SECRET_FILE": "x"}) is KeyType.HMAC
    assert key_type_of({"LOTKEEPER_EXCHANGE__PRIVATE_KEY_FILE": str(tmp_path / "none")}) is KeyType.ED25519


def test_the_type_of_a_private_key_is_that_of_its_file(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

    key = generate_private_key(65537, 2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path / "rsa.pem"
    path.write_bytes(key.private_bytes(*form))
    assert key_type_of({"LOTKEEPER_EXCHANGE__PRIVATE_KEY_FILE": str(path)}) is KeyType.RSA
