"""The processes of one service, told from all others by a mark in their environment."""

import os
import subprocess
import sys

import pytest

from lotkeeper.verification.staging.processes import find_processes, mark_variables

MARK = f"test-{os.getpid()}"


@pytest.fixture
def child():
    code = "import sys; print(flush=True); sys.stdin.read()"
    env = {**os.environ, **mark_variables(MARK)}
    with subprocess.Popen(
        [sys.executable, "-c", code], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as found:
        assert found.stdout is not None
        found.stdout.readline()
        yield found
        found.kill()


def test_those_with_the_mark_and_no_others(child):
    assert [each.pid for each in find_processes(MARK)] == [child.pid]
    assert find_processes(MARK + "1") == find_processes(MARK[:-1]) == []


def test_by_the_beginning_of_their_title(child):
    assert [each.pid for each in find_processes(MARK, sys.executable)] == [child.pid]
    assert find_processes(MARK, "PairKeeper") == []


def test_how_long_one_has_run(child):
    (found,) = find_processes(MARK)
    assert 0 <= found.age_s < 3600
    child.kill()
    child.wait()
    assert found.age_s == 0


def test_one_that_has_ended_is_gone_before_anybody_has_noticed(child):
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert find_processes(MARK) == []
