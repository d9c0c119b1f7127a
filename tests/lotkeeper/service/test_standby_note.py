"""What a waiting host says of itself, as long as it waits."""

import pytest

from lotkeeper.service import standby_note
from lotkeeper.service.standby_note import StandbyNote, read_standby_note
from tests.lotkeeper.service.test_configuration import write_config


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setattr(standby_note, "_path", lambda _: tmp_path / "lots.standby")
    return write_config(tmp_path)[0]


def test_it_is_there_while_its_writer_waits(config):
    note = StandbyNote(config)
    assert read_standby_note(config) == ""
    note.write("standby: host a holds the lease (3)")
    note.write("standby: host b holds it")
    assert read_standby_note(config) == "standby: host b holds it"
    note.remove()
    assert read_standby_note(config) == ""
    note.remove()


def test_a_note_whose_writer_was_killed_says_nothing(config, tmp_path):
    (tmp_path / "lots.standby").write_text("standby: host a holds the lease (3)")
    assert read_standby_note(config) == ""
