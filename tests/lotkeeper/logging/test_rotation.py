"""The log files are set aside by size and at full hours, packed, and bounded; no line is lost or torn by it."""

import gzip
import json
import logging
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lotkeeper.config import LogsConfig
from lotkeeper.logging.background import BackgroundWriter
from lotkeeper.logging.reading import LogFiles, WantedLines
from lotkeeper.logging.rotation import Rotator, rotate_if_needed, set_aside, tidy
from lotkeeper.logging.setup import configure_logging, flush_logs, request_rotation
from tests.lotkeeper.logging.conftest import Read

ROOT = Path(__file__).parents[3]
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC).timestamp()
std = logging.getLogger("lotkeeper.engine")


def small(settings: LogsConfig, **changes: object) -> LogsConfig:
    return settings.model_copy(update={"max_bytes": 100, "keep": 2, **changes})


def test_a_file_that_grew_too_large_is_set_aside(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "x", False)
    assert not rotate_if_needed(small(settings), NOON)
    for number in range(4):
        std.info("line %d %s", number, "x" * 100)
        flush_logs()
        assert rotate_if_needed(small(settings), NOON)
    assert not rotate_if_needed(small(settings), NOON)
    std.info("short")
    flush_logs()
    assert not rotate_if_needed(small(settings, max_bytes=10_000), NOON)
    assert [str(line["text"])[:6] for line in read("lotkeeper.jsonl.1")] == ["line 3"]
    assert [str(line["text"])[:6] for line in read("lotkeeper.jsonl.2")] == ["line 2"]
    assert [line["text"] for line in read()] == ["short"]
    assert not (settings.directory / "lotkeeper.jsonl.3").exists()


def test_it_is_set_aside_behind_the_lines_that_wait(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "x", False)
    std.info("x" * 200)
    request_rotation(small(settings))
    std.info("new")
    assert [line["text"] for line in read()] == ["new"]


def test_a_folder_that_cannot_be_rotated_in_stops_nothing(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "x", False)
    (settings.directory / "lotkeeper.jsonl.1").mkdir(parents=True)
    std.info("x" * 200)
    flush_logs()
    assert not rotate_if_needed(small(settings, keep=1), NOON)
    assert "cannot be rotated" in str(read()[-1]["text"])


