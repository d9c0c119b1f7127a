"""How long a command takes, from its start to its end, beside `python -c pass`: the commands take turns.

Wall time says what a person waits; processor time says it on a machine that does other work, too. Every pair has a lot.
All commands have their byte code, as after a first use; --no-byte-code compiles everything each time, as Python does
where PYTHONDONTWRITEBYTECODE is set.
Run: python -m benchmarks.commands [--pairs 50] [--times 20] [--no-byte-code] [--json]
"""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.many_pairs import symbols_of
from benchmarks.results import ResultTable, show_results
from lotkeeper.verification.staging.system import StagedSystem
from lotkeeper.verification.staging.waiting import wait_for

_UP_WITHIN_S = 300.0
_REFERENCE = "python -c pass"
_QUOTE = "100"  # of each BUY


@dataclass(slots=True)
class _Taken:
    """Of one command, in milliseconds."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        before, begin_s = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(command, env=env, capture_output=True, check=False)
        self.wall.append((time.perf_counter() - begin_s) * 1000)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            sys.exit(f"{' '.join(command)}: {done.stdout.decode()[-500:]}{done.stderr.decode()[-500:]}")
        self.cpu.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000)


def measure(pairs: int, times: int, *, has_byte_code: bool) -> ResultTable:
    """Every command `times` times, by turns, on a running service of so many pairs."""
    symbols = symbols_of(pairs)
    arguments = [each for symbol in symbols for each in ("--symbol", symbol)]
    with TemporaryDirectory(prefix="lk-") as folder, StagedSystem(Path(folder), arguments, profit_pct="50") as system:
        system.service.start()
        _await_health(system)
        for symbol in symbols:
            system.controls.buy(symbol, _QUOTE)
        wait_for("a lot of each pair", lambda: len(system.client.positions(pairs + 1)) == pairs, _UP_WITHIN_S)
        _await_health(system)
        env = _environment(system.service.environment(), Path(folder), has_byte_code=has_byte_code)
        return _by_turns(_commands(system), env, times, pairs)


def _await_health(system: StagedSystem) -> None:
    wait_for("health ok", lambda: (system.client.status() or {}).get("health") == "ok", _UP_WITHIN_S)


def _environment(inherited: Mapping[str, str], folder: Path, *, has_byte_code: bool) -> dict[str, str]:
    """Byte code has a place of its own, so that what is there already makes no difference."""
    env = {**inherited, "PYTHONPYCACHEPREFIX": str(folder / "byte-code")}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return env if has_byte_code else {**env, "PYTHONDONTWRITEBYTECODE": "1"}


def _commands(system: StagedSystem) -> dict[str, list[str]]:
    program, config = [sys.executable, "-m", "cli.main"], ["--config", str(system.config)]
    return {
        _REFERENCE: [sys.executable, "-c", "pass"],
        "import click": [sys.executable, "-c", "import click"],
        "lotkeeper --version": [*program, "--version"],
        "lotkeeper --help": [*program, "--help"],
        "lotkeeper sell --help": [*program, "sell", "--help"],
        "lotkeeper status --json": [*program, "status", "--json", *config],
        "lotkeeper status": [*program, "status", *config],
        "lotkeeper positions --json": [*program, "positions", "--json", *config],
        "lotkeeper positions": [*program, "positions", *config],
        "lotkeeper todo": [*program, "todo", *config],
        "lotkeeper pairs": [*program, "pairs", *config],
    }


def _by_turns(commands: Mapping[str, Sequence[str]], env: Mapping[str, str], times: int, pairs: int) -> ResultTable:
    taken = {name: _Taken() for name in commands}
    for command in commands.values():
        _Taken().add(command, env)  # the first use writes the byte code
    for _ in range(times):
        for name, command in commands.items():
            taken[name].add(command, env)
    reference = taken[_REFERENCE]
    table = ResultTable(
        f"{times} of each by turns, {pairs} pairs", ("command", "wall p50, ms", "least", "processor p50, ms", "ratio")
    )
    for name, each in taken.items():
        ratio = median(each.cpu) / median(reference.cpu)
        table.rows.append((name, median(each.wall), min(each.wall), median(each.cpu), ratio))
    return table


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--no-byte-code", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    table = measure(options.pairs, options.times, has_byte_code=not options.no_byte_code)
    show_results([table], as_json=options.json)


if __name__ == "__main__":
    main()
