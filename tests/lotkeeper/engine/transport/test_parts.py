"""The parts of the transport by themselves."""

import os
import socket
import time
from datetime import timedelta
from pathlib import Path

import pytest

from lotkeeper.engine.errors import AlreadyRunningError, UnsafeDirectoryError
from lotkeeper.engine.transport import hygiene, tally, wire
from lotkeeper.engine.transport.directory import DirectoryLock, check_private, is_locked, make_private
from lotkeeper.engine.transport.poller import READ, WATCHED, Poller
from lotkeeper.engine.transport.wakeups import Wakeups


def unpacked(packets: list[wire.Packet]) -> object:
    return wire.unpack(b"".join(bytes(body) for _, body in reversed(packets)))


@pytest.mark.parametrize("size", [0, 1, wire.CHUNK - 1, wire.CHUNK, wire.CHUNK + 1, 5 * wire.CHUNK])
def test_packets_are_never_too_large_and_come_together_again(size: int):
    packets, _ = wire.pack(b"x" * size)
    assert all(len(body) <= wire.CHUNK for _, body in packets)
    kinds = b"".join(kind for kind, _ in reversed(packets))
    assert kinds == b"M" or kinds == b"C" * (len(packets) - 1) + b"E"
    assert unpacked(packets) == b"x" * size


def test_a_tally_is_seen_at_the_other_end_and_outlives_it():
    page = tally.new_page()
    mine, theirs = tally.Tally(page), tally.Tally(page)
    os.close(page)
    for _ in range(3):
        theirs.add_one()
    theirs.close()
    assert mine.handled == 3
    mine.close()


def test_wakeups_due_together_come_in_the_order_asked():
    wakeups = Wakeups()
    for place in range(10):
        wakeups.add(timedelta(0), place)
    wakeups.add(3600, "later")
    moment = time.perf_counter()
    assert [wakeups.due(moment).payload for _ in range(10)] == list(range(10))
    assert wakeups.due(moment) is None
    assert wakeups.next_at() > moment


def test_the_directory_is_made_private_and_checked(directory: Path):
    make_private(directory)
    assert directory.stat().st_mode & 0o777 == 0o700
    directory.chmod(0o750)
    with pytest.raises(UnsafeDirectoryError):
        check_private(directory)


def test_a_link_is_no_directory(directory: Path):
    real = directory.parent / "real"
    real.mkdir(mode=0o700)
    directory.symlink_to(real)
    with pytest.raises(UnsafeDirectoryError):
        make_private(directory)


def test_one_holds_a_directory(directory: Path):
    make_private(directory)
    assert not is_locked(directory)
    lock = DirectoryLock.take(directory, 0.0)
    assert is_locked(directory)
    with pytest.raises(AlreadyRunningError):
        DirectoryLock.take(directory, 0.0)
    lock.release()
    assert not is_locked(directory)
    DirectoryLock.take(directory, 0.0).release()


def test_a_child_drops_all_but_what_is_spared_and_its_child_that_too(directory: Path):
    make_private(directory)
    lock = DirectoryLock.take(directory, 0.0)
    with hygiene.spared(lock.system):
        child = os.fork()
        if child == 0:
            grandchild = os.fork()
            if grandchild == 0:
                os._exit(_locks_open(directory))
            _, status = os.waitpid(grandchild, 0)
            os._exit(10 * _locks_open(directory) + os.waitstatus_to_exitcode(status))
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 10
    assert _locks_open(directory) == 3
    lock.release()


def _locks_open(directory: Path) -> int:
    links = [f"/proc/self/fd/{each}" for each in os.listdir("/proc/self/fd")]
    return sum(os.readlink(each).startswith(str(directory)) for each in links if os.path.lexists(each))


def test_the_poller_tells_owners_and_forgets_closed_watches():
    poller = Poller()
    left, right = socket.socketpair()
    reading, writing = os.pipe()
    poller.add(left.fileno(), "ours", READ)
    assert poller.watch([reading]) == []
    os.write(writing, b"x")
    right.send(b"x")
    assert {owner for owner, _, _ in poller.wait(None)} == {"ours", WATCHED}
    assert poller.watch([left.fileno(), reading]) == [left.fileno()]
    os.close(reading)
    assert poller.watch([]) == []
    left.recv(1)
    assert poller.wait(0.0) == []
    poller.close()
    left.close()
    right.close()
    os.close(writing)


def test_the_poller_survives_a_watched_descriptor_that_a_copy_keeps_alive():
    poller = Poller()
    reading, writing = os.pipe()
    copy = os.dup(reading)
    poller.watch([reading])
    os.write(writing, b"x")
    os.close(reading)
    poller.watch([])
    assert poller.wait(0.0) == []
    assert poller.wait(0.0) == []
    os.close(copy)
    os.close(writing)
    poller.close()
