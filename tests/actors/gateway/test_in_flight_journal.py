"""The file of orders in flight outlives who writes it."""

import os
import signal
import stat
from pathlib import Path

import pytest

from actors.gateway.in_flight_journal import ROWS, NotesFile
from lotkeeper.trading.recovery.in_flight import FREE_ROW, ROW_BYTES

ROW = b"a row".ljust(ROW_BYTES - 1) + b"\n"


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".lots.sqlite.in-flight"


def test_a_new_file_has_free_rows_and_all_the_room_it_will_take(path):
    notes = NotesFile(path)
    assert notes.rows() == [FREE_ROW] * ROWS
    assert path.stat().st_size == ROWS * ROW_BYTES
    assert path.stat().st_blocks * 512 >= ROWS * ROW_BYTES
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    notes.close()


def test_a_process_that_is_killed_leaves_its_notes(path):
    child = os.fork()
    if not child:
        NotesFile(path).write(3, ROW)
        os.kill(os.getpid(), signal.SIGKILL)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    notes = NotesFile(path)
    assert [number for number, row in enumerate(notes.rows()) if row != FREE_ROW] == [3]
    assert notes.rows()[3] == ROW
    notes.close()


def test_a_file_that_was_cut_is_filled_up_and_what_is_left_is_read(path):
    notes = NotesFile(path)
    notes.write(0, ROW)
    notes.write(1, ROW)
    notes.close()
    os.truncate(path, ROW_BYTES + 10)
    notes = NotesFile(path)
    assert notes.rows()[0] == ROW
    assert notes.rows()[1] != FREE_ROW
    assert notes.rows()[2:] == [FREE_ROW] * (ROWS - 2)
    notes.close()


def test_no_link_is_followed(path, tmp_path):
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic"):
        NotesFile(path)


def test_a_full_disk_is_found_out_before_the_first_order():
    with pytest.raises(OSError, match="No space"):
        NotesFile(Path("/dev/full"))
