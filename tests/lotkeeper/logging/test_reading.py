"""The log files are read as they are: the last lines that are wanted, and every new one, also in a rotation."""

import json
import os
from pathlib import Path

import pytest

from lotkeeper.config import LogsConfig
from lotkeeper.logging.files import ALL, LineFile
from lotkeeper.logging.reading import LogFiles, WantedLines
from lotkeeper.logging.rotation import rotate_if_needed

EVERY = WantedLines()


def line(number: int, **fields: object) -> bytes:
    known = {"ts": f"2026-11-30T08:00:{number:02}.000Z", "level": "info", "event": "OTHER", "text": f"event {number}"}
    return json.dumps(known | fields).encode() + b"\n"


def write(path: Path, *lines: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("ab") as file:
        file.writelines(lines)


def events(found: list) -> list[str]:
    return [entry["text"] for entry in found]


def read(folder: Path, wanted: WantedLines = EVERY, most: int = 100) -> list[str]:
    with LogFiles(folder) as files:
        return events(files.last(wanted, most))


def test_the_last_lines_come_from_rotated_files_too(tmp_path):
    write(tmp_path / f"{ALL}.2", line(1), line(2))
    write(tmp_path / f"{ALL}.1", line(3), line(4))
    write(tmp_path / ALL, line(5))
    assert read(tmp_path) == [f"event {number}" for number in range(1, 6)]
    assert read(tmp_path, most=3) == ["event 3", "event 4", "event 5"]
    assert read(tmp_path, most=0) == []


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (WantedLines(("BTCUSDT-7",)), [1]),
        (WantedLines(("BTCUSDT",)), [1, 2]),
        (WantedLines(("lk1-7",)), [4]),
        (WantedLines(level="warning"), [3, 4]),
        (WantedLines(since="2026-11-30T08:00:03"), [3, 4]),
        (WantedLines(("BTCUSDT", "ETHUSDT"), "info", "2026-11-30T08:00:02"), [2, 3]),
        (WantedLines(("DOGEUSDT",)), []),
    ],
)
def test_only_what_is_wanted(tmp_path, wanted, expected):
    write(
        tmp_path / ALL,
        line(1, lot="BTCUSDT-7"),
        line(2, lot="BTCUSDT-71"),
        line(3, symbol="ETHUSDT", level="error"),
        line(4, client_id="lk1-7-2", level="warning"),
    )
    assert read(tmp_path, wanted) == [f"event {number}" for number in expected]


def test_what_is_no_json_is_an_event_itself(tmp_path):
    write(tmp_path / ALL, b'{"ts": "2026-11\n', b"[1]\n", line(1))
    assert read(tmp_path) == ['{"ts": "2026-11', "[1]", "event 1"]


def test_new_lines_follow_the_last_ones(tmp_path):
    write(tmp_path / ALL, line(1), line(2)[:20])
    with LogFiles(tmp_path) as files:
        write(tmp_path / ALL, line(2)[20:])
        assert events(files.last(EVERY, 10)) == ["event 1"]
        assert files.new_lines() == [line(2)]
        assert files.new_lines() == []
        write(tmp_path / ALL, line(3)[:5])
        assert files.new_lines() == []
        write(tmp_path / ALL, line(3)[5:], line(4))
        assert files.new_lines() == [line(3), line(4)]


def test_a_rotation_loses_no_line_and_repeats_none(tmp_path):
    settings = LogsConfig(directory=tmp_path, max_bytes=10_000, keep=3)
    writer, other = LineFile(tmp_path / ALL), LineFile(tmp_path / ALL)
    seen: list[bytes] = []
    writer.write(line(0))
    with LogFiles(tmp_path) as files:
        files.last(EVERY, 0)
        for number in range(1, 400):
            (writer if number % 3 else other).write(line(number))
            if rotate_if_needed(settings, 0.0):
                assert (tmp_path / f"{ALL}.1").exists()
            if number % 7 == 0:
                seen += files.new_lines()
        seen += files.new_lines()
    assert seen == [line(number) for number in range(1, 400)]


def test_a_line_that_is_written_into_the_renamed_file_is_read(tmp_path):
    write(tmp_path / ALL, line(1))
    with LogFiles(tmp_path) as files:
        files.last(EVERY, 0)
        os.rename(tmp_path / ALL, tmp_path / f"{ALL}.1")
        assert files.new_lines() == []  # there is no newer one yet
        write(tmp_path / ALL, line(3))
        assert files.new_lines() == [line(3)]
        write(tmp_path / f"{ALL}.1", line(2))
        assert files.new_lines() == [line(2)]


def test_where_nobody_has_written_since_the_last_rotation(tmp_path):
    write(tmp_path / f"{ALL}.1", line(2))
    write(tmp_path / f"{ALL}.2", line(1))
    with LogFiles(tmp_path) as files:
        assert events(files.last(EVERY, 10)) == ["event 1", "event 2"]
        assert files.new_lines() == []
        write(tmp_path / ALL, line(3))
        assert files.new_lines() == [line(3)]


def test_a_file_that_is_renamed_while_they_are_opened_is_taken_once(tmp_path):
    write(tmp_path / ALL, line(1))
    os.link(tmp_path / ALL, tmp_path / f"{ALL}.1")
    assert read(tmp_path) == ["event 1"]


def test_a_folder_without_a_log(tmp_path):
    with pytest.raises(FileNotFoundError):
        LogFiles(tmp_path)
