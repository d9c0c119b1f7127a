import base64
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from lotkeeper.exchange.signing import (
    Ed25519Signer,
    HmacSigner,
    KeyProblemError,
    RsaSigner,
    load_signer,
    signed_frame_params,
    signed_query,
)
from messages.lifecycle import Credentials

# The keys and signatures of Binance's own documents (request-security.md, web-socket-api.md).
API_KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
SECRET = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
ORDER = {"side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "0.1"}
NO_KEY: dict[str, Any] = {"api_secret": None, "private_key_pem": None}
ED25519_KEY = ed25519.Ed25519PrivateKey.generate()
RSA_KEY = rsa.generate_private_key(65537, 2048)


def pem_of(key, encryption: KeySerializationEncryption | None = None) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())


@pytest.mark.parametrize(
    ("symbol", "encoded", "signature"),
    [
        ("LTCBTC", "LTCBTC", "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"),
        (
            "１２３４５６",  # noqa: RUF001  # the symbol of the document
            "%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96",
            "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3",
        ),
    ],
)
def test_rest_query_is_signed_as_the_documents_say(symbol, encoded, signature) -> None:
    query = signed_query({"symbol": symbol, **ORDER}, HmacSigner(API_KEY, SECRET), 1499827319559, 5000)
    assert query == (
        f"symbol={encoded}&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1"
        f"&recvWindow=5000&timestamp=1499827319559&signature={signature}"
    )


@pytest.mark.parametrize(
    ("params", "recv_window_ms", "signature"),
    [
        (
            {"symbol": "BTCUSDT", "side": "SELL", "price": "52000.00", "quantity": "0.01000000"},
            100,
            "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24",
        ),
        (
            {"symbol": "１２３４５６", "side": "BUY", "price": "0.10000000", "quantity": "1.00000000"},  # noqa: RUF001
            5000,
            "b33892ae8e687c939f4468c6268ddd4c40ac1af18ad19a064864c47bae0752cd",
        ),
    ],
)
def test_frame_is_signed_as_the_documents_say(params, recv_window_ms, signature) -> None:
    whole = {**params, "type": "LIMIT", "timeInForce": "GTC"}
    signed = signed_frame_params(whole, HmacSigner(API_KEY, SECRET), 1645423376532, recv_window_ms)
    assert signed["signature"] == signature
    assert list(signed)[:-1] == sorted(set(signed) - {"signature"})
    assert signed["recvWindow"] == recv_window_ms
    assert signed["apiKey"] == API_KEY


def test_frame_signature_renders_json_literals() -> None:
    class Recorder:
        api_key = "key"
        payload = b""

        def sign(self, payload: bytes) -> str:
            self.payload = payload
            return "signed"

    signer = Recorder()
    signed_frame_params({"returnRateLimits": False, "orderId": 7, "b": "x y"}, signer, 1, 2)
    assert signer.payload == b"apiKey=key&b=x y&orderId=7&recvWindow=2&returnRateLimits=false&timestamp=1"


def test_what_is_signed_is_what_is_sent() -> None:
    signer = Ed25519Signer("key", pem_of(ED25519_KEY))
    query = signed_query({"symbols": '["BTCUSDT","币安/USDT"]', "note": "a+b=c@d"}, signer, 1, 5000)
    payload, _, signature = query.partition("&signature=")
    ED25519_KEY.public_key().verify(base64.b64decode(unquote(signature)), payload.encode())
    assert not set("+/=") & set(signature)
    assert parse_qs(payload)["symbols"] == ['["BTCUSDT","币安/USDT"]']


def test_rsa_signature_verifies() -> None:
    signature = RsaSigner("key", pem_of(RSA_KEY)).sign(b"payload")
    RSA_KEY.public_key().verify(base64.b64decode(signature), b"payload", padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize(
    ("key_type", "material", "kind"),
    [
        ("hmac", {"api_secret": SECRET}, HmacSigner),
        ("ed25519", {"private_key_pem": pem_of(ED25519_KEY)}, Ed25519Signer),
        ("rsa", {"private_key_pem": pem_of(RSA_KEY)}, RsaSigner),
    ],
)
def test_each_key_type_loads_and_shows_nothing(key_type, material, kind) -> None:
    signer = load_signer(Credentials(key_type, API_KEY, **NO_KEY | material))
    assert type(signer) is kind
    assert signer.api_key == API_KEY
    assert repr(signer) == f"{kind.__name__}(***)"


PUBLIC_PEM = ED25519_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
SMALL_RSA_PEM = pem_of(rsa.generate_private_key(65537, 1024))


@pytest.mark.parametrize(
    ("key_type", "api_key", "material", "words"),
    [
        ("dsa", "key", {}, "'dsa' is not known"),
        ("hmac", "", {"api_secret": "s"}, "API key is empty"),
        ("hmac", "key\n", {"api_secret": "s"}, "API key is empty or contains"),
        ("hmac", "key", {}, "needs its API secret"),
        ("hmac", "key", {"api_secret": "s\n"}, "white space"),
        ("ed25519", "key", {}, "needs its private key file"),
        ("ed25519", "key", {"private_key_pem": pem_of(RSA_KEY)}, "not an Ed25519 key"),
        ("rsa", "key", {"private_key_pem": pem_of(ED25519_KEY)}, "not an RSA key"),
        ("rsa", "key", {"private_key_pem": SMALL_RSA_PEM}, "1024 bits"),
        ("ed25519", "key", {"private_key_pem": PUBLIC_PEM}, "public key"),
        ("ed25519", "key", {"private_key_pem": b"not a key"}, "not in PEM format"),
        ("ed25519", "key", {"private_key_pem": pem_of(ED25519_KEY, BestAvailableEncryption(b"pw"))}, "encrypted"),
    ],
)
def test_wrong_keys_are_explained(key_type, api_key, material, words) -> None:
    with pytest.raises(KeyProblemError, match=words):
        load_signer(Credentials(key_type, api_key, **NO_KEY | material))
