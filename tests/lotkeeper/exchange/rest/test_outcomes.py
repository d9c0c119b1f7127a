import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotkeeper.exchange.rest.outcomes import (
    Answered,
    NotSent,
    RateLimited,
    Refused,
    Unknown,
    describe,
    is_refused_as,
    outcome_of,
)
from lotkeeper.trading.orders.refusals import RefusalKind
from tests.lotkeeper.exchange.conftest import UNHURRIED
from tests.lotkeeper.exchange.recorded import data_file


def error(code: int, text: str = "some text") -> bytes:
    return json.dumps({"code": code, "msg": text}).encode()


def test_an_answer_has_the_body() -> None:
    assert outcome_of(200, {}, b'{"a":1}') == Answered({"a": 1})


def test_a_refusal_is_a_definite_no() -> None:
    assert outcome_of(400, {}, error(-2010, "Order would trigger immediately.")) == Refused(
        -2010, "Order would trigger immediately.", RefusalKind.WOULD_TRIGGER
    )


@pytest.mark.parametrize("code", [-1000, -1001, -1006, -1007, -1008])
@pytest.mark.parametrize("status", [400, 500, 503])
def test_codes_of_unknown_execution_are_unknown_at_any_status(code, status) -> None:
    assert isinstance(outcome_of(status, {}, error(code)), Unknown)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b""),
        (502, b"<html>Bad Gateway</html>"),
        (503, error(-1, "Service Unavailable.")),
        (504, error(-2010, "a code does not make a 5xx definite")),
        (200, b"<html>a captive portal</html>"),
        (200, b'{"orderId": 12'),
        (403, b"<HTML>Request blocked.</HTML>"),
        (410, b"<html><center>nginx</center></html>"),
        (400, b'{"msg":"no code"}'),
        (400, b'["no object"]'),
        (302, b"{}"),
        (409, error(-2021, "Order cancel-replace partially failed.")),
    ],
)
def test_what_does_not_say_no_is_unknown(status, body) -> None:
    assert isinstance(outcome_of(status, {}, body), Unknown)


@pytest.mark.parametrize(
    ("status", "headers", "body", "wait_s", "ban_ends_ms"),
    [
        (429, {"Retry-After": "7"}, error(-1003), 7, None),
        (429, {}, error(-1015, "Too many new orders."), 60, None),
        (400, {}, error(-1015, "Too many new orders."), 60, None),
        (418, {"retry-after": "300"}, b"<html>", 300, None),
        (418, {}, b"", 120, None),
        (
            418,
            {"Date": "Sun, 17 Jun 2018 17:20:00 GMT"},
            error(-1003, "Way too many requests; IP banned until 1529256050872. Please use the websocket."),
            50.872,
            1529256050872,
        ),
        (
            418,
            {"Date": "Sun, 17 Jun 2018 17:20:00 GMT", "Retry-After": "7"},
            error(-1003, "Way too many requests; IP banned until 1529256050872. Please use the websocket."),
            50.872,
            1529256050872,
        ),
    ],
)
def test_limits_say_how_long_to_wait(status, headers, body, wait_s, ban_ends_ms) -> None:
    outcome = outcome_of(status, headers, body)
    assert isinstance(outcome, RateLimited)
    assert outcome.retry_after_s == pytest.approx(wait_s)
    assert outcome.ban_ends_ms == ban_ends_ms


def test_only_too_many_orders_concern_orders_alone() -> None:
    orders, weight = outcome_of(429, {}, error(-1015)), outcome_of(429, {}, error(-1003))
    ban = outcome_of(418, {}, error(-1015))
    assert [isinstance(each, RateLimited) and each.is_about_orders for each in (orders, weight, ban)] == [
        True,
        False,
        False,
    ]


def test_bodies_that_users_have_seen() -> None:
    seen = [json.loads(line) for line in data_file("rest/errors_observed.jsonl").read_text().splitlines()]
    kinds = [type(outcome_of(each["http"], each.get("headers", {}), each["body"].encode())) for each in seen]
    assert kinds == [Refused, Refused, Refused, Refused, RateLimited, Unknown, Answered, Unknown]


def test_a_refusal_is_asked_for_its_kind() -> None:
    refused = outcome_of(400, {}, error(-2013, "Order does not exist."))
    assert is_refused_as(refused, RefusalKind.UNKNOWN_SYMBOL, RefusalKind.UNKNOWN_ORDER)
    assert not is_refused_as(refused, RefusalKind.CANCEL_REJECTED)
    assert not is_refused_as(Unknown("-2013"), RefusalKind.UNKNOWN_ORDER)


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        (Refused(-2010, "no", RefusalKind.OTHER), "no (-2010)"),
        (RateLimited(7.0, "Too many requests."), "Too many requests.; again in 7 s"),
        (Unknown("no answer"), "no answer"),
        (NotSent("no connection"), "no connection"),
        (Answered({}), "an answer of an unexpected shape"),
    ],
)
def test_outcomes_are_described_for_people(outcome, text) -> None:
    assert describe(outcome) == text


json_values = st.recursive(st.none() | st.integers() | st.text(), lambda c: st.dictionaries(st.text(), c) | st.lists(c))
bodies = st.binary() | json_values.map(lambda value: json.dumps(value).encode())
headers = st.dictionaries(st.sampled_from(["Retry-After", "Date", "X-MBX-USED-WEIGHT-1M"]), st.text())


@settings(UNHURRIED)
@given(st.integers(100, 599), headers, bodies)
def test_no_reply_raises_and_only_200s_are_answers(status, some_headers, body) -> None:
    outcome = outcome_of(status, some_headers, body)
    assert not isinstance(outcome, Answered) or 200 <= status < 300
    assert not isinstance(outcome, Refused) or 400 <= status < 500


@pytest.mark.parametrize("after", ["soon", "", "-1", "1e9", "None", "12, 13", "99999999999"])
@pytest.mark.parametrize("body", [b"", b"{}", b'{"code":-1003}', b'{"code":-1003,"msg":null}', b"null", b"<html>"])
def test_a_time_to_wait_that_is_no_number_and_a_missing_text_are_a_sentence(after, body) -> None:
    outcome = outcome_of(429, {"Retry-After": after}, body)
    assert outcome == RateLimited(60.0, "the exchange asks for fewer requests (HTTP 429)")
    assert describe(outcome) == "the exchange asks for fewer requests (HTTP 429); again in 60 s"
    assert outcome_of(418, {"Retry-After": after}, body).text == "the exchange has banned this address (HTTP 418)"


def test_a_time_to_wait_may_be_a_date() -> None:
    date, after = "Sun, 29 Nov 2026 20:00:00 GMT", "Sun, 29 Nov 2026 20:02:30 GMT"
    assert outcome_of(429, {"Retry-After": after, "Date": date}, b"{}").retry_after_s == 150.0


def test_a_refusal_without_a_text_is_a_sentence() -> None:
    assert describe(outcome_of(400, {}, b'{"code":-1102}')) == "HTTP 400, without a text (-1102)"


def test_by_law_and_by_the_firewall_are_told_apart_from_silence() -> None:
    by_law = error(0, "Service unavailable from a restricted location.")
    assert is_refused_as(outcome_of(451, {}, by_law), RefusalKind.FORBIDDEN)
    outcome = outcome_of(451, {}, b"<html>Unavailable For Legal Reasons</html>")
    assert isinstance(outcome, Unknown)
    assert outcome.status == 451
