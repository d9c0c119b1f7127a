"""Log lines: one JSON object each, the same from both libraries, with no secret in any."""

import io
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import structlog

from lotkeeper.config import LogsConfig
from lotkeeper.logging import masks as log_masks
from lotkeeper.logging.files import LineFileHandler
from lotkeeper.logging.setup import ROOMS, configure_logging, hide, rotate_if_needed

ROOT = Path(__file__).parents[3]
Read = Callable[..., list[dict[str, Any]]]

std = logging.getLogger("lotkeeper.engine")  # made before any configuration, as modules do


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leaves no handler, no hidden value and no structlog configuration to other tests."""
    monkeypatch.setattr(log_masks, "_hidden", log_masks._Hidden())
    manager, root = logging.Logger.manager, logging.Logger.root
    yield
    logging.Logger.manager, logging.Logger.root, logging.root = manager, root, root
    for room in map(logging.getLogger, ROOMS):
        for handler in list(room.handlers):
            room.removeHandler(handler)
            handler.close()
        room.propagate = True
        room.setLevel(logging.NOTSET)
    structlog.reset_defaults()


@pytest.fixture
def settings(tmp_path: Path) -> LogsConfig:
    return LogsConfig(directory=tmp_path / "logs")


@pytest.fixture
def read(settings: LogsConfig) -> Read:
    """The lines of a log file, parsed."""

    def lines(name: str = "lotkeeper.jsonl") -> list[dict[str, Any]]:
        path = settings.directory / name
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    return lines


def test_both_libraries_write_the_same_line(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "keeper-BTCUSDT", False)
    std.info("placed %s", "lk1-7-1", extra={"price": Decimal("1.10")})
    structlog.get_logger("lotkeeper.engine").info("placed %s", "lk1-7-1", price=Decimal("1.10"))
    first, second = read()
    assert list(first) == ["ts", "level", "event", "logger", "process", "pid", "price"]
    assert (
        {**first, "ts": ""}
        == {**second, "ts": ""}
        == {
            "ts": "",
            "level": "info",
            "event": "placed lk1-7-1",
            "logger": "lotkeeper.engine",
            "process": "keeper-BTCUSDT",
            "pid": os.getpid(),
            "price": "1.10",
        }
    )
    when = datetime.fromisoformat(str(first["ts"]))
    assert str(first["ts"]).endswith("Z")
    assert len(str(first["ts"])) == len("2026-01-01T00:00:00.000Z")
    assert abs(when.timestamp() - datetime.now(when.tzinfo).timestamp()) < 600


@pytest.mark.parametrize("name", ["actors.guardian", "persistence.store", "cli.main", "messages", "lotkeeper"])
def test_every_room_logs_to_the_file(settings: LogsConfig, read: Read, name: str) -> None:
    configure_logging(settings, "launcher", False)
    logging.getLogger(name).info("here")
    assert [line["logger"] for line in read()] == [name]


def test_errors_stand_in_a_file_of_their_own_too(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "launcher", False)
    std.warning("odd")
    std.error("wrong")
    assert [line["event"] for line in read()] == ["odd", "wrong"]
    assert [line["event"] for line in read("errors.jsonl")] == ["wrong"]


@pytest.mark.parametrize(("level", "events"), [("DEBUG", ["a", "b", "c"]), ("INFO", ["b", "c"]), ("WARNING", ["c"])])
def test_what_is_below_the_level_is_left_out(settings: LogsConfig, read: Read, level: str, events: list[str]) -> None:
    configure_logging(LogsConfig.model_validate({"directory": settings.directory, "level": level}), "x", False)
    log = structlog.get_logger("lotkeeper.engine")
    log.debug("a")
    std.info("b")
    log.warning("c")
    assert [line["event"] for line in read()] == events


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


@dataclass(frozen=True)
class Odd:
    text: str

    def __str__(self) -> str:
        return f"odd {self.text}"


@pytest.mark.parametrize(
    "value", [2**80, "\ud800", Odd("x"), {1: 2}, {(1, 2): 3}, float("nan"), b"\xff", {"s"}, object()]
)
def test_no_value_costs_the_line(settings: LogsConfig, read: Read, value: object) -> None:
    configure_logging(settings, "x", False)
    structlog.get_logger("lotkeeper.engine").info("odd", value=value)
    assert [line["event"] for line in read()] == ["odd"]


def test_a_field_cannot_pose_as_a_fact_of_the_line(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "keeper", False)
    structlog.get_logger("lotkeeper.engine").info("x", pid=1, process="other", ts="never")
    assert (read()[0]["pid"], read()[0]["process"]) == (os.getpid(), "keeper")


def test_a_second_call_takes_the_place_of_the_first(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "launcher", False)
    configure_logging(settings, "keeper", False)
    std.info("once")
    assert [line["process"] for line in read()] == ["keeper"]


def test_loggers_of_a_replaced_root_log_to_the_same_file(settings: LogsConfig, read: Read) -> None:
    # As Thespian does in the process of each actor.
    logging.root = logging.RootLogger(logging.WARNING)
    logging.Logger.root = logging.root
    logging.Logger.manager = logging.Manager(logging.root)
    configure_logging(settings, "actor", False)
    std.info("made before")
    logging.getLogger("actors.keeper").info("made after")
    structlog.get_logger("actors.keeper").info("by structlog")
    assert [line["event"] for line in read()] == ["made before", "made after", "by structlog"]


def test_nothing_reaches_the_root_logger(settings: LogsConfig, caplog: pytest.LogCaptureFixture) -> None:
    configure_logging(settings, "x", False)
    std.error("once")
    assert caplog.records == []


SECRET = 'hunter2"hunter\\2'
PEM = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\nabcdefghijklmnop\n-----END PRIVATE KEY-----\n"


def test_hidden_values_appear_nowhere(settings: LogsConfig, read: Read, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(settings, "x", True)
    hide([SECRET, PEM.encode()])
    log = structlog.get_logger("lotkeeper.engine")
    log.info(
        f"event {SECRET}", text=SECRET, nested={"deep": [SECRET, {SECRET: PEM}]}, odd=Odd(SECRET), data=PEM.encode()
    )
    std.info("message %s %r", SECRET, PEM)
    try:
        try:
            raise KeyError(SECRET)
        except KeyError:
            raise ValueError(PEM) from None
    except ValueError:
        std.exception("failed with %s", SECRET)
        log.exception("failed", why=SECRET)
    assert len(read()) == 4
    terminal = capsys.readouterr().err
    assert "event ***" in terminal
    for text in (terminal, *(path.read_text() for path in settings.directory.iterdir())):
        assert "hunter" not in text
        assert "MC4CAQ" not in text
        assert "abcdefghijklmnop" not in text


def test_what_is_too_short_to_be_a_secret_is_not_hidden(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "x", False)
    hide(["", "a", "BTC"])
    std.info("a BTC")
    assert read()[0]["event"] == "a BTC"


@pytest.mark.parametrize("key", ["signature", "api_secret", "secret", "X-MBX-APIKEY", "x-mbx-apikey", "SECRET"])
def test_fields_named_like_secrets_are_masked(settings: LogsConfig, read: Read, key: str) -> None:
    configure_logging(settings, "x", False)
    structlog.get_logger("lotkeeper.engine").info("sent", headers={key: "deadbeef"}, **{key: ["deadbeef"]})
    (line,) = read()
    assert line[key] == "***"
    assert line["headers"] == {key: "***"}


@pytest.mark.parametrize(
    "text",
    [
        "GET /api/v3/order?symbol=BTCUSDT&signature=deadbeef&x=1",
        "{'X-MBX-APIKEY': 'deadbeef', 'x': 1}",
        '{"signature": "deadbeef"}',
        "{'signature': b'deadbeef'}",
        "api_secret = deadbeef",
    ],
)
def test_texts_that_hold_a_signature_are_masked(
    settings: LogsConfig, read: Read, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    configure_logging(settings, "x", True)
    try:
        raise ValueError(text)
    except ValueError:
        std.exception("%s", text, extra={"text": text})
    (line,) = read()
    assert "***" in str(line["event"])
    assert "***" in str(line["text"])
    assert "deadbeef" not in json.dumps(line)
    assert "deadbeef" not in capsys.readouterr().err


def test_words_that_only_contain_such_a_name_stay(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "x", False)
    std.info("the signature is refused; secretary: yes", extra={"signatures": 5})
    assert (read()[0]["event"], read()[0]["signatures"]) == ("the signature is refused; secretary: yes", 5)


def test_a_terminal_gets_lines_for_people(settings: LogsConfig, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(settings, "keeper", True)
    std.warning("dust is left", extra={"lot": "BTCUSDT-7"})
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "dust is left" in captured.err
    assert "lot=BTCUSDT-7" in captured.err
    assert "{" not in captured.err


def test_without_a_terminal_nothing_is_written_to_it(settings: LogsConfig, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(settings, "keeper", False)
    std.error("quiet")
    assert capsys.readouterr() == ("", "")


def test_a_terminal_that_is_gone_stops_nothing(
    settings: LogsConfig, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = io.StringIO()
    monkeypatch.setattr(sys, "stderr", gone)
    configure_logging(settings, "keeper", True)
    gone.close()
    std.error("still")
    assert [line["event"] for line in read()] == ["still"]


def test_a_file_that_cannot_be_written_is_told_of_once_and_tried_again(
    settings: LogsConfig, read: Read, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.directory.write_text("a file where the folder should be")
    configure_logging(settings, "x", False)
    std.info("lost")
    std.info("lost too")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"lotkeeper: the log {settings.directory}/lotkeeper.jsonl cannot be written: ")
    settings.directory.unlink()
    std.info("found")
    assert [found["event"] for found in read()] == ["found"]


def test_a_full_disk_stops_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    handler = LineFileHandler(Path("/dev/full"))
    handler.emit(logging.makeLogRecord({"msg": "x"}))
    handler.emit(logging.makeLogRecord({"msg": "x"}))
    handler.close()
    assert capsys.readouterr().err.count("No space left on device") == 1


def test_only_the_owner_can_read_the_logs(settings: LogsConfig) -> None:
    configure_logging(settings, "x", False)
    std.error("x")
    assert settings.directory.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in settings.directory.iterdir()} == {0o600}


def small(settings: LogsConfig, **changes: object) -> LogsConfig:
    return settings.model_copy(update={"max_bytes": 100, "keep": 2, **changes})


def test_a_file_that_grew_too_large_is_set_aside(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "x", False)
    assert not rotate_if_needed(small(settings))
    for number in range(4):
        std.info("line %d %s", number, "x" * 100)
        assert rotate_if_needed(small(settings))
    assert not rotate_if_needed(small(settings))
    std.info("short")
    assert not rotate_if_needed(small(settings, max_bytes=10_000))
    assert [str(line["event"])[:6] for line in read("lotkeeper.jsonl.1")] == ["line 3"]
    assert [str(line["event"])[:6] for line in read("lotkeeper.jsonl.2")] == ["line 2"]
    assert [line["event"] for line in read()] == ["short"]
    assert not (settings.directory / "lotkeeper.jsonl.3").exists()


def test_a_folder_that_cannot_be_rotated_in_stops_nothing(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "x", False)
    (settings.directory / "lotkeeper.jsonl.1").mkdir(parents=True)
    std.info("x" * 200)
    assert not rotate_if_needed(small(settings, keep=1))
    assert "cannot be set aside" in str(read()[-1]["event"])


WRITER = """
import logging, sys
from pathlib import Path
from lotkeeper.config import LogsConfig
from lotkeeper.logging.setup import configure_logging
configure_logging(LogsConfig(directory=Path(sys.argv[1])), sys.argv[2], False)
log = logging.getLogger("lotkeeper.test")
for number in range(700):
    log.info("line", extra={"number": number, "long": "x" * (number % 3 * 10_000)})
"""


@pytest.mark.e2e
def test_processes_that_write_while_another_rotates_lose_and_tear_no_line(settings: LogsConfig, read: Read) -> None:
    command = [sys.executable, "-c", WRITER, str(settings.directory)]
    writers = [subprocess.Popen([*command, name], cwd=ROOT) for name in ("a", "b")]
    done = threading.Event()

    def wait() -> None:
        for writer in writers:
            writer.wait()
        done.set()

    waiter = threading.Thread(target=wait)
    waiter.start()
    rotations = 0
    while not done.wait(0.002):
        rotations += rotate_if_needed(small(settings, max_bytes=100_000, keep=1000))
    waiter.join()
    assert [writer.returncode for writer in writers] == [0, 0]
    assert rotations > 10
    lines = [line for path in settings.directory.iterdir() for line in read(path.name)]
    found = sorted((str(line["process"]), line["number"]) for line in lines)
    assert found == [(name, number) for name in ("a", "b") for number in range(700)]
    assert all(len(str(line["long"])) == line["number"] % 3 * 10_000 for line in lines)
