"""The values of a query: what is allowed, and the sentence about what is not."""

import pytest

from lotkeeper.web.api.errors import ApiError
from lotkeeper.web.api.parameters import BEFORE, LOT, PAIR, SINCE, UNTIL, flag, limit, read_query, word, words

PARAMETERS = (
    PAIR,
    LOT,
    SINCE,
    UNTIL,
    BEFORE,
    limit(50),
    flag("all", "All"),
    words("state", "States", ("open", "held")),
)


def read(**query: str | list[str]) -> dict[str, object]:
    given = {name: [value] if isinstance(value, str) else value for name, value in query.items()}
    return read_query(PARAMETERS, given, "/somewhere")


def test_without_any_there_are_the_defaults():
    found = {"pair": None, "lot": None, "since": None, "until": None, "before": None, "limit": 50, "all": False}
    assert read() == {**found, "state": ()}


def test_values_are_read():
    found = read(pair="btcusdt", lot="btcusdt-7", limit="7", all="true", state=["open", "held"], since="2026-11-30")
    assert (found["pair"], found["lot"], found["limit"], found["all"]) == ("BTCUSDT", "BTCUSDT-7", 7, True)
    assert (found["state"], found["since"]) == (("open", "held"), 1_795_996_800_000)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({"limit": "1e3"}, "limit: '1e3' is not allowed; allowed is a whole number from 1 to 10000"),
        ({"limit": "٣"}, "limit: '٣' is not allowed"),
        ({"limit": ["1", "2"]}, "limit is given 2 times; it is allowed once"),
        ({"all": "yes"}, "all: 'yes' is not allowed; allowed are true and false"),
        ({"state": ["open", "lost"]}, "state: 'lost' is not allowed; allowed are open, held"),
        ({"pair": "BTC\0"}, "pair: 'BTC\\x00' is not allowed; allowed is a pair such as BTCUSDT"),
        ({"lot": "BTCUSDT"}, "lot: 'BTCUSDT' is not allowed; allowed is the name of a lot, such as BTCUSDT-7001"),
        ({"since": "soon"}, "since: 'soon' is no time; allowed is a date such as 2026-11-30"),
        ({"until": "0001-01-01"}, "until: '0001-01-01' is not allowed; allowed is a time from the years 1970 to 9998"),
        ({"before": "9" * 20}, "before: '99999999999999999999' is not allowed; allowed is the key of the last row"),
        ({"before": "9223372036854775808"}, "before: '9223372036854775808' is not allowed"),
        ({"x" * 100: "1"}, f"'{'x' * 60}...' is no parameter of /somewhere; allowed are pair, lot, since, until"),
    ],
)
def test_what_is_not_allowed_is_said(query, text):
    with pytest.raises(ApiError) as error:
        read(**query)
    assert str(error.value).startswith(text)
    assert error.value.status == 400


def test_one_that_has_to_be_there():
    needed = word("interval", "How long", ("1m", "1h"))
    with pytest.raises(ApiError, match="interval is missing: How long"):
        read_query((needed,), {}, "/candles")
    assert needed.described()["required"] is True
    with pytest.raises(ApiError, match="'a' is no parameter of /x; it has none"):
        read_query((), {"a": ["1"]}, "/x")
