"""What a wheel holds, that it works away from the checkout, and that our names are ours alone."""

import importlib.metadata
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import orjson
import pytest

from lotkeeper.service.package_clash import OUR_PACKAGES, describe_clashes

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run([*command, "--disable-pip-version-check"], check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.long
@pytest.mark.e2e
def test_the_wheel_has_exactly_our_top_level(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    top = {name.partition("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == set(OUR_PACKAGES)
    assert all(f"{room}/py.typed" in names for room in OUR_PACKAGES)


@pytest.mark.long
@pytest.mark.e2e
def test_the_installed_wheel_works_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check"]
    subprocess.run([*install, "--target", str(site), str(wheel)], check=True)
    environment = {**os.environ, "PYTHONPATH": str(site), "TMPDIR": str(tmp_path)}
    code = "import actors, cli.main, sys; sys.stdout.write(actors.__file__)"
    where = subprocess.run(
        [sys.executable, "-c", code], cwd=elsewhere, env=environment, capture_output=True, text=True, check=True
    )
    assert where.stdout.startswith(str(site))
    command = [sys.executable, str(site / "bin" / "lotkeeper"), "demo", "--seconds", "4", "--json"]
    demo = subprocess.run(command, cwd=elsewhere, env=environment, capture_output=True, check=True)
    assert orjson.loads(demo.stdout)["sells_placed"] >= 1


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
