"""The log files: written by many processes, rotated by one."""

import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lotkeeper.config import LogsConfig
from lotkeeper.logging.files import LineFile, rotate_if_needed
from lotkeeper.logging.setup import configure_logging, flush_logs, request_rotation
from tests.lotkeeper.logging.conftest import Read

ROOT = Path(__file__).parents[3]
std = logging.getLogger("lotkeeper.engine")  # made before any configuration, as modules do


def test_a_file_that_cannot_be_written_is_told_of_once_and_tried_again(
    settings: LogsConfig, read: Read, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.directory.write_text("a file where the folder should be")
    configure_logging(settings, "x", False)
    std.info("lost")
    std.info("lost too")
    flush_logs()
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"lotkeeper: the log {settings.directory}/lotkeeper.jsonl cannot be written: ")
    settings.directory.unlink()
    std.info("found")
    assert [found["event"] for found in read()] == ["found"]


def test_a_full_disk_stops_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    file = LineFile(Path("/dev/full"))
    file.write(b"x\n")
    file.write(b"x\n")
    file.close()
    assert capsys.readouterr().err.count("No space left on device") == 1


def test_only_the_owner_can_read_the_logs(settings: LogsConfig) -> None:
    configure_logging(settings, "x", False)
    std.error("x")
    flush_logs()
    assert settings.directory.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in settings.directory.iterdir()} == {0o600}


def small(settings: LogsConfig, **changes: object) -> LogsConfig:
    return settings.model_copy(update={"max_bytes": 100, "keep": 2, **changes})


def test_a_file_that_grew_too_large_is_set_aside(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "x", False)
    assert not rotate_if_needed(small(settings))
    for number in range(4):
        std.info("line %d %s", number, "x" * 100)
        flush_logs()
        assert rotate_if_needed(small(settings))
    assert not rotate_if_needed(small(settings))
    std.info("short")
    flush_logs()
    assert not rotate_if_needed(small(settings, max_bytes=10_000))
    assert [str(line["event"])[:6] for line in read("lotkeeper.jsonl.1")] == ["line 3"]
    assert [str(line["event"])[:6] for line in read("lotkeeper.jsonl.2")] == ["line 2"]
    assert [line["event"] for line in read()] == ["short"]
    assert not (settings.directory / "lotkeeper.jsonl.3").exists()


def test_it_is_set_aside_behind_the_lines_that_wait(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "x", False)
    std.info("x" * 200)
    request_rotation(small(settings))
    std.info("new")
    assert [line["event"] for line in read()] == ["new"]


def test_a_folder_that_cannot_be_rotated_in_stops_nothing(settings: LogsConfig, read: Read) -> None:
    configure_logging(settings, "x", False)
    (settings.directory / "lotkeeper.jsonl.1").mkdir(parents=True)
    std.info("x" * 200)
    flush_logs()
    assert not rotate_if_needed(small(settings, keep=1))
    assert "cannot be rotated" in str(read()[-1]["event"])


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
