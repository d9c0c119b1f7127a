"""Runs the tests on a copy of the sources, and says which one fails first."""

import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.copies import keep_byte_code
from tests.mutation.mutant import TESTS, Mutant, all_tests, nearest_tests

WITHIN_S = 1800  # on a machine that is busy with other things, too
NONE_FAILS, SOME_FAIL = 0, 1
PYTEST = ("-m", "pytest", "-p", "no:cacheprovider", "-p", "tests.mutation.first_failure")
OPTIONS = ("-x", "-q", "-rfE", "--tb=no", "--hypothesis-seed=0")


def prepare(copy: Path) -> None:
    """Everything that the tests import is compiled once, the tests themselves in pytest's way."""
    keep_byte_code(copy)
    run(copy, "--collect-only", "-q", TESTS)


@dataclass(frozen=True, slots=True)
class Notice:
    """What became of a mutant."""

    by: str  # the test that noticed it; empty: none did
    is_near: bool  # whether that test stands near its file


def without_mutant(copy: Path, files: Iterable[str] = ()) -> str:
    """The test that fails on the sources as they are, of those near these files, or of all; empty when none does."""
    near = dict.fromkeys(path for file in files for path in nearest_tests(file, copy))
    return first_failure(copy, tuple(near) or all_tests(copy))


def notice(mutant: Mutant, copy: Path) -> Notice:
    """The tests that stand nearest to its file come first."""
    with mutant.in_place(copy):
        near = nearest_tests(mutant.file, copy)
        by = first_failure(copy, near) if near else ""
        return Notice(by, is_near=True) if by else Notice(first_failure(copy, all_tests(copy)), is_near=False)


def first_failure(copy: Path, files: Sequence[str]) -> str:
    """The first of these tests that fails there; empty when none does."""
    # What is compiled now may be wrong: it is not kept.
    output = run(copy, *OPTIONS, *files, python=("-B",))
    failed = (line.partition("::")[2] for line in output.splitlines() if line.startswith(("FAILED", "ERROR")))
    return next(failed, "").partition(" - ")[0]


def run(copy: Path, *options: str, python: Sequence[str] = ()) -> str:
    """What pytest prints there. A run that ends otherwise than by its tests is an error of ours."""
    command = [sys.executable, *python, *PYTEST, *options]
    result = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=WITHIN_S, check=False)
    if result.returncode not in (NONE_FAILS, SOME_FAIL):
        raise SystemExit(result.stdout + result.stderr)
    return result.stdout
