"""A process made by fork alone is not on multiprocessing's list, through which Python goes when the parent ends."""

import multiprocessing
import subprocess
import sys

import pytest
from thespian.system import multiprocCommon

from lotkeeper.engine.service import RunningSystem
from lotkeeper.engine.system import base
from tests.lotkeeper.engine.conftest import new_actor

PARENT = """
import multiprocessing, sys
from lotkeeper.engine.system.forked_process import ForkedProcess
process = ForkedProcess(sys.exit, (3,))
process.start()
print(multiprocessing.active_children())
process.join(60)
print(process.exitcode, multiprocessing.active_children())
"""


def test_its_parent_ends_without_a_word_of_it() -> None:
    done = subprocess.run([sys.executable, "-c", PARENT], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("[]\n3 []\n", "", 0)


@pytest.mark.e2e
def test_a_launcher_can_list_its_own_children_while_a_system_runs(system: RunningSystem) -> None:
    new_actor(system)
    assert multiprocessing.active_children() == []


def test_a_child_of_another_base_is_still_taken_from_the_list() -> None:
    assert multiprocCommon.detach_child is base._detach_child
    child = multiprocessing.get_context("fork").Process(target=int)
    child.start()
    multiprocCommon.detach_child(child)
    assert child not in multiprocessing.active_children()
    child.join()
