"""Where the time from a fill's event to its SELL on the wire goes: the median of each step, process by process.

Noting the moments costs a few hundredths of a millisecond for each process. Processor time hardly changes with other
work on the machine; the waits do.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.fast_path.steps import Step, read_rounds, steps_of
from benchmarks.fast_path.traced_service import FOLDER
from benchmarks.fill_times import read_fill_times
from benchmarks.results import ResultTable, show_results
from lotkeeper.verification.staging.system import StagedSystem
from lotkeeper.verification.staging.waiting import wait_for

PAIR, WARM_UP = "BTCUSDT", 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fills", type=int, default=150, help="BUYs, at most 190")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lk-", dir="/tmp") as folder:
        fills = _trace(Path(folder), options.fills)
    show_results([_table(fills)], as_json=options.json)


def _trace(folder: Path, count: int) -> list[list[Step]]:
    journal, traces = folder / "journal.jsonl", folder / "traces"
    traces.mkdir()
    os.environ[FOLDER] = str(traces)
    arguments = ["--symbol", PAIR, "--journal", str(journal), "--depth", "100000"]
    arguments += ["--order-limit", "100000", "--weight-limit", "1000000"]
    module = "benchmarks.fast_path.traced_service"
    with StagedSystem(folder, arguments, profit_pct="50", module=module) as system:
        system.service.start()
        wait_for("health ok", lambda: (system.client.status() or {}).get("health") == "ok")
        dice = random.Random(1)
        for _ in range(count):
            system.controls.buy(PAIR, "100")
            time.sleep(dice.uniform(0.02, 0.06))
        time.sleep(1)
        system.controls.summary()  # makes the exchange write its whole journal
        rounds = read_rounds(traces)
        return [steps_of(fill, rounds) for fill in read_fill_times(journal)[WARM_UP:] if fill.asked_ns]


def _table(fills: list[list[Step]]) -> ResultTable:
    whole = [steps for steps in fills if steps]
    longest = max((len(steps) for steps in whole), default=0)
    whole = [steps for steps in whole if len(steps) == longest]
    title = f"From a fill's event to its SELL at the exchange: medians of {len(whole)} fills, ms"
    table = ResultTable(title, ("process", "step", "processor time", "by the clock"))
    for same in zip(*whole, strict=True):
        cpu = [each.cpu_ms for each in same if each.cpu_ms is not None]
        wall_ms = statistics.median(each.wall_ms for each in same)
        table.rows.append((same[0].process, same[0].name, statistics.median(cpu) if cpu else None, wall_ms))
    totals = [sum(each.cpu_ms or 0 for each in steps) for steps in whole]
    walls = [sum(each.wall_ms for each in steps) for steps in whole]
    if whole:
        table.rows.append(("together", "", statistics.median(totals), statistics.median(walls)))
    return table


if __name__ == "__main__":
    main()
