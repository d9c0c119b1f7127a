"""The log files: a disk that is full or away stops nothing, and only the owner reads them."""

import logging
from pathlib import Path

import pytest

from lotkeeper.config import LogsConfig
from lotkeeper.logging.files import LineFile
from lotkeeper.logging.setup import configure_logging, flush_logs
from tests.lotkeeper.logging.conftest import Read

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
    assert [found["text"] for found in read()] == ["found"]


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
