"""Signing: the three key types of Binance, for REST queries and for frames of the WebSocket API."""

import base64
import hmac
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import quote

import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

KEY_TYPES = ("ed25519", "hmac", "rsa")
_MIN_RSA_BITS = 2048


class KeyProblemError(ValueError):
    """An API key, secret or private key cannot be used; the text says why and never shows the key."""


class KeyMaterial(Protocol):
    """A key as it is configured."""

    @property
    def key_type(self) -> str:
        """One of KEY_TYPES."""

    @property
    def api_key(self) -> str: ...

    @property
    def api_secret(self) -> str | None:
        """Of an hmac key."""

    @property
    def private_key_pem(self) -> bytes | None:
        """Of an Ed25519 or RSA key."""


class Signer(Protocol):
    """Signs with one key. `sign` gives the text of the signature, not yet percent-encoded."""

    @property
    def api_key(self) -> str: ...

    def sign(self, payload: bytes) -> str: ...


class _Key:
    """What all signers share: the API key, and a repr that does not show it."""

    __slots__ = ("_api_key",)

    def __init__(self, api_key: str) -> None:
        if not api_key or not api_key.isascii() or not api_key.isprintable() or " " in api_key:
            raise KeyProblemError("the API key is empty or contains a character that no API key has")
        self._api_key = api_key

    @property
    def api_key(self) -> str:
        return self._api_key

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"


class HmacSigner(_Key):
    """HMAC-SHA256 in lower-case hex (Binance request-security.md)."""

    __slots__ = ("_secret",)

    def __init__(self, api_key: str, secret: str) -> None:
        super().__init__(api_key)
        if not secret or secret != secret.strip():
            raise KeyProblemError("the API secret is empty or surrounded by white space")
        self._secret = secret.encode()

    def sign(self, payload: bytes) -> str:
        return hmac.digest(self._secret, payload, "sha256").hex()


class Ed25519Signer(_Key):
    """Ed25519 in base64 (Binance request-security.md)."""

    __slots__ = ("_key",)

    def __init__(self, api_key: str, pem: bytes) -> None:
        super().__init__(api_key)
        key = _private_key(pem)
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyProblemError("the private key is not an Ed25519 key; is exchange.key_type right?")
        self._key = key

    def sign(self, payload: bytes) -> str:
        return base64.b64encode(self._key.sign(payload)).decode()


class RsaSigner(_Key):
    """RSASSA-PKCS1-v1_5 with SHA-256 in base64 (Binance request-security.md)."""

    __slots__ = ("_key",)

    def __init__(self, api_key: str, pem: bytes) -> None:
        super().__init__(api_key)
        key = _private_key(pem)
        if not isinstance(key, RSAPrivateKey):
            raise KeyProblemError("the private key is not an RSA key; is exchange.key_type right?")
        if key.key_size < _MIN_RSA_BITS:
            raise KeyProblemError(f"the RSA key has {key.key_size} bits; Binance takes {_MIN_RSA_BITS} and more")
        self._key = key

    def sign(self, payload: bytes) -> str:
        return base64.b64encode(self._key.sign(payload, PKCS1v15(), hashes.SHA256())).decode()


def load_signer(key: KeyMaterial) -> Signer:
    """The signer for a configured key; raises KeyProblemError for a key that cannot work."""
    if key.key_type not in KEY_TYPES:
        raise KeyProblemError(f"the key type {key.key_type!r} is not known; allowed are {', '.join(KEY_TYPES)}")
    if key.key_type == "hmac":
        if key.api_secret is None:
            raise KeyProblemError("an hmac key needs its API secret")
        return HmacSigner(key.api_key, key.api_secret)
    if key.private_key_pem is None:
        raise KeyProblemError(f"an {key.key_type} key needs its private key file")
    kind = Ed25519Signer if key.key_type == "ed25519" else RsaSigner
    return kind(key.api_key, key.private_key_pem)


def encoded_query(params: Mapping[str, str]) -> str:
    """`params` as a percent-encoded query, in their own order."""
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in params.items())


def signed_query(params: Mapping[str, str], signer: Signer, timestamp_ms: int, recv_window_ms: int) -> str:
    """The query of a signed REST request: exactly the text that is signed is sent.

    Percent-encoding comes before signing, else the exchange answers -1022 (Binance CHANGELOG.md, 2026-01-15).
    """
    query = encoded_query({**params, "recvWindow": str(recv_window_ms), "timestamp": str(timestamp_ms)})
    return f"{query}&signature={quote(signer.sign(query.encode()), safe='')}"


def signed_frame_params(
    params: Mapping[str, object], signer: Signer, timestamp_ms: int, recv_window_ms: int
) -> dict[str, object]:
    """The `params` of a signed WebSocket API request (Binance web-socket-api.md, "SIGNED request security").

    Signed are all parameters sorted by name, as raw UTF-8, values that are no strings as their JSON literals.
    """
    whole = {**params, "apiKey": signer.api_key, "recvWindow": recv_window_ms, "timestamp": timestamp_ms}
    ordered = dict(sorted(whole.items()))
    texts = [
        f"{name}={value if isinstance(value, str) else orjson.dumps(value).decode()}" for name, value in ordered.items()
    ]
    return {**ordered, "signature": signer.sign("&".join(texts).encode())}


def _private_key(pem: bytes) -> object:
    if b"PUBLIC KEY" in pem:
        raise KeyProblemError("this is the public key; signing needs the private key of the pair")
    if b"ENCRYPTED" in pem:
        raise KeyProblemError("the private key is encrypted; store it without a password, readable by its owner only")
    try:
        return load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyProblemError("the private key is not in PEM format (-----BEGIN PRIVATE KEY-----)") from None
