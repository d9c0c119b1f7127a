"""lotkeeper runs on each Python that it allows: those that this machine has are tried."""

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from tests.pythons import allowed_versions, locked, make_environment, other_pythons

# What a new Python breaks first: the engine and pickled messages; then a whole service. `make pythons` runs all tests.
PARTS = ("tests/lotkeeper/engine", "tests/messages")
# What these need beside lotkeeper; to install all of the test libraries would take longer than to run them.
TOOLS = (
    *("pytest", "iniconfig", "packaging", "pluggy", "pytest-timeout", "pytest-xdist", "execnet"),
    *("hypothesis", "sortedcontainers", "psutil", "psycopg2-binary"),
)


def _fake(place: Path, version: str) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"#!/bin/sh\necho {version}\n")
    place.chmod(0o755)
    return place


def test_the_versions_are_those_that_pip_allows():
    assert allowed_versions()[0] == "3.11"
    assert f"3.{sys.version_info.minor}" in allowed_versions()


def test_a_python_is_found_on_the_path_or_among_those_of_pyenv_but_not_behind_a_shim(tmp_path: Path):
    mine, *others = [each for each in allowed_versions() if each != f"3.{sys.version_info.minor}"]
    on_path = _fake(tmp_path / "bin" / f"python{mine}", mine)
    for version in others:
        _fake(tmp_path / "bin" / f"python{version}", "pyenv: command not found")
        _fake(tmp_path / "pyenv" / "versions" / f"{version}.9" / "bin" / "python3", version)
        _fake(tmp_path / "pyenv" / "versions" / f"{version}.10" / "bin" / "python3", version)
    newest = {each: tmp_path / "pyenv" / "versions" / f"{each}.10" / "bin" / "python3" for each in others}
    assert other_pythons(str(tmp_path / "bin"), tmp_path / "pyenv") == {mine: on_path, **newest}


def test_the_entries_of_packages_are_taken_with_all_of_their_hashes():
    lock = "# made\nmypy==2 \\\n    --hash=a \\\n    --hash=b\npytest==9 \\\n    --hash=c\nruff==1 \\\n    --hash=d\n"
    assert locked(["ruff", "mypy"], lock) == "ruff==1 \\\n    --hash=d\nmypy==2 \\\n    --hash=a \\\n    --hash=b\n"
    with pytest.raises(KeyError):
        locked(["pytes"], lock)


def test_without_another_python_there_is_none(tmp_path: Path):
    assert other_pythons(str(tmp_path), tmp_path) == {}


@pytest.mark.long
@pytest.mark.takes(100)
@pytest.mark.timeout(900)  # everything is installed anew
@pytest.mark.parametrize("version", [each for each in allowed_versions() if each != f"3.{sys.version_info.minor}"])
def test_it_runs_on_each_other_python_that_is_here(version: str, tmp_path: Path):
    python = other_pythons().get(version)
    if python is None:
        pytest.skip(f"Python {version} is not on this machine")
    source = make_environment(python, tmp_path, TOOLS)
    tests = ["python", "-m", "pytest", "-q", "-m", "not e2e and not long and not longest", *PARTS]
    _run(source, tests)
    played = orjson.loads(_run(source, ["lotkeeper", "demo", "--seconds", "10", "--json"]))
    assert played["unprotected"] == 0
    assert played["buys"] == played["lots_open"] + played["lots_closed"] >= 1
    assert played["sells_placed"] >= played["buys"]


def _run(source: Path, words: list[str]) -> str:
    program = source / ".venv" / "bin" / words[0]
    done = subprocess.run([program, *words[1:]], cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return done.stdout
