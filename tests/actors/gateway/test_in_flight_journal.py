"""The file of orders in flight survives the process that writes it."""

import os
import signal
import stat
from pathlib import Path

import pytest

from actors.gateway.in_flight_journal import ROWS, FileJournal
from lotkeeper.trading.recovery.in_flight import FREE_ROW, ROW_BYTES

ROW = b"a row".ljust(ROW_BYTES - 1) + b"\n"


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".lots.sqlite.in-flight"


def test_a_new_file_has_free_rows_and_all_the_space_that_it_will_take(path):
    journal = FileJournal(path)
    assert journal.rows() == [FREE_ROW] * ROWS
    assert path.stat().st_size == ROWS * ROW_BYTES
    assert path.stat().st_blocks * 512 >= ROWS * ROW_BYTES
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    journal.close()


def test_a_process_that_is_killed_leaves_its_rows(path):
    child = os.fork()
    if not child:
        FileJournal(path).write(3, ROW)
        os.kill(os.getpid(), signal.SIGKILL)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    journal = FileJournal(path)
    assert [number for number, row in enumerate(journal.rows()) if row != FREE_ROW] == [3]
    assert journal.rows()[3] == ROW
    journal.close()


def test_a_file_that_was_cut_is_filled_up_and_what_is_left_is_read(path):
    journal = FileJournal(path)
    journal.write(0, ROW)
    journal.write(1, ROW)
    journal.close()
    os.truncate(path, ROW_BYTES + 10)
    journal = FileJournal(path)
    assert journal.rows()[0] == ROW
    assert journal.rows()[1] != FREE_ROW
    assert journal.rows()[2:] == [FREE_ROW] * (ROWS - 2)
    journal.close()


def test_no_link_is_followed(path, tmp_path):
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic"):
        FileJournal(path)


def test_a_full_disk_shows_before_the_first_order():
    with pytest.raises(OSError, match="No space"):
        FileJournal(Path("/dev/full"))
