"""What the exchange refuses a key, by kind of request."""

import pytest

from actors.gateway.key_troubles import KeyTroubles
from lotkeeper.exchange.budget.costs import NOTHING
from lotkeeper.exchange.observer import SentRequest
from lotkeeper.exchange.rest.outcomes import Answered, Outcome, Refused, outcome_of
from lotkeeper.trading.orders.refusals import RefusalKind

ORDER, CANCEL, QUESTION = (SentRequest(method, "/api/v3/order", NOTHING, True) for method in ("POST", "DELETE", "GET"))
PUBLIC = SentRequest("GET", "/api/v3/time", NOTHING, False)
NO_PERMISSION = Refused(-2015, "Invalid API-key.", RefusalKind.BAD_KEY)
NO_COINS = Refused(-2010, "insufficient balance", RefusalKind.INSUFFICIENT_BALANCE)
NO_ORDER = Refused(-2011, "Unknown order sent.", RefusalKind.CANCEL_REJECTED)
BY_LAW = outcome_of(451, {}, b"<html>Unavailable For Legal Reasons</html>")


def troubles(*happened: tuple[SentRequest, Outcome]) -> str:
    found = KeyTroubles()
    for request, outcome in happened:
        found.learn(request, outcome)
    return found.text()


def test_what_the_wallet_refuses_says_nothing_of_trading():
    assert troubles((SentRequest("GET", "/sapi/v1/spot/asset/tags", NOTHING, True), NO_PERMISSION)) == ""


def test_nothing_is_wrong_before_anything_was_refused():
    assert troubles() == troubles((PUBLIC, NO_PERMISSION)) == troubles((ORDER, NO_COINS)) == ""


@pytest.mark.parametrize(
    "since", [(QUESTION, Answered([])), (CANCEL, Answered({})), (CANCEL, NO_ORDER), (ORDER, NO_COINS)]
)
def test_orders_are_refused_until_one_is_accepted(since):
    text = troubles((ORDER, NO_PERMISSION), since)
    assert text.startswith("the exchange refuses orders: Invalid API-key. (-2015); check that the key may trade")
    assert troubles((ORDER, NO_PERMISSION), since, (ORDER, Answered({}))) == ""


@pytest.mark.parametrize("answered", [Answered([]), Refused(-2013, "no such order", RefusalKind.UNKNOWN_ORDER)])
def test_a_question_that_the_exchange_looks_at_shows_that_the_key_may_ask(answered):
    assert troubles((QUESTION, NO_PERMISSION)).startswith("the exchange refuses the key: ")
    assert troubles((QUESTION, NO_PERMISSION), (QUESTION, answered)) == ""


def test_what_stands_before_the_exchange_may_refuse_orders_too():
    assert "refuses orders: HTTP 451" in troubles((ORDER, BY_LAW), (QUESTION, Answered([])))
    assert troubles((ORDER, outcome_of(502, {}, b"<html>Bad Gateway</html>"))) == ""


def test_several_kinds_are_named_together():
    text = troubles((QUESTION, NO_PERMISSION), (ORDER, NO_PERMISSION))
    assert ("refuses orders" in text, "refuses the key" in text) == (True, True)
