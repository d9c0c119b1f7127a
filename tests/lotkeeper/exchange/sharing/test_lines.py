"""The lines between services and broker: what is written is read again, and anything else is refused."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from lotkeeper.exchange.budget.limits import LimitKind
from lotkeeper.exchange.sharing.lines import (
    Answer,
    Grant,
    Hello,
    LineError,
    Report,
    ServiceUse,
    WindowReport,
    read_answer,
    read_hello,
    read_report,
    write_line,
)

HELLO = Hello("alice", "api.binance.com")
WINDOW = WindowReport(LimitKind.WEIGHT, 60_000, 28_333_334, 6_000, 120, 80, 60, 400, 41, 30, for_prices=True)
REPORT = Report(1_700_000_070_000, (WINDOW,))
ANSWER = Answer(
    (Grant(LimitKind.CONNECTIONS, 300_000, 5, 7, 25_000),), 3, (ServiceUse("bob", LimitKind.WEIGHT, 900, 850),)
)


def test_what_is_written_is_read_again() -> None:
    assert read_hello(write_line(HELLO)) == HELLO
    assert read_report(write_line(REPORT)) == REPORT
    assert read_answer(write_line(ANSWER)) == ANSWER
    assert write_line(ANSWER).count(b"\n") == 1


@pytest.mark.parametrize("line", [b"", b"hello\n", b"[]\n", b"{}\n", b"\x80\x04pickle", b'{"at_ms":1,"windows":[1]}'])
@pytest.mark.parametrize("read", [read_hello, read_report, read_answer])
def test_a_line_of_nobody_is_refused(read: Callable[[bytes], object], line: bytes) -> None:
    with pytest.raises(LineError):
        read(line)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "ORDERS OF ALL"),
        ("window_ms", 0),
        ("maximum", 0),
        ("share", -1),
        ("spent", 1.5),
        ("wanted", True),
        ("index", 10**16),
        ("counted", None),
        ("for_prices", 1),
    ],
)
def test_a_report_with_a_wrong_field_is_refused(field: str, value: Any) -> None:
    document = orjson.loads(write_line(REPORT))
    document["windows"][0][field] = value
    with pytest.raises(LineError):
        read_report(orjson.dumps(document))


@pytest.mark.parametrize("name", ["", "a b", "a\nb", "x" * 65, 5])
def test_a_name_is_short_and_plain(name: Any) -> None:
    with pytest.raises(LineError):
        read_hello(orjson.dumps({"name": name, "exchange": "api.binance.com"}))


def test_a_report_has_few_windows() -> None:
    document = orjson.loads(write_line(REPORT))
    document["windows"] *= 13
    with pytest.raises(LineError):
        read_report(orjson.dumps(document))
