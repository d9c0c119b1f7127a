"""Runs the tests on a copy of the sources, and says which one fails first."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.mutation.copies import keep_byte_code
from tests.mutation.mutant import TESTS, Mutant, all_tests, nearest_tests

WITHIN_S = 600
NONE_FAILS, SOME_FAIL = 0, 1
PYTEST = ("-m", "pytest", "-p", "no:cacheprovider", "-p", "tests.mutation.first_failure")
OPTIONS = ("-x", "-q", "-rfE", "--tb=no", "--hypothesis-seed=0")


def prepare(copy: Path) -> None:
    """Everything that the tests import is compiled once, the tests themselves in pytest's way."""
    keep_byte_code(copy)
    run(copy, "--collect-only", "-q", TESTS)


def without_mutant(copy: Path) -> str:
    """The test that fails on the sources as they are; empty when none does."""
    return first_failure(copy, all_tests(copy))


def notice(mutant: Mutant, copy: Path) -> str:
    """The test that notices the mutant; empty when none does. The tests that stand nearest to its file come first."""
    with mutant.in_place(copy):
        near = nearest_tests(mutant.file, copy)
        return (first_failure(copy, near) if near else "") or first_failure(copy, all_tests(copy))


def first_failure(copy: Path, files: Sequence[str]) -> str:
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
