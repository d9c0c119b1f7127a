"""Benchmarks are not run by the tests. What mypy cannot see of them is checked here."""

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.fast_path.traced_service import FOLDER


def test_the_traced_service_finds_the_parts_of_the_engine_in_which_it_notes_moments(tmp_path: Path):
    command = [sys.executable, "-m", "benchmarks.fast_path.traced_service", "--version"]
    done = subprocess.run(
        command, env={**os.environ, FOLDER: str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("lotkeeper")
