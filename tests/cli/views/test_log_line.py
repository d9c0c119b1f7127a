"""A line of the log for people."""

from cli.views.log_line import log_line
from tests.cli.views.rendering import render

ENTRY = {
    "ts": "2026-11-30T08:00:00.123456Z",
    "level": "warning",
    "event": "SELL_REFUSED",
    "text": "SELL refused",
    "actor": "PairKeeper",
    "pid": 5,
    "logger": "lotkeeper.actor.PairKeeper",
    "pair": "BTCUSDT",
    "lot": "BTCUSDT-7",
    "order": None,
    "facts": {"code": -2010},
}


def test_time_level_actor_text_and_what_it_concerns():
    expected = "2026-11-30 08:00:00.123 WARNING  PairKeeper  SELL refused  pair=BTCUSDT  lot=BTCUSDT-7  code=-2010"
    assert render(log_line(ENTRY)) == [expected]


def test_the_level_has_a_colour_of_its_own():
    styles = {level: str(log_line(ENTRY | {"level": level}).spans[1].style) for level in ("info", "error")}
    assert styles == {"info": "green", "error": "bold red"}


def test_of_an_error_the_innermost_calls_are_shown():
    frames = [{"filename": "a.py", "lineno": number, "name": f"call{number}"} for number in range(6)]
    error = {"exc_type": "ValueError", "exc_value": "no", "frames": frames}
    lines = render(log_line(ENTRY | {"exception": [error]}))
    assert lines[1:] == [f"    a.py:{number} in call{number}" for number in (3, 4, 5)] + ["    ValueError: no"]


def test_what_could_not_be_read_is_shown_as_it_is():
    assert render(log_line({"event": "UNREADABLE", "text": "half a [line"})) == ["half a [line"]
