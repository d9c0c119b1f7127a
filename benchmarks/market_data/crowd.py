"""Many pairs at once: how old a price is when its subscriber has it, and what that costs."""

import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.engine.figures import quantile, table
from benchmarks.market_data.hall import AskMeasured, AskProgress, Hall, Measured, Open
from benchmarks.market_data.source import running, ticks
from lotkeeper.engine.service import start
from lotkeeper.verification.staging.waiting import wait_for

_WARM_UP_S = 3.0
_ROLES = ("MeasuredStream", "PriceBroadcaster", "Listener")


def compare(sizes: list[int], rate: float, seconds: float) -> None:
    """Prints a table."""
    rows = [[size, *measure(size, rate, seconds)] for size in sizes]
    columns = ["age ms: p50", "p99", "messages/s", "prices/s"]
    print(f"{rate:g} frames a second for each pair, {seconds:g} s")
    print(table("pairs", [*columns, *(f"{role}, % of a core" for role in _ROLES)], rows), flush=True)


def measure(size: int, rate: float, seconds: float) -> list[float]:
    symbols = tuple(f"PAIR{number}USDT" for number in range(size))
    with (
        running(ticks, size, rate, seconds + _WARM_UP_S + 10) as (url, go),
        tempfile.TemporaryDirectory(prefix="lk-") as folder,
        start(Path(folder) / "run", Hall, Open(symbols, url)) as system,
    ):
        wait_for("all connected", lambda: system.ask(AskProgress(), 10).connected == size)
        go.set()
        time.sleep(_WARM_UP_S)
        system.ask(AskMeasured(), 10)
        before, begun = busy(), time.monotonic()
        time.sleep(seconds)
        found: Measured = system.ask(AskMeasured(), 10)
        after, lasted = busy(), time.monotonic() - begun
    ages = [quantile(found.ages, part) / 1e3 for part in (0.5, 0.99)]
    shares = [100 * (after[role] - before[role]) / lasted for role in _ROLES]
    return [*ages, found.messages / lasted, len(found.ages) / lasted, *shares]


def busy() -> dict[str, float]:
    """Seconds of a processor that the actors of each role have used."""
    used = dict.fromkeys(_ROLES, 0.0)
    for process in psutil.Process().children(recursive=True):
        for role in _ROLES:
            if process.name().startswith(role[:15]):
                times = process.cpu_times()
                used[role] += times.user + times.system
    return used
