import os
from pathlib import Path

from lotkeeper.engine.transport import fork_cleanup
from lotkeeper.engine.transport.directory import DirectoryLock, make_private


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
