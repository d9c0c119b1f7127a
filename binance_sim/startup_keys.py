"""The API keys of the start: given, kept from an earlier process, or new; private keys in files."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from binance_sim.account.account import TradingAccount
from binance_sim.api.keys import HMAC, ApiKey, KeyStore, hmac_key, public_key
from binance_sim.api.signatures import KeyFileError
from binance_sim.settings import Settings, random_key

PrivateKey = Ed25519PrivateKey | RSAPrivateKey
MODE = 0o600
EXPONENT, BITS = 65_537, 2048


def public_half(path: Path, kind: str) -> bytes:
    """The public key (PEM) of the private key in a file, which is created (mode 0600) if it does not exist.

    Raises KeyFileError if the file contains something else.
    """
    key = _load(path, kind) if path.exists() else _make(path, kind)
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _load(path: Path, kind: str) -> PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise KeyFileError(f"{path}: not a private key in PEM without a password") from error
    if not isinstance(key, Ed25519PrivateKey if kind == "ed25519" else RSAPrivateKey):
        raise KeyFileError(f"{path}: not an {kind} key")
    return key


def _make(path: Path, kind: str) -> PrivateKey:
    key: PrivateKey = Ed25519PrivateKey.generate() if kind == "ed25519" else generate_private_key(EXPONENT, BITS)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE), "wb") as file:
        file.write(pem)
    return key


def main_key(keys: KeyStore, account: TradingAccount, settings: Settings) -> ApiKey:
    """The account's HMAC key; it is added if there is none yet."""
    name, secret = settings.api_key, settings.api_secret
    mine = (each for each in keys if each.account is account and each.kind == HMAC)
    kept = next((each for each in mine if name in ("", each.api_key)), None)
    if kept is not None and secret in ("", kept.material):
        return kept
    key = hmac_key(name or random_key(), account, secret or random_key())
    keys.add(key)
    return key


def public_keys(keys: KeyStore, account: TradingAccount, settings: Settings) -> dict[str, str]:
    """The API keys that sign with Ed25519 or RSA, by their names in the ready line.

    Raises KeyFileError if a file does not contain such a key.
    """
    pems: dict[str, bytes] = {}
    if settings.public_key is not None:
        pems["public_key_api_key"] = settings.public_key.read_bytes()
    for kind, path in (("ed25519", settings.ed25519_key), ("rsa", settings.rsa_key)):
        if path is not None:
            pems[f"{kind}_api_key"] = public_half(path, kind)
    try:
        return {name: _public_key(keys, account, pem).api_key for name, pem in pems.items()}
    except KeyFileError as error:
        raise KeyFileError(f"{settings.public_key}: {error}") from error


def _public_key(keys: KeyStore, account: TradingAccount, pem: bytes) -> ApiKey:
    text = pem.decode("ascii", "replace")
    kept = next((each for each in keys if each.material == text), None)
    key = kept or public_key(random_key(), account, text)
    keys.add(key)
    return key
