"""The file beside the database that keeps what a person has halted."""

import pytest

from lotkeeper.trading.halts import Halt, Halts
from persistence.halts_file import read_halts, write_halts

HALTS = Halts(Halt(True, 7, who="kim", why="maintenance"), {"BTCUSDT": Halt(True, 8, 9000)})


def test_what_was_written_is_read_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "new folder" / ".lots.sqlite.halts"
    write_halts(path, HALTS)
    write_halts(path, HALTS)
    assert read_halts(path, 100) == HALTS
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert path.stat().st_mode & 0o777 == 0o600


def test_without_a_file_nothing_is_halted(tmp_path):
    assert read_halts(tmp_path / "none", 100) == Halts()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{}", b'{"version": 1}'])
def test_a_damaged_file_stops_everything(tmp_path, content):
    path = tmp_path / "halts"
    path.write_bytes(content)
    switch = read_halts(path, 100).kill_switch
    assert (switch.is_on, switch.at_ms, str(path) in switch.why) == (True, 100, True)


def test_so_does_one_that_cannot_be_opened(tmp_path):
    assert read_halts(tmp_path, 100).kill_switch.is_on


def test_where_it_cannot_be_written_the_old_one_stays(tmp_path):
    path = tmp_path / "halts"
    path.mkdir()
    with pytest.raises(OSError, match=r"."):
        write_halts(path, HALTS)
    assert [each.name for each in tmp_path.iterdir()] == ["halts"]
