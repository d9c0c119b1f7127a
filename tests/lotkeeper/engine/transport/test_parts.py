"""The parts of the transport, each alone."""

import os
import socket
import time
from datetime import timedelta
from pathlib import Path

import pytest

from lotkeeper.engine.errors import AlreadyRunningError, UnsafeDirectoryError
from lotkeeper.engine.transport import fork_cleanup, message_format, shared_memory
from lotkeeper.engine.transport.directory import DirectoryLock, check_private, is_locked, make_private
from lotkeeper.engine.transport.waiting import ACTOR, READ, Poller, Wakeups


def unpacked(packets: list[message_format.Packet]) -> object:
    return message_format.unpack(b"".join(bytes(body) for _, body in reversed(packets)))


@pytest.mark.parametrize(
    "size", [0, 1, message_format.CHUNK - 1, message_format.CHUNK, message_format.CHUNK + 1, 5 * message_format.CHUNK]
)
def test_packets_are_never_too_large_and_can_be_joined_again(size: int):
    packets, _ = message_format.pack(b"x" * size)
    assert all(len(body) <= message_format.CHUNK for _, body in packets)
    kinds = b"".join(kind for kind, _ in reversed(packets))
    assert kinds == b"M" or kinds == b"C" * (len(packets) - 1) + b"E"
    assert unpacked(packets) == b"x" * size


def test_an_ack_page_is_seen_at_the_other_end_and_outlives_it():
    page = shared_memory.create_ack_page()
    mine, theirs = shared_memory.AckPage(page), shared_memory.AckPage(page)
    os.close(page)
    for _ in range(3):
        theirs.count_handled()
    theirs.close()
    assert mine.handled == 3
    mine.close()


def test_wakeups_due_together_come_in_the_order_of_the_requests():
    wakeups = Wakeups()
    for place in range(10):
        wakeups.add(timedelta(0), place)
    wakeups.add(3600, "later")
    moment = time.perf_counter()
    assert [wakeups.pop_due(moment).payload for _ in range(10)] == list(range(10))
    assert wakeups.pop_due(moment) is None
    assert wakeups.next_at() > moment


def test_the_directory_is_made_private_and_checked(directory: Path):
    make_private(directory)
    assert directory.stat().st_mode & 0o777 == 0o700
    directory.chmod(0o750)
    with pytest.raises(UnsafeDirectoryError):
        check_private(directory)


def test_a_link_is_not_accepted_as_the_directory(directory: Path):
    real = directory.parent / "real"
    real.mkdir(mode=0o700)
    directory.symlink_to(real)
    with pytest.raises(UnsafeDirectoryError):
        make_private(directory)


def test_one_system_holds_a_directory(directory: Path):
    make_private(directory)
    assert not is_locked(directory)
    lock = DirectoryLock.acquire(directory, 0.0)
    assert is_locked(directory)
    with pytest.raises(AlreadyRunningError):
        DirectoryLock.acquire(directory, 0.0)
    lock.release()
    assert not is_locked(directory)
    DirectoryLock.acquire(directory, 0.0).release()


def test_a_child_closes_all_locks_but_the_one_it_may_keep_and_its_child_closes_that(directory: Path):
    make_private(directory)
    lock = DirectoryLock.acquire(directory, 0.0)
    with fork_cleanup.kept_by_children(lock.system):
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


def test_the_poller_reports_owners_and_forgets_closed_descriptors():
    poller = Poller()
    left, right = socket.socketpair()
    reading, writing = os.pipe()
    poller.add(left.fileno(), "ours", READ)
    assert poller.watch_for_actor([reading]) == []
    os.write(writing, b"x")
    right.send(b"x")
    assert {owner for owner, _, _ in poller.wait(None)} == {"ours", ACTOR}
    assert poller.watch_for_actor([left.fileno(), reading]) == [left.fileno()]
    os.close(reading)
    assert poller.watch_for_actor([]) == []
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
    poller.watch_for_actor([reading])
    os.write(writing, b"x")
    os.close(reading)
    poller.watch_for_actor([])
    assert poller.wait(0.0) == []
    assert poller.wait(0.0) == []
    os.close(copy)
    os.close(writing)
    poller.close()
