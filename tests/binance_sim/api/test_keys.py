import base64

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from binance_sim.api.keys import TRADE, KeyStore, check_time, read_window
from binance_sim.api.signatures import KeyFileError, hmac_verifier, public_key_verifier, without_signature
from binance_sim.errors import ApiError
from binance_sim.wsapi.handler import read_params, signed_payload

KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
SECRET = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
TAIL = "&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559"
NOW = 1_700_000_000_000


@pytest.mark.parametrize(
    ("symbol", "signature"),
    [
        ("LTCBTC", "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"),
        (
            "%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96",
            "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3",
        ),
    ],
)
def test_published_rest_signatures(symbol, signature):
    payload = f"symbol={symbol}{TAIL}".encode()
    verify = hmac_verifier(SECRET)
    assert verify(payload, signature)
    assert verify(payload, signature.upper())
    assert not verify(payload + b" ", signature)


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        (
            '{"params":{"symbol":"BTCUSDT","side":"SELL","type":"LIMIT","timeInForce":"GTC","quantity":"0.01000000",'
            '"price":"52000.00","recvWindow":100,"timestamp":1645423376532,"apiKey":"' + KEY + '"}}',
            "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24",
        ),
        (
            '{"params":{"symbol":"\uff11\uff12\uff13\uff14\uff15\uff16","side":"BUY","type":"LIMIT","timeInForce":"GTC","quantity":1.00000000,'
            '"price":0.10000000,"recvWindow":5000,"timestamp":1645423376532,"apiKey":"' + KEY + '"}}',
            "b33892ae8e687c939f4468c6268ddd4c40ac1af18ad19a064864c47bae0752cd",
        ),
    ],
)
def test_published_websocket_signatures(text, signature):
    values = read_params(orjson.loads(text), text)
    assert hmac_verifier(SECRET)(signed_payload({**values, "signature": "not part of it"}), signature)


def test_json_literals_are_signed_as_written():
    text = '{"params":{"returnRateLimits":false,"orderId":28,"symbols":["A","B"]}}'
    values = read_params(orjson.loads(text), text)
    assert signed_payload(values) == b'orderId=28&returnRateLimits=false&symbols=["A","B"]'


def public_pem(key):
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def test_ed25519_signatures():
    key = ed25519.Ed25519PrivateKey.generate()
    verify = public_key_verifier(public_pem(key))
    signature = base64.b64encode(key.sign(b"payload")).decode()
    assert verify(b"payload", signature)
    assert not verify(b"payloaf", signature)
    assert not verify(b"payload", "no base64!")


def test_rsa_signatures():
    key = rsa.generate_private_key(65537, 2048)
    verify = public_key_verifier(public_pem(key))
    signature = base64.b64encode(key.sign(b"payload", padding.PKCS1v15(), SHA256())).decode()
    assert verify(b"payload", signature)
    assert not verify(b"", signature)


def test_other_files_hold_no_key():
    with pytest.raises(KeyFileError):
        public_key_verifier(b"hello")


@pytest.mark.parametrize(
    ("offset", "window", "code"),
    [
        (0, None, None),
        (999, None, None),
        (1000, None, -1021),
        (-5000, None, None),
        (-5001, None, -1021),
        (-5001, "5001", None),
        (-100, "99.999", -1021),
        (-100, "100.000", None),
        (-60_000, "60000", None),
        (0, "60000.001", -1131),
        (0, "0", -1102),
        (0, "1.0001", -1102),
        (0, "abc", -1102),
        (0, "NaN", -1102),
    ],
)
@pytest.mark.parametrize("scale", [1, 1000])
def test_the_window_of_a_timestamp(offset, window, code, scale):
    values = {"timestamp": str((NOW + offset) * scale)} | ({"recvWindow": window} if window else {})
    if code is None:
        check_time(values, NOW * 1000)
        return
    with pytest.raises(ApiError) as caught:
        check_time(values, NOW * 1000)
    assert caught.value.code == code


@pytest.mark.parametrize("text", ["", "abc", "-1", "1.5", "\uff11\uff17\uff10", None])
def test_a_timestamp_that_is_none(text):
    with pytest.raises(ApiError) as caught:
        check_time({} if text is None else {"timestamp": text}, NOW * 1000)
    assert caught.value.code == -1102


def test_the_usual_window_is_five_seconds():
    assert read_window(None) == 5000


def test_unknown_keys():
    keys = KeyStore()
    for text, code in (("", -2014), (None, -2014), ("short", -2014), ("a" * 64, -2015)):
        with pytest.raises(ApiError) as caught:
            keys.find(text, TRADE)
        assert (caught.value.code, caught.value.status) == (code, 401)


def test_the_signature_may_stand_anywhere():
    assert without_signature("a=1&signature=xyz&b=%20") == "a=1&b=%20"
    assert without_signature("signature=xyz") == ""
    assert without_signature("a=1&mysignature=2") == "a=1&mysignature=2"
