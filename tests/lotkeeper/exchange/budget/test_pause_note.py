"""The pause on file: what one process was told, the next one keeps to."""

import orjson
import pytest

from lotkeeper.exchange.budget import pause_note as file
from lotkeeper.exchange.budget.pause_note import NotedPause, note_pause, read_pause


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(file.time, "monotonic", lambda: now[0])
    return now


def test_the_next_process_reads_what_is_left_of_it(tmp_path, clock):
    path = tmp_path / "lotkeeper" / "one.pause"
    note_pause(path, NotedPause(120.0, "IP banned", is_ban=True))
    clock[0] += 50
    assert read_pause(path) == NotedPause(70.0, "IP banned", is_ban=True)
    clock[0] += 70
    assert read_pause(path) is None
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_ends_with_the_boot_of_the_machine(tmp_path, clock, monkeypatch):
    path = tmp_path / "one.pause"
    note_pause(path, NotedPause(120.0, "IP banned"))
    monkeypatch.setattr(file, "_boot_id", lambda: "another")
    assert read_pause(path) is None


@pytest.mark.parametrize("content", [b"", b"no json", b"[]", b"1", b"{}", orjson.dumps({"until": "x", "reason": 1})])
def test_what_cannot_be_read_is_no_pause(tmp_path, clock, content):
    path = tmp_path / "one.pause"
    path.write_bytes(content)
    assert read_pause(path) is None
    assert read_pause(tmp_path) is None
    assert read_pause(tmp_path / "nothing") is None


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path, clock):
    (tmp_path / "file").write_text("")
    note_pause(tmp_path / "file" / "one.pause", NotedPause(1.0, "IP banned"))
