"""Plants each bug in a copy of the sources, and plays the schedule that finds it: `make planted`.

A change of the product moves what happens in a schedule, so a bug that its own schedule no longer finds is looked for
in others. As in `tests/mutants.py` a copy is changed, never the checkout.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutation.copies import ROOT, copies
from tests.simulation.planted_bugs import PLANTED, PlantedBug

WITHIN_S = 3600
OTHERS = 6000  # schedules in which a bug is looked for that its own schedule does not find


def plant(bug: PlantedBug, copy: Path) -> dict[Path, str]:
    """Changes the copy and returns its earlier texts. A bug that cannot be planted is an error."""
    before = {}
    for file, old, new in ((bug.file, bug.old, bug.new), *bug.also):
        path = copy / file
        text = path.read_text()
        before.setdefault(path, text)
        if text.count(old) != 1:
            raise SystemExit(f"{file} has this {text.count(old)} times, and should once: {old}")
        path.write_text(text.replace(old, new))
    return before


def run_simulation(sources: Path, *options: str) -> str:
    """The line about the first schedule that is broken, or the last line that the simulation prints."""
    command = [sys.executable, "-B", "-m", "tests.simulation", "--workers", "1", *options]
    result = subprocess.run(command, cwd=sources, capture_output=True, text=True, timeout=WITHIN_S, check=False)
    lines = result.stdout.splitlines()
    if not lines:
        raise SystemExit(result.stderr)
    return next((line for line in lines if line.startswith("seed ")), lines[-1])


def is_broken(line: str) -> bool:
    return line.startswith("seed ") and "the promise held" not in line


def search(sources: Path, bug: PlantedBug, schedules: int) -> str:
    """The line about the first schedule that the bug breaks and that holds without it. Empty: none of them does."""
    first = 0
    while first < schedules:
        wanted = ("--seeds", str(schedules - first), "--first", str(first), "--most", "1")
        line = run_simulation(sources, *wanted, *bug.options)
        if not is_broken(line):
            return ""
        seed = line.split(":")[0].removeprefix("seed ")
        if not is_broken(run_simulation(ROOT, "--seed", seed, *bug.options)):
            return line
        first = int(seed) + 1
    return ""


def try_bugs(bugs: Sequence[PlantedBug] = PLANTED, others: int = 0) -> Iterator[tuple[PlantedBug, str]]:
    """Each bug and the line about the schedule that finds it: its own, or else one of `others`. Empty: none does."""
    with copies(1) as free:
        copy = free.get()
        for bug in bugs:
            before = plant(bug, copy)
            try:
                line = run_simulation(copy, "--seed", str(bug.seed), *bug.options)
                yield bug, line if is_broken(line) else search(copy, bug, others)
            finally:
                for path, text in before.items():
                    path.write_text(text)


def shrink(bug: PlantedBug, script: Path, page: Path | None = None) -> tuple[list[str], bool]:
    """The shortest story that the bug spoils, kept in `script`, and whether the same schedule holds without the bug.

    `page` is where the story is written as a page.
    """
    with copies(1) as free:
        copy = free.get()
        plant(bug, copy)
        command = [sys.executable, "-B", "-m", "tests.simulation", "--shrink", str(bug.seed), "--save", str(script)]
        told = subprocess.run(
            [*command, *bug.options, *(["--page", str(page.absolute())] if page else [])],
            cwd=copy,
            stdout=subprocess.PIPE,
            text=True,
            timeout=WITHIN_S,
            check=False,
        )
    without = [sys.executable, "-B", "-m", "tests.simulation", "--script", str(script)]
    return told.stdout.splitlines(), subprocess.run(without, cwd=ROOT, capture_output=True, check=False).returncode == 0


def _print_shrunk(what: str, page: Path | None) -> int:
    bug = next((each for each in PLANTED if each.what.startswith(what)), None)
    if bug is None:
        raise SystemExit(f"--shrink {what}: no planted bug begins so; docs/reference/verification.md lists them")
    with TemporaryDirectory() as folder:
        lines, holds = shrink(bug, Path(folder) / "script.json", page)
    print("\n".join(lines))
    print(f"without the bug: {'the promise held' if holds else 'broken too'}")
    return 0 if holds else 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.planted", description=__doc__)
    parser.add_argument("--others", type=int, default=OTHERS, metavar="SEEDS", help="schedules to look in")
    parser.add_argument("--shrink", metavar="WORDS", help="shorten the story of the bug that begins with these words")
    parser.add_argument("--page", type=Path, metavar="FILE", help="with --shrink: the story as a page")
    wanted = parser.parse_args()
    if wanted.shrink:
        return _print_shrunk(wanted.shrink, wanted.page)
    found = 0
    for bug, line in try_bugs(others=wanted.others):
        found += bool(line)
        word = "MISSED" if not line else "found " if line.startswith(f"seed {bug.seed}:") else "MOVED "
        print(f"{word}  {bug.what}: {line or 'by no schedule'}", flush=True)
    print(f"{found} of {len(PLANTED)} found")
    return 0 if found == len(PLANTED) else 1


if __name__ == "__main__":
    sys.exit(main())
