"""What the body of an intervention may have, and the sentence about what is wrong."""

import json

import pytest

from lotkeeper.web.api.errors import ApiError
from lotkeeper.web.interventions.bodies import (
    AcknowledgeBody,
    CancelBody,
    KillSwitchBody,
    PauseBody,
    SellBody,
    parse_body,
)


def test_what_is_wanted_is_the_same_in_question_and_command():
    first = parse_body(PauseBody, b'{"pair": "BTCUSDT", "for_s": 60, "dry_run": true, "why": "a"}')
    then = parse_body(PauseBody, b'{"pair": "BTCUSDT", "for_s": 60.0, "shown_ms": 7, "why": "b"}')
    assert first.wish() == then.wish() == {"pair": "BTCUSDT", "all": False, "for_s": 60.0}
    assert (first.dry_run, then.dry_run, then.shown_ms, then.why) == (True, False, 7, "b")


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        (PauseBody, "{", "the body is no JSON document: EOF while parsing"),
        (PauseBody, "", "the body is no JSON document"),
        (PauseBody, [], "the body has to be an object"),
        (PauseBody, {}, "give either pair or all"),
        (PauseBody, {"pair": "BTCUSDT", "all": True}, "give either pair or all"),
        (PauseBody, {"pair": "btc"}, "pair: string should match pattern '^[A-Z0-9]{1,30}$'; it is 'btc'"),
        (PauseBody, {"all": True, "for_s": 0}, "for_s: input should be greater than 0; it is '0'"),
        (PauseBody, {"all": True, "for": 60}, "'for' is no field here; allowed are why, dry_run, shown_ms, pair, all"),
        (PauseBody, {"all": True, "why": "a\nb"}, "why: string should match pattern"),
        (PauseBody, {"all": 1}, "all: input should be a valid boolean; it is '1'"),
        (SellBody, {"lot": "BTCUSDT-7"}, "give one of at, at_floor and market"),
        (SellBody, {"lot": "BTCUSDT-7", "market": True, "at": "7"}, "give one of at, at_floor and market"),
        (SellBody, {"market": True}, "give either lot or pair"),
        (SellBody, {"pair": "BTCUSDT", "market": True, "quantity": "1"}, "quantity is of one lot"),
        (SellBody, {"lot": "BTCUSDT-7", "at": "0.0"}, "at and quantity have to be above zero"),
        (SellBody, {"lot": "BTCUSDT-7", "at": "1E9"}, "at: string should match pattern"),
        (SellBody, {"lot": "BTCUSDT-7", "at": 7}, "at: input should be a valid string; it is '7'"),
        (CancelBody, {}, "order is missing"),
        (KillSwitchBody, {"on": "yes"}, "on: input should be a valid boolean; it is 'yes'"),
        (AcknowledgeBody, {}, "give either ids or all"),
        (AcknowledgeBody, {"ids": [0]}, "ids.0: input should be greater than or equal to 1; it is '0'"),
    ],
)
def test_what_is_not_allowed_is_said(kind, body, text):
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    with pytest.raises(ApiError) as error:
        parse_body(kind, content)
    assert (error.value.status, str(error.value)[: len(text)]) == (400, text)
