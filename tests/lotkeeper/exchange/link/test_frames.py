import base64
from decimal import Decimal
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from binance_sim.wsapi.handler import read_params, signed_payload
from lotkeeper.exchange import requests
from lotkeeper.exchange.budget.limits import MINUTE_MS, Count, LimitKind
from lotkeeper.exchange.link.frames import LOGON, ApiReply, FrameWriter, LoggedOff, OtherFrame, ShuttingDown, read_frame
from lotkeeper.exchange.observer import Reply
from lotkeeper.exchange.rest.outcomes import Answered, RateLimited, Refused, Unknown
from lotkeeper.exchange.signing import Ed25519Signer, HmacSigner, Signer
from lotkeeper.trading.orders.refusals import RefusalKind
from tests.lotkeeper.exchange.conftest import UNHURRIED

HMAC = HmacSigner("the-api-key", "the-secret")
SELL = requests.place_sell("BTCUSDT", "lk1-s-1", Decimal("50100.16"), Decimal("0.001"))
NOW_MS = 1_700_000_000_250


def ed25519() -> tuple[Ed25519PrivateKey, Ed25519Signer]:
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key, Ed25519Signer("the-api-key", pem)


def writer(signer: Signer) -> FrameWriter:
    return FrameWriter(signer, 5000, lambda: NOW_MS)


def frame(text: bytes) -> Any:
    return orjson.loads(text)


def signature_payload(text: bytes) -> bytes:
    """What the exchange takes for signed."""
    return signed_payload(read_params(orjson.loads(text), text.decode()))


# ---- requests


def test_a_request_with_an_hmac_key_carries_its_signature() -> None:
    text = writer(HMAC).request(7, SELL)
    sent = frame(text)
    assert (sent["id"], sent["method"]) == (7, "order.place")
    assert sent["params"] == {
        **SELL.params,
        "apiKey": "the-api-key",
        "recvWindow": 5000,
        "timestamp": NOW_MS,
        "signature": HMAC.sign(signature_payload(text)),
    }


def test_a_connection_that_is_logged_on_needs_no_signature() -> None:
    _, signer = ed25519()
    sent = frame(writer(signer).request(8, SELL))
    assert sent["params"] == {**SELL.params, "recvWindow": 5000, "timestamp": NOW_MS}


def test_the_logon_is_signed() -> None:
    key, signer = ed25519()
    logon = requests.ExchangeRequest("GET", "", LOGON, {}, lambda body: body, is_signed=True)
    text = writer(signer).request(1, logon)
    sent = frame(text)
    assert (sent["id"], sent["method"]) == (1, "session.logon")
    key.public_key().verify(base64.b64decode(sent["params"].pop("signature")), signature_payload(text))
    assert sent["params"] == {"apiKey": "the-api-key", "recvWindow": 5000, "timestamp": NOW_MS}


@pytest.mark.parametrize(("signer", "logs_on"), [(HMAC, False), (ed25519()[1], True)])
def test_only_ed25519_keys_log_on(signer: Signer, logs_on: bool) -> None:
    assert writer(signer).logs_on is logs_on


@pytest.mark.parametrize(
    ("request_", "params"),
    [
        (requests.order_by_id("BTCUSDT", 28), {"symbol": "BTCUSDT", "orderId": 28}),
        (requests.trades("币安USDT", from_id=3), {"symbol": "币安USDT", "limit": 1000, "fromId": 3}),
        (requests.account(), {"omitZeroBalances": True}),
    ],
)
def test_numbers_and_flags_are_json_and_signed_as_they_are_written(
    request_: requests.ExchangeRequest, params: dict[str, object]
) -> None:
    text = writer(HMAC).request(1, request_)
    sent = frame(text)["params"]
    assert sent.pop("signature") == HMAC.sign(signature_payload(text))
    assert sent == {**params, "apiKey": "the-api-key", "recvWindow": 5000, "timestamp": NOW_MS}


def test_a_public_request_carries_nothing_of_ours() -> None:
    sent = frame(writer(HMAC).request(2, requests.book_tickers(["BTCUSDT", "币安USDT"])))
    assert sent == {"id": 2, "method": "ticker.book", "params": {"symbols": ["BTCUSDT", "币安USDT"]}}
    assert frame(writer(HMAC).request(3, requests.server_time())) == {"id": 3, "method": "time", "params": {}}


