"""The memory of a further pair while the kernel merges equal pages (`merge_memory`), and what that costs.

The kernel has to look for equal pages: `echo 1 | sudo tee /sys/kernel/mm/ksm/run`, and it finds them sooner with
`echo 1000 | sudo tee /sys/kernel/mm/ksm/pages_to_scan`.
Run: python -m benchmarks.merged_memory [--pairs 100 200] [--settles-s 600]
"""

import argparse
import random
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.fill_times import read_fill_times
from benchmarks.many_pairs import staged_pairs, symbols_of
from benchmarks.process_costs import cpu_s, pss_mib
from benchmarks.results import ResultTable, quantile, show_results
from lotkeeper.service.merged_memory import SWITCH_ON, does_kernel_merge
from lotkeeper.verification.drill.environment import DrillEnvironment
from lotkeeper.verification.staging.processes import StagedProcess

_WITHIN_S = 240.0
_LOOK_EVERY_S = 60.0
_IDLE_S = 30.0
_RESTED_PAIRS = 40
_SELLS_WITHIN_S = 60.0
_QUOTE = "50"
_WAYS = {"merged": "merge_memory: true\n", "not merged": ""}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, nargs="+", default=[100, 200])
    parser.add_argument("--settles-s", type=float, default=600.0, help="how long the kernel has to find equal pages")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not does_kernel_merge():
        parser.error(f"the kernel does not look for equal pages of memory: {SWITCH_ON}")
    tables = [_measure_memory(options.pairs, options.settles_s), _measure_rested_fills(options.settles_s)]
    show_results(tables, as_json=options.json)


def _measure_memory(counts: list[int], settles_s: float) -> ResultTable:
    columns = (
        "pairs",
        "s after the start",
        "PSS, MiB",
        "a keeper",
        "a supervisor",
        "one more pair",
        "kernel, % of a core",
    )
    table = ResultTable("Nothing is bought; equal pages are merged", columns)
    last: dict[float, tuple[int, float]] = {}
    for count in counts:
        with staged_pairs(count, more_config=_WAYS["merged"]) as environment:
            environment.start(_WITHIN_S)
            for after_s in _moments(settles_s):
                processes = environment.service.processes()
                pss, before = pss_mib(processes), last.get(after_s)
                more = None if before is None else (pss - before[1]) / (count - before[0])
                of_each = (_pss_of(processes, name) / count for name in ("PairKeeper", "PairSupervisor"))
                table.rows.append((count, int(after_s), pss, *of_each, more, 100 * _kernel_share()))
                last[after_s] = count, pss
    return table


def _moments(settles_s: float) -> Iterator[float]:
    began = time.monotonic()
    for number in range(int(settles_s / _LOOK_EVERY_S) + 1):
        time.sleep(max(0.0, began + number * _LOOK_EVERY_S - time.monotonic()))
        yield number * _LOOK_EVERY_S


def _pss_of(processes: list[StagedProcess], name: str) -> float:
    return pss_mib(each for each in processes if each.title.startswith(name))


def _kernel_share() -> float:
    """What the kernel's search takes of a core, over half a minute."""
    before_s = _kernel_cpu_s()
    time.sleep(_IDLE_S)
    return (_kernel_cpu_s() - before_s) / _IDLE_S


def _kernel_cpu_s() -> float:
    return cpu_s(StagedProcess(pid, "ksmd") for pid in _processes_named("ksmd"))


def _processes_named(name: str) -> Iterator[int]:
    for path in Path("/proc").glob("[0-9]*/comm"):
        if path.read_text().strip() == name:
            yield int(path.parent.name)


def _measure_rested_fills(settles_s: float) -> ResultTable:
    """Of each pair the first fill after a long rest: then its pages have to be copied."""
    table = ResultTable(
        "The first fill of a pair to its SELL after a rest, ms", ("pages", "p50", "p95", "most", "fills")
    )
    for way, config in _WAYS.items():
        with staged_pairs(_RESTED_PAIRS, more_config=config) as environment:
            environment.start(_WITHIN_S)
            time.sleep(settles_s)
            _buy_once_on_each(environment)
            times = [each.waited_ms for each in read_fill_times(environment.journal) if each.asked_ns]
        table.rows.append((way, quantile(times, 0.5), quantile(times, 0.95), max(times), len(times)))
    return table


def _buy_once_on_each(environment: DrillEnvironment) -> None:
    dice = random.Random(1)
    for symbol in symbols_of(_RESTED_PAIRS):
        environment.controls.buy(symbol, _QUOTE)
        time.sleep(dice.uniform(0.3, 0.6))

    def are_sold() -> bool:
        return sum(1 for each in read_fill_times(environment.journal) if each.asked_ns) >= _RESTED_PAIRS

    environment.wait(are_sold, _SELLS_WITHIN_S, every_s=1.0)


if __name__ == "__main__":
    main()
