"""The memory of orders in flight survives the process that writes it, and is nobody else's."""

import os
import signal
import stat
import time
from pathlib import Path

import pytest

from actors.gateway.in_flight_journal import ROWS, MappedJournal, NoJournal, machine_began_ms, remove_unused
from lotkeeper.trading.recovery.in_flight import ROW_BYTES, decode_row

ROW = b"a row".ljust(ROW_BYTES - 1) + b"\n"
NOW_MS = 5_000_000


@pytest.fixture
def path(tmp_path):
    return tmp_path / "private" / "in-flight"


@pytest.fixture
def opened():
    """Opens journals, and closes them in the end."""
    journals = []

    def open_journal(path: Path, now_ms: int = NOW_MS) -> MappedJournal:
        journals.append(MappedJournal(path, now_ms))
        return journals[-1]

    yield open_journal
    for journal in journals:
        journal.close()


def taken(journal: MappedJournal) -> list[int]:
    return [row for row, text in enumerate(journal.rows()) if decode_row(text, NOW_MS, 5000)]


def test_a_new_file_has_free_rows_and_all_the_memory_that_it_will_take(path, opened):
    journal = opened(path)
    assert (len(journal.rows()), taken(journal)) == (ROWS, [])
    assert path.stat().st_blocks * 512 >= ROWS * ROW_BYTES
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert journal.is_in_place
    assert journal.is_new


def test_a_process_that_is_killed_leaves_its_rows_and_its_lock_to_the_next(path, opened):
    child = os.fork()
    if not child:
        MappedJournal(path, NOW_MS).write(3, ROW)
        os.kill(os.getpid(), signal.SIGKILL)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    journal = opened(path, NOW_MS + 9)
    assert taken(journal) == [3]
    assert journal.rows()[3] == ROW
    assert journal.since_ms == NOW_MS
    assert not journal.is_new


def test_two_processes_never_have_it_together(path, opened):
    opened(path)
    with pytest.raises(OSError, match="has not ended yet"):
        MappedJournal(path, NOW_MS)


def test_since_when_it_has_all_orders_outlives_the_process_and_not_the_machine(path):
    first = MappedJournal(path, NOW_MS)
    first.begin_at(NOW_MS + 500)
    first.close()
    second = MappedJournal(path, NOW_MS + 60_000)
    assert second.since_ms == NOW_MS + 500
    second.close()
    after_a_reboot = MappedJournal(path, 1_000)
    assert after_a_reboot.since_ms == 1_000
    after_a_reboot.close()


def test_a_header_that_cannot_be_read_proves_nothing_of_earlier_orders(path, opened):
    MappedJournal(path, NOW_MS).close()
    with path.open("r+b") as file:
        file.seek(ROWS * ROW_BYTES)
        file.write(b"all orders since 1, used at 1 ffffffff")
    assert opened(path, NOW_MS + 7).since_ms == NOW_MS + 7


def test_a_file_that_was_cut_is_filled_up_and_what_is_left_is_read(path, opened):
    journal = MappedJournal(path, NOW_MS)
    journal.write(0, ROW)
    journal.write(1, ROW)
    journal.close()
    os.truncate(path, ROW_BYTES + 3)
    assert taken(opened(path)) == [0, 1]


def test_a_file_that_was_deleted_is_missed(path, opened):
    journal = opened(path)
    path.unlink()
    assert not journal.is_in_place
    path.write_bytes(b"another")
    assert not journal.is_in_place


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o707])
def test_a_folder_that_others_can_enter_is_not_used(path, mode):
    path.parent.mkdir()
    path.parent.chmod(mode)
    with pytest.raises(OSError, match="this user alone"):
        MappedJournal(path, NOW_MS)


def test_a_file_that_others_can_read_is_not_used(path):
    path.parent.mkdir(mode=0o700)
    path.touch()
    path.chmod(0o644)
    with pytest.raises(OSError, match="this user alone"):
        MappedJournal(path, NOW_MS)


def test_no_link_is_followed(path, tmp_path):
    path.parent.mkdir(mode=0o700)
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic"):
        MappedJournal(path, NOW_MS)
    folder = tmp_path / "link"
    folder.symlink_to(path.parent)
    with pytest.raises(OSError, match="Not a directory"):
        MappedJournal(folder / "in-flight", NOW_MS)


def test_a_second_name_of_a_file_is_not_used(path, tmp_path):
    path.parent.mkdir(mode=0o700)
    (tmp_path / "other").touch(mode=0o600)
    os.link(tmp_path / "other", path)
    with pytest.raises(OSError, match="no file of its own"):
        MappedJournal(path, NOW_MS)


def test_journals_that_nobody_uses_any_more_are_removed(path, opened):
    names = ["used-of-late", "unused", "not-a-journal"]
    files = {name: path.with_name(f"{name}.in-flight") for name in names}
    for name, used_ms in (("used-of-late", NOW_MS), ("unused", NOW_MS - 3_600_000)):
        journal = MappedJournal(files[name], 1)
        journal.mark_used(used_ms)
        journal.close()
    files["not-a-journal"].write_bytes(b"something")
    opened(path.with_name("locked.in-flight"), 1)
    remove_unused(path.parent, NOW_MS)
    assert sorted(each.name for each in path.parent.iterdir()) == [
        "locked.in-flight",
        "not-a-journal.in-flight",
        "used-of-late.in-flight",
    ]


def test_the_machine_began_before_now():
    assert 0 < machine_began_ms() < time.monotonic_ns() // 1_000_000


def test_without_a_file_nothing_outlives_the_process():
    journal = NoJournal()
    journal.write(0, ROW)
    journal.begin_at(7)
    journal.mark_used(8)
    assert (journal.rows(), journal.since_ms, journal.is_in_place) == ([], 7, True)
    journal.close()
