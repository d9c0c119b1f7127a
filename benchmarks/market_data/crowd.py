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

MONITOR_EVERY_S = 0.25  # the only subscriber of the service
_WARM_UP_S = 3.0
_ROLES = ("MeasuredStream", "PriceBroadcaster", "Listener")


def compare(sizes: list[int], rate: float, seconds: float) -> None:
    """Prints a table for a listener to each change, and one for a listener that is as slow as the Monitor."""
    for every_s in (0.0, MONITOR_EVERY_S):
        _compare(sizes, rate, seconds, every_s)


def _compare(sizes: list[int], rate: float, seconds: float, every_s: float) -> None:
    rows = []
    for size in sizes:
        found = measure(size, rate, seconds, every_s)
        rows.append([size, *found, found[-3] + found[-2]])
    columns = ["age ms: p50", "p99", "messages/s", "prices/s", *(f"{role}, % of a core" for role in _ROLES)]
    wanted = f"wanted each {every_s:g} s" if every_s else "each change wanted"
    print(f"{rate:g} frames a second for each pair, {seconds:g} s, {wanted}")
    print(table("pairs", [*columns, "streams + broadcaster"], rows), flush=True)


def measure(size: int, rate: float, seconds: float, every_s: float) -> list[float]:
    """The age of prices (p50, p99, ms), messages and prices a second, and percents of a core of each role."""
    symbols = tuple(f"PAIR{number}USDT" for number in range(size))
    with (
        running(ticks, size, rate, seconds + _WARM_UP_S + 10) as (url, go),
        tempfile.TemporaryDirectory(prefix="lk-") as folder,
        start(Path(folder) / "run", Hall, Open(symbols, url, every_s=every_s)) as system,
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
