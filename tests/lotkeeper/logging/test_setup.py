"""Log lines: one JSON object each, the same from both logging libraries."""

import io
import json
import logging
import os
import sys
from datetime import datetime
from decimal import Decimal

import pytest
import structlog

from lotkeeper.config import LogsConfig
from lotkeeper.logging.setup import configure_logging, flush_logs
from tests.lotkeeper.logging.conftest import Odd, Read

FIELDS = ["ts", "level", "event", "text", "actor", "pid", "logger", "pair", "lot", "order", "facts"]
std = logging.getLogger("lotkeeper.engine")  # made before any configuration, as modules do


def test_both_libraries_write_the_same_line(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "keeper-BTCUSDT", False)
    about = {"log_event": "SELL_PLACED", "symbol": "BTCUSDT", "order": "lk1-7-1", "price": Decimal("1.10")}
    std.info("placed %s", "lk1-7-1", extra=about)
    structlog.get_logger("lotkeeper.engine").info("placed %s", "lk1-7-1", **about)
    first, second = read()
    assert list(first) == FIELDS
    assert (
        {**first, "ts": ""}
        == {**second, "ts": ""}
        == {
            "ts": "",
            "level": "info",
            "event": "SELL_PLACED",
            "text": "placed lk1-7-1",
            "actor": "keeper-BTCUSDT",
            "pid": os.getpid(),
            "logger": "lotkeeper.engine",
            "pair": "BTCUSDT",
            "lot": "BTCUSDT-7",
            "order": "lk1-7-1",
            "facts": {"price": "1.10"},
        }
    )
    when = datetime.fromisoformat(str(first["ts"]))
    assert str(first["ts"]).endswith("Z")
    assert len(str(first["ts"])) == len("2026-01-01T00:00:00.000000Z")
    assert abs(when.timestamp() - datetime.now(when.tzinfo).timestamp()) < 600


@pytest.mark.parametrize("name", ["actors.guardian.actor", "persistence.store", "cli.main", "messages", "lotkeeper"])
def test_every_package_logs_to_the_file(settings: LogsConfig, read: Read, name: str) -> None:
    configure_logging(settings, "launcher", False)
    logging.getLogger(name).info("here")
    assert [line["logger"] for line in read()] == [name]


def test_errors_stand_in_a_file_of_their_own_too(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "launcher", False)
    std.warning("odd")
    std.error("wrong")
    assert [line["text"] for line in read()] == ["odd", "wrong"]
    assert [line["text"] for line in read("errors.jsonl")] == ["wrong"]


@pytest.mark.parametrize(("level", "events"), [("DEBUG", ["a", "b", "c"]), ("INFO", ["b", "c"]), ("WARNING", ["c"])])
def test_what_is_below_the_level_is_left_out(settings: LogsConfig, read: Read, level: str, events: list[str]) -> None:
    configure_logging(LogsConfig.model_validate({"directory": settings.directory, "level": level}), "x", False)
    log = structlog.get_logger("lotkeeper.engine")
    log.debug("a")
    std.info("b")
    log.warning("c")
    assert [line["text"] for line in read()] == events


def test_an_exception_is_a_field_with_structure_and_no_local_variables(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "x", False)

    def fail(local: str) -> None:
        raise ValueError("no " + local[:4])

    for write in (std.exception, structlog.get_logger("lotkeeper.engine").exception):
        try:
            fail("pricelocal")
        except ValueError:
            write("failed")
    for line in read():
        (exception,) = line["exception"]
        assert (exception["exc_type"], exception["exc_value"]) == ("ValueError", "no pric")
        assert exception["frames"][-1]["name"] == "fail"
        assert "pricelocal" not in json.dumps(line)
        assert "exc_info" not in line


@pytest.mark.parametrize(
    "value", [2**80, "\ud800", Odd("x"), {1: 2}, {(1, 2): 3}, float("nan"), b"\xff", {"s"}, object()]
)
def test_no_value_costs_the_line(settings: LogsConfig, read: Read, value: object) -> None:
    configure_logging(settings, "x", False)
    structlog.get_logger("lotkeeper.engine").info("odd", value=value)
    assert [line["text"] for line in read()] == ["odd"]


def test_a_field_cannot_pose_as_a_fact_of_the_line(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "keeper", False)
    structlog.get_logger("lotkeeper.engine").info("x", pid=1, process="other", ts="never")
    assert (read()[0]["pid"], read()[0]["actor"]) == (os.getpid(), "keeper")


def test_a_second_call_takes_the_place_of_the_first(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "launcher", False)
    configure_logging(settings, "keeper", False)
    std.info("once")
    assert [line["actor"] for line in read()] == ["keeper"]


def test_loggers_of_a_replaced_root_log_to_the_same_file(settings: LogsConfig, read: Read) -> None:
    # As Thespian does in the process of each actor.
    logging.root = logging.RootLogger(logging.WARNING)
    logging.Logger.root = logging.root
    logging.Logger.manager = logging.Manager(logging.root)
    configure_logging(settings, "actor", False)
    std.info("made before")
    logging.getLogger("actors.keeper").info("made after")
    structlog.get_logger("actors.keeper").info("by structlog")
    assert [line["text"] for line in read()] == ["made before", "made after", "by structlog"]


def test_nothing_reaches_the_root_logger(settings: LogsConfig, caplog: pytest.LogCaptureFixture) -> None:
    configure_logging(settings, "x", False)
    std.error("once")
    assert caplog.records == []


def test_a_terminal_gets_lines_for_people(settings: LogsConfig, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(settings, "keeper", True)
    std.warning("dust is left", extra={"lot": "BTCUSDT-7"})
    flush_logs()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "dust is left" in captured.err
    assert "lot=BTCUSDT-7" in captured.err
    assert "{" not in captured.err


def test_without_a_terminal_nothing_is_written_to_it(settings: LogsConfig, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(settings, "keeper", False)
    std.error("quiet")
    flush_logs()
    assert capsys.readouterr() == ("", "")


def test_a_terminal_that_is_gone_stops_nothing(
    settings: LogsConfig, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = io.StringIO()
    monkeypatch.setattr(sys, "stderr", gone)
    configure_logging(settings, "keeper", True)
    gone.close()
    std.error("still")
    assert [line["text"] for line in read()] == ["still"]


def test_libraries_stay_quiet_at_the_lowest_level(
    settings: LogsConfig, read: Read, capsys: pytest.CaptureFixture[str]
) -> None:
    debug = LogsConfig.model_validate({"directory": settings.directory, "level": "DEBUG"})
    configure_logging(debug, "x", True)
    for library in ("urllib3.connectionpool", "websocket", "Thespian.System", "asyncio", "requests"):
        logging.getLogger(library).debug("chatter")
    std.debug("ours")
    assert [line["text"] for line in read()] == ["ours"]
    assert "chatter" not in capsys.readouterr().err
