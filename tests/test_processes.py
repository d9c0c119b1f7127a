"""What a test has started is told apart from what others have."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil

from tests.processes import NewProcesses

# Starts a child for each line that it gets, and says that it has.
SERVER = """
import subprocess, sys
for line in sys.stdin:
    subprocess.Popen(["sleep", "1000"])
    print("started", flush=True)
"""


@contextmanager
def server() -> Iterator[tuple[psutil.Process, Callable[[], None]]]:
    """A process, and what has it start a child."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    known = psutil.Process(process.pid)

    def start_child() -> None:
        process.stdin.write("child\n")
        assert process.stdout.readline() == "started\n"

    try:
        yield known, start_child
    finally:
        for each in known.children():
            each.kill()
        process.communicate()


def test_what_an_older_process_starts_is_not_new() -> None:
    with server() as (_, start_child):
        start_child()
        new = NewProcesses()
        assert new.all() == []
        start_child()
        assert (new.all(), new.running()) == ([], [])


def test_a_process_and_its_descendants_are_new_until_they_have_ended() -> None:
    new = NewProcesses()
    with server() as (process, start_child):
        start_child()
        assert new.all() == new.running() == [process, *process.children()]
    assert new.all() == []


def test_one_that_has_ended_does_not_run_and_is_there_until_it_is_collected() -> None:
    new = NewProcesses()
    with subprocess.Popen(["true"]) as process:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert ([each.pid for each in new.all()], new.running()) == ([process.pid], [])
    assert new.all() == []
