"""Plays every fault of connections against the service with its own settings, while a trader buys; prints the table.

Run: python -m benchmarks.faults [NAME ...]
"""

import sys
import tempfile
from pathlib import Path

from lotkeeper.verification.drill.fault_run import Scene, play_scene
from lotkeeper.verification.drill.fault_scenarios import CONNECTIONS
from lotkeeper.verification.drill.figures import slowest_s

_WATCH_S = 80.0  # silence is death after a minute: what is not noticed by then is not noticed


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in CONNECTIONS]
    if unknown:
        sys.exit(f"no fault {', '.join(unknown)}; there are: {', '.join(CONNECTIONS)}")
    print(
        "| fault | status says so, s | proven again, s | after the fault's end, s | slowest SELL, s | BUYs | without |"
    )
    print("|---|---|---|---|---|---|---|")
    for name in names or CONNECTIONS:
        with tempfile.TemporaryDirectory() as folder:
            print(_row(play_scene(name, CONNECTIONS[name], Path(folder), watch_s=_WATCH_S)), flush=True)


def _row(scene: Scene) -> str:
    said = "never lost" if scene.said_s is None else f"{scene.said_s:.2f}"
    proven = "-" if scene.said_s is None else f"{scene.proven_s:.2f}"
    after = "-" if scene.said_s is None else f"{max(0.0, scene.proven_s - scene.lasts_s):.2f}"
    slowest, count = f"{slowest_s(scene.buys):.2f}", len(scene.buys)
    return f"| {scene.name} | {said} | {proven} | {after} | {slowest} | {count} | {len(scene.broken)} |"


if __name__ == "__main__":
    main(sys.argv[1:])
