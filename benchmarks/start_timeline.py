"""Where the time of a start goes, and what the service costs at rest: its processes and its requests, in order.

Run: python -m benchmarks.start_timeline [PAIRS] [BUYS] [SECONDS OF REST]
"""

import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lotkeeper.verification.drill.environment import DrillEnvironment, drill_environment
from lotkeeper.verification.drill.figures import BuyRecord, read_buys
from lotkeeper.verification.judge.journal_reader import read_lines

_WITHIN_S = 240.0
_MINUTE_S = 60
_MEASURE_S = 20.0
_TICKS_S = os.sysconf("SC_CLK_TCK")
_REQUESTS = ("request", "ws_request", "connect")


@dataclass(frozen=True, slots=True)
class Sample:
    """One process at one moment."""

    kind: str  # the name of its actor
    started_s: float  # since the boot of the machine
    cpu_s: float
    switches: int  # how often it was woken or interrupted
    pss_kb: int  # its memory, with its share of what it has in common with others


def main(pairs: int = 50, buys: int = 10, rest_s: float = 0.0) -> None:
    symbols = [f"C{number:03d}USDT" for number in range(pairs)]
    arguments = [part for symbol in symbols for part in ("--symbol", symbol)]
    with (
        tempfile.TemporaryDirectory() as folder,
        drill_environment(Path(folder), arguments, profit_pct="50") as environment,
    ):
        environment.start(_WITHIN_S)
        environment.service.stop()
        step = max(1, pairs // buys)
        bought = {(each, environment.controls.buy(each, "50")["orderId"]) for each in symbols[step - 1 :: step]}
        time.sleep(_MINUTE_S - time.time() % _MINUTE_S)  # the weight used so far no longer counts
        _measure(environment, bought, rest_s)


def _measure(environment: DrillEnvironment, bought: set[tuple[str, int]], rest_s: float) -> None:
    booted_s, began_ns = time.clock_gettime(time.CLOCK_BOOTTIME), time.time_ns()
    environment.service.start()
    environment.wait(lambda: len(_sold(environment, bought)) == len(bought), _WITHIN_S, every_s=0.5)
    times = sorted((each.sells[0][0] - began_ns) / 1e9 for each in _sold(environment, bought))
    print(f"SELLs: {len(times)} of {len(bought)}, the first after {times[0]:.2f} s, the last after {times[-1]:.2f} s")
    _show_processes(_samples(environment), booted_s)
    environment.wait(environment.is_well, _WITHIN_S, every_s=0.2)
    print(f"\nhealth ok after {(time.time_ns() - began_ns) / 1e9:.2f} s")
    _show_requests(environment, began_ns)
    if rest_s:
        time.sleep(rest_s)
        _show_rest(environment)


def _show_processes(samples: dict[int, Sample], booted_s: float) -> None:
    print(
        "\n| processes | | first started, s | last started, s | processor time until then, s |\n|---|---|---|---|---|"
    )
    for kind, found in sorted(_by_kind(samples.values()).items(), key=lambda each: min(s.started_s for s in each[1])):
        starts = [each.started_s - booted_s for each in found]
        cpu_s = sum(each.cpu_s for each in found)
        print(f"| {kind} | {len(found)} | {min(starts):.2f} | {max(starts):.2f} | {cpu_s:.2f} |")


def _show_requests(environment: DrillEnvironment, began_ns: int) -> None:
    times: dict[str, list[float]] = defaultdict(list)
    for line in read_lines(environment.journal):
        if line.wall_ns >= began_ns and line.kind in _REQUESTS:
            times[line.fields.get("name", line.kind)].append((line.wall_ns - began_ns) / 1e9)
    print("\n| requests | | first, s | last, s |\n|---|---|---|---|")
    for name, found in sorted(times.items(), key=lambda each: each[1][0]):
        print(f"| {name} | {len(found)} | {found[0]:.2f} | {found[-1]:.2f} |")


def _show_rest(environment: DrillEnvironment) -> None:
    before, began_s = _samples(environment), time.monotonic()
    time.sleep(_MEASURE_S)
    after, seconds = _samples(environment), time.monotonic() - began_s
    print("\n| at rest | | wake-ups a second | % of a core | MiB each (PSS) |\n|---|---|---|---|---|")
    for kind, found in _by_kind(after.values()).items():
        earlier = [each for pid, each in before.items() if pid in after and each.kind == kind]
        switches = sum(each.switches for each in found) - sum(each.switches for each in earlier)
        cpu_s = sum(each.cpu_s for each in found) - sum(each.cpu_s for each in earlier)
        mib = sum(each.pss_kb for each in found) / len(found) / 1024
        print(f"| {kind} | {len(found)} | {switches / seconds:.1f} | {100 * cpu_s / seconds:.2f} | {mib:.2f} |")


def _by_kind(samples: Iterable[Sample]) -> dict[str, list[Sample]]:
    found: dict[str, list[Sample]] = defaultdict(list)
    for each in samples:
        found[each.kind].append(each)
    return found


def _samples(environment: DrillEnvironment) -> dict[int, Sample]:
    """All processes of the service, by their ids."""
    return {each.pid: _sample(each.pid, each.title) for each in environment.service.processes()}


def _sample(pid: int, title: str) -> Sample:
    folder = Path(f"/proc/{pid}")
    words = (folder / "stat").read_text().rpartition(")")[2].split()
    status = (folder / "status").read_text().splitlines()
    switches = sum(int(line.split()[1]) for line in status if "ctxt_switches" in line)
    memory = (folder / "smaps_rollup").read_text().splitlines()
    pss_kb = next(int(line.split()[1]) for line in memory if line.startswith("Pss:"))
    cpu_s = int((folder / "schedstat").read_text().split()[0]) / 1e9
    kind = "launcher" if "cli.main" in title else title.split(maxsplit=1)[0]
    return Sample(kind, int(words[19]) / _TICKS_S, cpu_s, switches, pss_kb)


def _sold(environment: DrillEnvironment, bought: set[tuple[str, int]]) -> list[BuyRecord]:
    environment.controls.summary()  # makes the exchange write its whole journal
    found = read_buys(read_lines(environment.journal))
    return [each for each in found if each.sells and (each.symbol, each.order_id) in bought]


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:]))
