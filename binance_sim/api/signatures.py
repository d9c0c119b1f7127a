"""Signatures of the three kinds of keys, over the raw bytes of the request (source: "Request security")."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

# Whether this signature belongs to this payload.
VerifySignature = Callable[[bytes, str], bool]


class KeyFileError(ValueError):
    """A key file does not contain an Ed25519 or RSA key."""


def hmac_verifier(secret: str) -> VerifySignature:
    """HMAC-SHA256 of the payload in hex, upper or lower case."""

    def verify(payload: bytes, signature: str) -> bool:
        expected = hmac.new(secret.encode(), payload, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected.encode(), signature.lower().encode())

    return verify


def load_public_key(pem: bytes) -> Ed25519PublicKey | RSAPublicKey:
    """Raises KeyFileError if the text is not an Ed25519 or RSA public key."""
    try:
        key = load_pem_public_key(pem)
    except ValueError as error:
        raise KeyFileError("not a public key in PEM") from error
    if not isinstance(key, Ed25519PublicKey | RSAPublicKey):
        raise KeyFileError("neither an Ed25519 nor an RSA key")
    return key


def key_kind(pem: bytes) -> str:
    """Raises KeyFileError if the text is not a public key."""
    return "ed25519" if isinstance(load_public_key(pem), Ed25519PublicKey) else "rsa"


def public_key_verifier(pem: bytes) -> VerifySignature:
    """Base64 signatures of an Ed25519 or RSA (PKCS#1 v1.5, SHA-256) key; raises KeyFileError for other keys."""
    key = load_public_key(pem)

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


def without_signature(text: str) -> str:
    """A query string or form body as it was signed: as sent, without the signature parameter."""
    return "&".join(part for part in text.split("&") if not part.startswith("signature="))
