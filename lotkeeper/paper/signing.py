"""Who sent a request: keys, signatures and timestamps (source: "Request security")."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from lotkeeper.paper.errors import ApiError, mandatory

# Does this signature belong to this payload?
Verify = Callable[[bytes, str], bool]

AHEAD_MS = 1000
DEFAULT_WINDOW_MS = Decimal(5000)
LARGEST_WINDOW_MS = Decimal(60_000)
MICROSECONDS_FROM = 10**14
OLDEST_MS = 1_483_228_800_000
KEY_LENGTH = 64


class KeyFileError(ValueError):
    """A public key file holds no Ed25519 or RSA key."""


def hmac_verifier(secret: str) -> Verify:
    """HMAC-SHA256 of the payload in hex, upper or lower case."""

    def verify(payload: bytes, signature: str) -> bool:
        expected = hmac.new(secret.encode(), payload, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected.encode(), signature.lower().encode())

    return verify


def public_key_verifier(pem: bytes) -> Verify:
    """Base64 signatures of an Ed25519 or RSA (PKCS#1 v1.5, SHA-256) key; raises KeyFileError for other keys."""
    try:
        key = load_pem_public_key(pem)
    except ValueError as error:
        raise KeyFileError("not a public key in PEM") from error
    if not isinstance(key, Ed25519PublicKey | RSAPublicKey):
        raise KeyFileError("neither an Ed25519 nor an RSA key")

    def verify(payload: bytes, signature: str) -> bool:
        try:
            raw = base64.b64decode(signature, validate=True)
            if isinstance(key, Ed25519PublicKey):
                key.verify(raw, payload)
            else:
                key.verify(raw, payload, PKCS1v15(), SHA256())
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True

    return verify


class Keys:
    """The account's keys, by the text of the API key."""

    def __init__(self, verifiers: Mapping[str, Verify], ed25519: frozenset[str] = frozenset()) -> None:
        self._verifiers = verifiers
        self.may_log_on = ed25519

    def verifier(self, api_key: str | None) -> Verify:
        """Raises ApiError: -2014 for what cannot be a key, -2015 for one that is not known."""
        found = self._verifiers.get(api_key or "")
        if found:
            return found
        if not api_key or len(api_key) != KEY_LENGTH or not api_key.isalnum():
            raise ApiError(-2014, "API-key format invalid.", 401)
        raise ApiError(-2015, "Invalid API-key, IP, or permissions for action.", 401)

    def check(self, api_key: str | None, payload: bytes, values: Mapping[str, str], now: int) -> None:
        """Raises ApiError unless the payload was signed by this key within its window.

        The signature is looked at before the clock: nothing in an unsigned request is worth an answer.
        """
        verify = self.verifier(api_key)
        signature = values.get("signature")
        if not signature:
            raise mandatory("signature")
        check_present(values)
        if not verify(payload, signature):
            raise ApiError(-1022, "Signature for this request is not valid.")
        check_time(values, now)


def check_present(values: Mapping[str, str]) -> None:
    timestamp = values.get("timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit()) or len(timestamp) > 18:
        raise mandatory("timestamp")


def check_time(values: Mapping[str, str], now: int) -> None:
    """Holds `timestamp < now + 1000` and `now - timestamp <= recvWindow`, in ms; a timestamp may be in microseconds."""
    check_present(values)
    sent, window = Decimal(values["timestamp"]), read_window(values.get("recvWindow"))
    if sent >= MICROSECONDS_FROM:
        sent /= 1000
    if sent < OLDEST_MS:
        raise ApiError(-1100, "Illegal characters found in parameter 'timestamp'; legal range is from 2017 on.")
    if sent >= now + AHEAD_MS:
        raise ApiError(-1021, "Timestamp for this request was 1000ms ahead of the server's time.")
    if now - sent > window:
        raise ApiError(-1021, "Timestamp for this request is outside of the recvWindow.")


def read_window(text: str | None) -> Decimal:
    """The request's recvWindow in ms, up to three decimals; raises ApiError -1131 above a minute."""
    if text is None:
        return DEFAULT_WINDOW_MS
    try:
        window = Decimal(text)
    except InvalidOperation as error:
        raise mandatory("recvWindow") from error
    if not window.is_finite() or window <= 0 or round(window, 3) != window:
        raise mandatory("recvWindow")
    if window > LARGEST_WINDOW_MS:
        raise ApiError(-1131, "recvWindow must be less than 60000.")
    return window


def without_signature(text: str) -> str:
    """A query string or form body as it was signed: every byte as sent, without the signature parameter."""
    return "&".join(part for part in text.split("&") if not part.startswith("signature="))
