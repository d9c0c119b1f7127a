"""File systems of a test's own, which nobody outside of it sees."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_IN_NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount", "--")


def run_with_mount(folder: Path, options: str, script: str) -> "subprocess.CompletedProcess[str]":
    """Runs a Python script where a file system in memory is mounted on `folder`; skipped where that is not allowed."""
    mount = f"mount -t tmpfs -o {options} tmpfs '{folder}'"
    if subprocess.run([*_IN_NAMESPACE, "sh", "-c", mount], capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    return subprocess.run(
        [*_IN_NAMESPACE, "sh", "-c", f"{mount} && exec '{sys.executable}' -c \"$0\"", script],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
