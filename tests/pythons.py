"""Every Python that lotkeeper allows and that this machine has beside the one that runs the tests.

`python -m tests.pythons` runs the tests of each change on them, which takes some ten minutes for each.
"""

import configparser
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from tests.checkout import ROOT, copy_checkout

_BOUNDS = re.compile(r">=3\.(\d+),<3\.(\d+)")
_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"


def allowed_versions() -> list[str]:
    """Those of setup.cfg, such as "3.12", the oldest first."""
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg")
    bounds = _BOUNDS.fullmatch(settings["options"]["python_requires"].replace(" ", ""))
    assert bounds, "python_requires of setup.cfg has to be of the form: >=3.11, <3.14"
    return [f"3.{minor}" for minor in range(int(bounds[1]), int(bounds[2]))]


def other_pythons(search: str | None = None, pyenv: Path | None = None) -> dict[str, Path]:
    """By version, without the one that runs this: on the search path (by default PATH), else among those of pyenv."""
    mine = f"3.{sys.version_info.minor}"
    folder = pyenv or Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = {}
    for version in allowed_versions():
        usable = (each for each in _candidates(version, search, folder) if _is_of(version, each))
        if version != mine and (python := next(usable, None)):
            found[version] = python
    return found


def _candidates(version: str, search: str | None, pyenv: Path) -> Iterator[Path]:
    if name := shutil.which(f"python{version}", path=search):
        yield Path(name)
    newest_first = lambda each: [-int(part) for part in re.findall(r"\d+", each.name)]  # noqa: E731
    for each in sorted((pyenv / "versions").glob(f"{version}.*"), key=newest_first):
        yield each / "bin" / "python3"


def _is_of(version: str, python: Path) -> bool:
    """A name on the path may be a shim that only says which versions there are."""
    try:
        said = subprocess.run([python, "-c", _VERSION], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return said.stdout.strip() == version


def make_environment(python: Path, folder: Path, tools: Collection[str] = ()) -> Path:
    """A copy of this checkout with an environment of that Python, as `make test` installs it; returns the copy.

    With `tools` only these packages of requirements-test.lock are there beside those that lotkeeper needs.
    """
    source = copy_checkout(folder / "lotkeeper")
    run_make(source, [f"PYTHON={python}", ".venv/.run" if tools else ".venv/.test"])
    if tools:
        _install(source, tools)
    return source


def _install(source: Path, names: Collection[str]) -> None:
    """By the same versions and hashes as the Makefile."""
    chosen = source / ".venv" / "chosen.lock"
    chosen.write_text(locked(names, (source / "requirements-test.lock").read_text()))
    pip = [source / ".venv" / "bin" / "python", "-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check"]
    words = ["install", "--no-compile", "--no-deps", "--require-hashes", "--requirement", chosen]
    subprocess.run([*pip, *words], check=True)


def locked(names: Collection[str], lock: str) -> str:
    """The entries of a lock file that these packages have. Raises KeyError where one has none."""
    entries = {entry.partition("==")[0]: entry for entry in re.findall(r"^\S+==.*\n(?:    .*\n)+", lock, re.MULTILINE)}
    return "".join(entries[name] for name in names)


def run_make(source: Path, words: Sequence[str]) -> None:
    """Raises CalledProcessError. What the make that runs this has been told is not for it."""
    environment = {key: value for key, value in os.environ.items() if key not in {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"}}
    subprocess.run(["make", "--no-print-directory", *words], cwd=source, env=environment, check=True)


def main() -> int:
    pythons = other_pythons()
    if not pythons:
        sys.stdout.write(f"no other Python is here; lotkeeper allows {', '.join(allowed_versions())}\n")
    for version, python in pythons.items():
        sys.stdout.write(f"Python {version}: {python}\n")
        sys.stdout.flush()
        with tempfile.TemporaryDirectory(prefix="lk-") as folder:
            source = make_environment(python, Path(folder))
            run_make(source, ["unit"])
            run_make(source, ["e2e"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
