"""Plays every fault of connections against the service with its own settings, while a trader buys; prints the table.

Run: python -m benchmarks.faults [NAME ...]
"""

import sys
import tempfile
from pathlib import Path

from lotkeeper.verification.drill.fault_run import FaultRun, run_fault
from lotkeeper.verification.drill.fault_scenarios import CONNECTION_FAULTS
from lotkeeper.verification.drill.figures import slowest_sell_s

_WATCH_S = 80.0  # a silent stream counts as dead after a minute; a fault not noticed by then never is


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in CONNECTION_FAULTS]
    if unknown:
        sys.exit(f"no fault {', '.join(unknown)}; there are: {', '.join(CONNECTION_FAULTS)}")
    print(
        "| fault | status says so, s | proven again, s | after the fault's end, s | slowest SELL, s | BUYs | without |"
    )
    print("|---|---|---|---|---|---|---|")
    for name in names or CONNECTION_FAULTS:
        with tempfile.TemporaryDirectory() as folder:
            print(_row(run_fault(name, CONNECTION_FAULTS[name], Path(folder), watch_s=_WATCH_S)), flush=True)


def _row(run: FaultRun) -> str:
    said = "never lost" if run.noticed_s is None else f"{run.noticed_s:.2f}"
    proven = "-" if run.noticed_s is None else f"{run.proven_s:.2f}"
    after = "-" if run.noticed_s is None else f"{max(0.0, run.proven_s - run.lasts_s):.2f}"
    slowest, count = f"{slowest_sell_s(run.buys):.2f}", len(run.buys)
    return f"| {run.name} | {said} | {proven} | {after} | {slowest} | {count} | {len(run.broken)} |"


if __name__ == "__main__":
    main(sys.argv[1:])
