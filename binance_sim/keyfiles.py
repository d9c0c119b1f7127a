"""Private keys in files, made if they are not there: a client signs with one, the exchange has its public half."""

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

from binance_sim.api.signatures import KeyFileError

PrivateKey = Ed25519PrivateKey | RSAPrivateKey
MODE = 0o600
EXPONENT, BITS = 65_537, 2048


def public_half(path: Path, kind: str) -> bytes:
    """The public key (PEM) of the private one in a file, which is made (mode 0600) if it is not there.

    Raises KeyFileError where the file holds something else.
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
