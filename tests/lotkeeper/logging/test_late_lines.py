"""Lines of the fast path: noted in passing, written later with the moment of which they tell."""

import logging
from typing import Any

import pytest

from lotkeeper.config import LogsConfig
from lotkeeper.logging.late_lines import LateLines, WriteLines, write_line
from lotkeeper.logging.reading import LogFiles, WantedLines
from lotkeeper.logging.setup import configure_logging, flush_logs
from lotkeeper.trading.log_events import LogEvent
from tests.lotkeeper.logging.conftest import Read

std = logging.getLogger("lotkeeper.engine")


def facts(number: int) -> dict[str, Any]:
    return {"number": number, "symbol": "BTCUSDT", "order": "lk1-7-1"}


def test_lines_have_the_moment_when_they_were_noted(
    settings: LogsConfig, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    wakes: list[tuple[float, object]] = []
    configure_logging(settings, "Gateway", False)
    late = LateLines(lambda: std, lambda *wake: wakes.append(wake))
    moments = iter((1000.001, 1000.002))
    with monkeypatch.context() as patched:
        patched.setattr("time.time", lambda: next(moments))
        late.note(LogEvent.ORDER_SENT, "an order is sent", facts, 1)
        late.note(LogEvent.ORDER_ANSWERED, "an order is answered", facts, 2)
    assert read() == []
    assert [each for _, each in wakes] == [WriteLines()]
    late.write_some()
    first, second = read()
    assert (first["ts"], second["ts"]) == ("1970-01-01T00:16:40.001000Z", "1970-01-01T00:16:40.002000Z")
    assert (first["event"], first["lot"], first["facts"]) == ("ORDER_SENT", "BTCUSDT-7", {"number": 1})


def test_many_are_written_a_few_at_a_time(settings: LogsConfig, read: Read) -> None:
    wakes: list[object] = []
    configure_logging(settings, "Gateway", False)
    late = LateLines(lambda: std, lambda _, wake: wakes.append(wake))
    for number in range(20):
        late.note(LogEvent.ORDER_SENT, "sent", facts, number)
    while wakes:
        wakes.pop()
        before = len(read())
        late.write_some()
        assert 0 < len(read()) - before <= 8
    assert [each["facts"]["number"] for each in read()] == list(range(20))


def test_the_end_of_an_actor_loses_none(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "Gateway", False)
    late = LateLines(lambda: std, lambda *_: None)
    for number in range(50):
        late.note(LogEvent.ORDER_SENT, "sent", facts, number)
    late.write_all()
    assert len(read()) == 50


def test_nothing_is_noted_that_is_not_written(settings: LogsConfig) -> None:
    configure_logging(settings.model_copy(update={"level": "WARNING"}), "Gateway", False)
    late = LateLines(lambda: std, lambda *_: pytest.fail("there is nothing to write"))
    late.note(LogEvent.ORDER_SENT, "sent", facts, 1)


def test_what_two_actors_did_in_one_millisecond_is_read_in_its_order(settings: LogsConfig) -> None:
    configure_logging(settings, "UserStream", False)
    late = LateLines(lambda: std, lambda *_: None)
    late.note(LogEvent.FILL_ARRIVED, "a fill arrived", facts, 1, at_s=1000.0011)
    write_line(std, logging.INFO, "bought", {}, 1000.0013)
    late.write_all()
    flush_logs()
    with LogFiles(settings.directory) as files:
        assert [each["text"] for each in files.last(WantedLines(), 10)] == ["a fill arrived", "bought"]
