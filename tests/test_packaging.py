"""Our names are ours alone, and a Python that does not fit is told so."""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

from lotkeeper.service.package_clash import describe_clashes

ROOT = Path(__file__).parents[1]


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
