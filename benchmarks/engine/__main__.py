"""All trials on all bases, as tables: `python -m benchmarks.engine [trial ...]`."""

import os
import sys

from benchmarks.engine.bases import BARE, OURS, STOCK
from benchmarks.engine.figures import table
from benchmarks.engine.trials import in_its_own_process

PLAN = {
    "hop": ([BARE, OURS, *STOCK], ["p50", "p99", "most", "asleep p50", "asleep p99"], "one hop, ms"),
    "throughput": ([BARE, OURS, *STOCK], ["per second", "out of order", "incomplete"], "1 to 1"),
    "fan_out": ([OURS, *STOCK], ["per second", "out of order", "incomplete"], "1 to 50"),
    "ask_outside": ([OURS, *STOCK], ["p50", "p99"], "ask from outside, ms"),
    "stopped": ([OURS], ["quiet p50", "quiet p99", "p99", "ratio"], "ticks at 50 while a 51st is stopped, ms"),
    "wakeups": (
        [OURS, *STOCK],
        ["quiet p50", "quiet p99", "loaded p50", "loaded p99", "loaded most"],
        "wake-ups, ms late",
    ),
    "attach": ([OURS], ["import ms", "attach ms", "first ask ms", "not running ms"], "a second process"),
}


def main() -> None:
    for trial in sys.argv[1:] or list(PLAN):
        bases, columns, title = PLAN[trial]
        rows = []
        for base in bases:
            figures = in_its_own_process(trial, base)
            rows.append([base, *(figures.get(column, "" if figures else "did not end") for column in columns)])
        print(f"\n{table(title, columns, rows)}", flush=True)
    print(f"\ncores {os.cpu_count()}, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