# ---- replies

LIMITS = [{"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000, "count": 70}]
COUNTS = (Count(LimitKind.WEIGHT, MINUTE_MS, 70),)


def reply(status: object, **parts: object) -> bytes:
    return orjson.dumps({"id": 5, "status": status, **parts})


def refused(status: object, code: object, text: str = "some text", **data: object) -> bytes:
    error: dict[str, object] = {"code": code, "msg": text}
    return reply(status, error=error | ({"data": data} if data else {}))


def outcome(text: bytes) -> object:
    found = read_frame(text)
    assert isinstance(found, ApiReply)
    assert found.number == 5
    return found.reply.outcome


def test_an_answer_has_the_result_and_what_the_exchange_counts() -> None:
    text = reply(200, result={"a": 1}, rateLimits=LIMITS)
    assert read_frame(text) == ApiReply(5, Reply(Answered({"a": 1}), COUNTS))


def test_an_answer_without_limits() -> None:
    assert read_frame(reply(200, result=[])) == ApiReply(5, Reply(Answered([])))


def test_a_refusal_is_a_definite_no() -> None:
    assert outcome(refused(400, -2010, "Duplicate order sent.")) == Refused(
        -2010, "Duplicate order sent.", RefusalKind.DUPLICATE_ORDER
    )


@pytest.mark.parametrize(
    "text",
    [
        refused(500, -2010),
        refused(504, -1007),
        refused(400, -1006),
        refused(400, -1007),
        refused(409, -2021),
        refused(400, None),
        refused("400", -2010),
        refused(True, -2010),
        reply(400),
        reply(400, error="text"),
        reply(200),
        reply(200, error={"code": -2010, "msg": "no"}),
        reply(None, result={}),
        reply(302, result={}),
    ],
)
def test_what_does_not_say_no_is_unknown(text: bytes) -> None:
    assert isinstance(outcome(text), Unknown)


def test_a_limit_says_how_long_to_wait_by_the_clock_of_the_exchange() -> None:
    text = "Way too much request weight used; IP banned until 1659146400000."
    assert outcome(refused(418, -1003, text, serverTime=1_659_146_380_500, retryAfter=1_659_146_400_000)) == (
        RateLimited(19.5, text, ban_ends_ms=1_659_146_400_000, is_ban=True)
    )
    assert outcome(refused(429, -1015, serverTime=1000, retryAfter=3500)) == RateLimited(2.5, "some text", True)


@pytest.mark.parametrize("data", [{}, {"retryAfter": 5}, {"serverTime": 5, "retryAfter": "soon"}])
def test_a_limit_without_a_time(data: dict[str, object]) -> None:
    assert outcome(refused(429, -1003, **data)) == RateLimited(60.0, "some text")


def test_a_wait_that_is_over_already() -> None:
    assert outcome(refused(429, -1003, serverTime=9000, retryAfter=5000)) == RateLimited(0.0, "some text")


def test_the_end_of_the_session_has_no_id() -> None:
    text = orjson.dumps({"id": None, "status": 401, "error": {"code": -2015, "msg": "Invalid API-key."}})
    assert read_frame(text) == LoggedOff("Invalid API-key. (-2015)")


# ---- other frames


def test_the_announcement_of_a_shutdown() -> None:
    assert read_frame(b'{"event":{"e":"serverShutdown","E":1770123456789}}') == ShuttingDown()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (b"<html>", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[1]", "a JSON list"),
        (b"{}", "no reply and no event"),
        (b'{"event":7}', "no reply and no event"),
        (b'{"subscriptionId":0,"event":{"e":"executionReport"}}', "executionReport"),
        (b'{"id":null,"status":400,"error":{"code":-1135,"msg":"Invalid JSON"}}', "no id: Invalid JSON (-1135)"),
    ],
)
def test_what_is_no_reply_is_ignored(text: bytes, kind: str) -> None:
    assert read_frame(text) == OtherFrame(kind)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FRAMES = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("id", "status", "result", "error", "rateLimits", "event"), JSON)
)


@UNHURRIED
@given(FRAMES)
def test_no_frame_raises(source: dict[str, object]) -> None:
    read_frame(orjson.dumps(source))


@UNHURRIED
@given(st.binary(max_size=40))
def test_no_bytes_raise(text: bytes) -> None:
    read_frame(text)
