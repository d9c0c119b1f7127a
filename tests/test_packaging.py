"""Our names are ours alone, and a Python that does not fit is told so."""

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lotkeeper.service.package_clash import describe_clashes

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-test.lock", "deploy/container/requirements.lock")


def test_no_other_distribution_owns_one_of_our_names() -> None:
    assert describe_clashes(importlib.metadata.packages_distributions()) == []


@pytest.mark.parametrize("version", ["(3, 10, 9)", "(3, 14, 0)", "(3, 15, 0)"])
def test_a_python_that_does_not_fit_is_told_the_versions_that_do(version: str, tmp_path: Path) -> None:
    """Before anything is installed."""
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\nexec {sys.executable} -c \"import sys; sys.version_info = {version}; exec('$2')\"\n")
    python.chmod(0o700)
    command = ["make", f"VENV={tmp_path}/venv", f"PYTHON={python}", f"{tmp_path}/venv/bin/python"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "lotkeeper needs Python 3.11, 3.12 or 3.13" in done.stdout
    assert not (tmp_path / "venv").exists()


@pytest.mark.parametrize("name", LOCKS)
def test_every_version_is_pinned_with_the_hashes_of_its_files(name: str) -> None:
    text = re.sub(r"\\\n\s*", "", (ROOT / name).read_text())
    pins = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert len(pins) > 30
    assert [pin for pin in pins if not re.fullmatch(r"[a-z0-9.-]+==[^ ]+( --hash=sha256:[0-9a-f]{64})+", pin)] == []


def test_what_is_installed_is_of_the_versions_that_are_tested() -> None:
    tested = set((ROOT / "requirements-test.lock").read_text().splitlines())
    assert [line for name in LOCKS for line in (ROOT / name).read_text().splitlines() if line not in tested] == []