def begun_at(path: Path, ts: str, size: int = 200) -> Path:
    """A log file whose first line has this time."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"ts": ts, "text": "first", "long": "x" * size}) + "\n")
    return path


@pytest.mark.parametrize(
    ("hours", "begun", "is_due"),
    [
        (24, "2026-11-29T23:59:59.999Z", True),  # by the day in UTC, not by the age
        (24, "2026-11-30T00:00:00.000Z", False),
        (1, "2026-11-30T11:59:59.999Z", True),
        (1, "2026-11-30T12:00:00.000Z", False),
        (0, "2020-01-01T00:00:00.000Z", False),
    ],
)
def test_a_file_of_an_earlier_span_is_set_aside(settings: LogsConfig, hours: int, begun: str, is_due: bool) -> None:
    path = begun_at(settings.directory / "lotkeeper.jsonl", begun)
    by_time = settings.model_copy(update={"rotate_hours": hours})
    assert rotate_if_needed(by_time, NOON) is is_due
    assert path.exists() is not is_due


@pytest.mark.parametrize("content", [b"", b"no line\n", b'{"ts": 5}\n', b"[1]\n"])
def test_a_file_whose_time_is_not_known_is_set_aside_by_its_size(settings: LogsConfig, content: bytes) -> None:
    settings.directory.mkdir()
    (settings.directory / "lotkeeper.jsonl").write_bytes(content)
    assert not rotate_if_needed(settings, NOON)


def test_older_files_are_packed_and_read_like_the_others(settings: LogsConfig) -> None:
    for number, name in ((3, ""), (2, ".1"), (1, ".2")):
        path = begun_at(settings.directory / f"lotkeeper.jsonl{name}", f"2026-11-{27 + number}T08:00:00.000Z")
        os.utime(path, (NOON - 60, NOON - 60))
    before = (settings.directory / "lotkeeper.jsonl.2").read_bytes()
    tidy(settings, NOON)
    names = sorted(each.name for each in settings.directory.iterdir())
    assert names == ["lotkeeper.jsonl", "lotkeeper.jsonl.1", "lotkeeper.jsonl.2.gz"]
    packed = settings.directory / "lotkeeper.jsonl.2.gz"
    assert gzip.decompress(packed.read_bytes()) == before
    assert (packed.stat().st_mtime, packed.stat().st_mode & 0o777) == (NOON - 60, 0o600)
    with LogFiles(settings.directory) as files:
        days = [entry["ts"][:10] for entry in files.last(WantedLines(), 10)]
    assert days == ["2026-11-28", "2026-11-29", "2026-11-30"]


def test_a_packed_file_moves_on_and_the_last_one_goes(settings: LogsConfig) -> None:
    three = small(settings, keep=3)
    for number in range(1, 4):
        path = begun_at(settings.directory / f"lotkeeper.jsonl.{number}", f"2026-11-0{number}T08:00:00.000Z")
        os.utime(path, (NOON - 60, NOON - 60))
    begun_at(settings.directory / "lotkeeper.jsonl", "2026-11-30T08:00:00.000Z")
    tidy(three, NOON)
    assert rotate_if_needed(three, NOON)
    names = sorted(each.name for each in settings.directory.iterdir())
    assert names == ["lotkeeper.jsonl.1", "lotkeeper.jsonl.2", "lotkeeper.jsonl.3.gz"]


def test_what_was_written_to_a_moment_ago_is_not_packed_yet(settings: LogsConfig) -> None:
    path = begun_at(settings.directory / "lotkeeper.jsonl.2", "2026-11-30T08:00:00.000Z")
    os.utime(path, (NOON - 1, NOON - 1))
    tidy(settings, NOON)
    assert path.exists()


def test_files_beyond_the_number_and_the_total_are_deleted_the_oldest_first(settings: LogsConfig) -> None:
    """Also where the configuration was changed."""
    for number in range(1, 9):
        begun_at(settings.directory / f"lotkeeper.jsonl.{number}", "2026-11-30T08:00:00.000Z", 1000)
        os.utime(settings.directory / f"lotkeeper.jsonl.{number}", (NOON, NOON))
    begun_at(settings.directory / "errors.jsonl.1", "2026-11-30T08:00:00.000Z", 10)
    begun_at(settings.directory / "lotkeeper.jsonl", "2026-11-30T08:00:00.000Z", 1000)
    tidy(settings.model_copy(update={"keep": 6, "total_bytes": 10_000_000}), NOON)
    assert [each.number for each in set_aside(settings.directory / "lotkeeper.jsonl")] == [1, 2, 3, 4, 5, 6]
    tidy(settings.model_copy(update={"total_bytes": 5 * 1060}), NOON)
    assert [each.number for each in set_aside(settings.directory / "lotkeeper.jsonl")] == [1, 2, 3]
    assert (settings.directory / "errors.jsonl.1").exists()
    assert (settings.directory / "lotkeeper.jsonl").exists()


def test_a_file_that_cannot_be_packed_stays_as_it_is(settings: LogsConfig) -> None:
    path = begun_at(settings.directory / "lotkeeper.jsonl.2", "2026-11-30T08:00:00.000Z")
    os.utime(path, (NOON - 60, NOON - 60))
    (settings.directory / ".packing").mkdir()
    tidy(settings, NOON)
    assert path.exists()


def test_a_damaged_file_is_read_as_far_as_it_goes(settings: LogsConfig) -> None:
    begun_at(settings.directory / "lotkeeper.jsonl", "2026-11-30T08:00:00.000Z")
    begun_at(settings.directory / "lotkeeper.jsonl.1", "2026-11-29T08:00:00.000Z")
    packed = gzip.compress(b'{"text": "whole"}\n' * 5000)
    (settings.directory / "lotkeeper.jsonl.2.gz").write_bytes(packed[: len(packed) // 2])
    with LogFiles(settings.directory) as files:
        found = [entry["text"] for entry in files.last(WantedLines(), 10_000)]
    assert found[-2:] == ["first", "first"]
    assert set(found) == {"whole", "first"}


def test_nothing_is_renamed_while_the_last_ones_are_packed(settings: LogsConfig) -> None:
    """A disk that hangs while a file is packed keeps no line waiting either."""
    path, goes_on, tidying = settings.directory / "lotkeeper.jsonl", threading.Event(), BackgroundWriter()
    rotator = Rotator(tidying)
    begun_at(path, "2026-11-30T08:00:00.000Z")
    tidying.submit(goes_on.wait)
    rotator.rotate(small(settings))
    begun_at(path, "2026-11-30T08:00:00.000Z")
    rotator.rotate(small(settings))
    assert [each.number for each in set_aside(path)] == [1]
    goes_on.set()
    assert tidying.flush(60)
    rotator.rotate(small(settings))
    assert tidying.flush(60)
    assert [each.number for each in set_aside(path)] == [1, 2]


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
def test_processes_that_write_while_another_rotates_lose_and_tear_no_line(settings: LogsConfig) -> None:
    command = [sys.executable, "-c", WRITER, str(settings.directory)]
    writers = [subprocess.Popen([*command, name], cwd=ROOT) for name in ("a", "b")]
    done = threading.Event()

    def wait() -> None:
        for writer in writers:
            writer.wait()
        done.set()

    waiter = threading.Thread(target=wait)
    waiter.start()
    rotations, often = 0, small(settings, max_bytes=100_000, keep=1000)
    while not done.wait(0.002):
        rotations += rotate_if_needed(often, time.time())
        tidy(often, time.time() + 30)  # each one that can be packed is, at once
    waiter.join()
    assert [writer.returncode for writer in writers] == [0, 0]
    assert rotations > 2
    names = {each.name for each in settings.directory.iterdir()}
    assert {"lotkeeper.jsonl.1", "lotkeeper.jsonl.2.gz"} <= names
    with LogFiles(settings.directory) as files:
        lines = files.last(WantedLines(), 10_000)
    found = sorted((str(line["actor"]), line["facts"]["number"]) for line in lines)
    assert found == [(name, number) for name in ("a", "b") for number in range(700)]
    assert all(len(str(line["facts"]["long"])) == line["facts"]["number"] % 3 * 10_000 for line in lines)
