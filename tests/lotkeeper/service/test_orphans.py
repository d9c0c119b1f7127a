"""The launcher as the first process of a container."""

import subprocess
import sys
import textwrap

PR_SET_CHILD_SUBREAPER = 36
# A process that inherits the orphans of its children, as the first one of a container does.
PROGRAM = """
import ctypes, os, subprocess, sys, time
from lotkeeper.service.orphans import Orphans, _ended_children

assert ctypes.CDLL(None).prctl({subreaper}, 1, 0, 0, 0) == 0
orphans = Orphans(os.getpid())
def until(is_so):
    for _ in range(2000):
        if is_so():
            return
        time.sleep(0.01)
    sys.exit("waited in vain")

two = "import os; [os.fork() or os._exit(0) for _ in range(2)]; os._exit(0)"  # a shell might wait for them itself
subprocess.run([sys.executable, "-c", two], check=True)
until(lambda: len(set(_ended_children(os.getpid()))) == 2)
orphans.collect()
print(len(set(_ended_children(os.getpid()))), "after the first look")
orphans.collect()
print(len(set(_ended_children(os.getpid()))), "after the second")

own = subprocess.Popen(["sh", "-c", "exit 3"])
until(lambda: set(_ended_children(os.getpid())) == {{own.pid}})
orphans.collect()
print("its owner gets", own.wait())
orphans.collect()
"""


def test_what_nobody_waits_for_is_collected_and_what_is_our_own_is_left() -> None:
    code = textwrap.dedent(PROGRAM).format(subreaper=PR_SET_CHILD_SUBREAPER)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("2 after the first look\n0 after the second\nits owner gets 3\n", "")


def test_a_process_that_is_not_the_first_collects_nothing() -> None:
    code = "from lotkeeper.service.orphans import Orphans; o = Orphans(); o.collect(); print(o._pid, sorted(o._seen))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "None []\n"
