"""What a service costs with which nothing happens: by actor the processor time, the wake-ups, and what woke it.

The counts of messages need DEBUG logs, which cost something themselves; without `--kinds` there are none.
Run: python -m benchmarks.idle_wakes [PAIRS]
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from benchmarks.many_pairs import symbols_of
from benchmarks.results import ResultTable, show_results
from lotkeeper.verification.staging.processes import StagedProcess
from lotkeeper.verification.staging.system import StagedSystem
from lotkeeper.verification.staging.waiting import wait_for

_UP_WITHIN_S = 300.0
_SETTLES_S = 190.0  # until each pair had its second look, and nobody has asked for the status for a minute
_MEASURED_S = 90.0
_MOST_KINDS = 40


@dataclass(frozen=True, slots=True)
class _Used:
    """By the title of an actor's process, of all such processes together."""

    cpu_ns: Counter[str]
    wakes: Counter[str]

    @classmethod
    def read(cls, processes: Sequence[StagedProcess]) -> "_Used":
        cpu_ns, wakes = Counter[str](), Counter[str]()
        for each in processes:
            title, folder = each.title.split()[0].rpartition("/")[2], Path(f"/proc/{each.pid}")
            try:
                cpu_ns[title] += int((folder / "schedstat").read_text().split()[0])
                lines = (folder / "status").read_text().splitlines()
            except OSError:
                continue  # it has just ended
            wakes[title] += sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt"))
        return cls(cpu_ns, wakes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="?", type=int, default=200)
    parser.add_argument("--kinds", action="store_true", help="count what wakes each actor, too")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    show_results(list(_measure(options.pairs, with_kinds=options.kinds)), as_json=options.json)


def _measure(pairs: int, *, with_kinds: bool) -> Iterator[ResultTable]:
    arguments = ["--step-ms", "1000", "--depth", "100000", *(f"--symbol={each}" for each in symbols_of(pairs))]
    with (
        TemporaryDirectory(prefix="lk-", dir="/tmp") as folder,
        StagedSystem(Path(folder), arguments, profit_pct="50") as system,
    ):
        if with_kinds:
            system.config.write_text(system.config.read_text().replace("logs:\n", "logs:\n  level: DEBUG\n"))
        system.service.start()
        wait_for("health ok", lambda: (system.client.status(1.0) or {}).get("health") == "ok", _UP_WITHIN_S)
        time.sleep(_SETTLES_S)
        before, began_s = _Used.read(system.service.processes()), time.time()
        time.sleep(_MEASURED_S)
        after, ended_s = _Used.read(system.service.processes()), time.time()
        yield _costs(pairs, before, after, ended_s - began_s)
        if with_kinds:
            yield _kinds(system.folder / "logs", began_s, ended_s)


def _costs(pairs: int, before: _Used, after: _Used, seconds: float) -> ResultTable:
    table = ResultTable(f"{pairs} pairs, nothing happens", ("processes", "% of a core", "wake-ups a second"))
    for title, cpu_ns in (after.cpu_ns - before.cpu_ns).most_common():
        table.rows.append((title, cpu_ns / 1e7 / seconds, (after.wakes[title] - before.wakes[title]) / seconds))
    total = (after.cpu_ns.total() - before.cpu_ns.total()) / 1e7 / seconds
    table.rows.append(("all", total, (after.wakes.total() - before.wakes.total()) / seconds))
    return table


def _kinds(logs: Path, began_s: float, ended_s: float) -> ResultTable:
    table = ResultTable("What was handled", ("actor", "message", "from", "a second"))
    counts: Counter[tuple[str, str, str]] = Counter()
    for path in logs.glob("lotkeeper.jsonl*"):
        for line in path.read_bytes().splitlines():
            entry = orjson.loads(line)
            if "message_type" in entry and began_s <= datetime.fromisoformat(entry["ts"]).timestamp() <= ended_s:
                counts[entry["process"], entry["message_type"], str(entry.get("sender")).split()[0]] += 1
    for kind, count in counts.most_common(_MOST_KINDS):
        table.rows.append((*kind, count / (ended_s - began_s)))
    return table


if __name__ == "__main__":
    main()
