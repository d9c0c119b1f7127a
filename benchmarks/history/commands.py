"""Whole commands, as a user runs them, beside one that reads no database: most of their time is the interpreter's."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.history.filling import Size
from benchmarks.history.pages import PAIR
from benchmarks.results import ResultTable, quantile

_ROUNDS = 5
_CONFIG = """\
database: "{database}"
pairs:
  {symbol}: {{}}
"""
_COMMANDS = (
    "--version",
    "fills --json",
    f"fills --pair {PAIR} --csv",
    "orders --all --json",
    "orders --state open --json",
    "positions --state closed --limit 50 --json",
    "positions --state open --json",
    "profit --json",
    "profit --by month --json",
    "profit --by day --json",
)


def measure_commands(url: str, size: Size) -> ResultTable:
    table = ResultTable("Whole commands", ("lotkeeper ...", "median ms", "slowest ms", "without --version, ms"))
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yaml"
        config.write_text(_CONFIG.format(database=url, symbol=size.symbol(0)))
        plain_ms = 0.0
        for command in _COMMANDS:
            words = command.split()
            arguments = words if command == "--version" else [*words, "--config", str(config)]
            times = [_timed(arguments) for _ in range(_ROUNDS)]
            median = quantile(times, 0.5)
            plain_ms = plain_ms or median
            table.rows.append((command, median, max(times), median - plain_ms))
    return table


def _timed(arguments: list[str]) -> float:
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "cli.main", *arguments], check=False, capture_output=True, text=True)
    took_ms = (time.perf_counter() - began) * 1000
    if done.returncode:
        raise SystemExit(f"lotkeeper {' '.join(arguments)}: {done.stderr}")
    return took_ms
