"""Pages of memory that the kernel may merge, in a process of its own: what is allowed stays allowed."""

import subprocess
import sys
from pathlib import Path

import pytest

from lotkeeper.service.merged_memory import does_kernel_merge

_CHILD = """
import os
from pathlib import Path
from lotkeeper.service.merged_memory import allow_merging
print(allow_merging(), flush=True)
if os.fork() == 0:
    print(Path("/proc/self/ksm_stat").read_text())
"""
_CANNOT_TELL = not Path("/proc/self/ksm_stat").exists()


@pytest.mark.skipif(_CANNOT_TELL, reason="this kernel does not tell what it merges (Linux 6.1 does)")
def test_it_is_allowed_for_all_that_the_process_forks_or_refused_in_a_sentence():
    run = subprocess.run([sys.executable, "-c", _CHILD], capture_output=True, text=True, check=True)
    trouble, of_child = run.stdout.split("\n", 1)
    if trouble:
        assert trouble.startswith("this kernel does not merge equal pages of memory (")
    else:
        assert "ksm_merge_any: no" not in of_child


def test_whether_the_kernel_merges_now(tmp_path):
    switch = tmp_path / "run"
    assert not does_kernel_merge(switch)
    for text, is_on in (("0\n", False), ("1\n", True), ("2\n", False)):  # 2: what was merged is taken apart
        switch.write_text(text)
        assert does_kernel_merge(switch) is is_on
