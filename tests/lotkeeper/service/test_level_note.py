"""From which level on the HTTP server logs, as the launcher notes it."""

import os

import pytest

from lotkeeper.service import level_note
from lotkeeper.service.level_note import LevelNote


def test_what_was_noted_last_is_read_by_whoever_has_the_descriptor() -> None:
    note = LevelNote.make()
    assert LevelNote(note.descriptor).read() == ""
    for level in ("WARNING", "INFO", "ERROR"):
        note.write(level)
        assert LevelNote(note.descriptor).read() == level
    os.close(note.descriptor)
    with pytest.raises(OSError, match="Bad file descriptor"):
        note.read()


def test_it_is_taken_over_once_something_was_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    levels: list[str] = []
    monkeypatch.setattr(level_note, "set_level", levels.append)
    note = LevelNote.make()
    note.take_over()
    note.write("DEBUG")
    note.take_over()
    os.close(note.descriptor)
    assert levels == ["DEBUG"]
