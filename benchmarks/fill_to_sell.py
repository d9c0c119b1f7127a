"""From the event of a fill to its SELL at the exchange: lotkeeper beside a bare script, turn by turn in one run.

Both clocks are the embedded exchange's own journal: the moment the fill's event is written to the socket, and the
moment the SELL's request arrives. Run it with `make bench`, on a machine that does nothing else.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from lotkeeper.verification.staging.system import StagedSystem
from lotkeeper.verification.staging.waiting import wait_for

WARM_UP = 10  # connections and code paths that are used for the first time
PAIR = "BTCUSDT"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="turns of each contender")
    parser.add_argument("--fills", type=int, default=150, help="BUYs in a turn, at most 190")
    parser.add_argument("--gap-ms", type=float, default=40, help="mean time between two BUYs")
    options = parser.parse_args()
    times: dict[str, list[float]] = {"bare script": [], "lotkeeper": []}
    for number in range(options.rounds):
        for name, contender in (("bare script", bare), ("lotkeeper", ours)):
            found = turn(contender, options.fills, options.gap_ms / 1000, number)
            print(f"round {number + 1}, {name}: {format_times(found)}", flush=True)
            times[name] += found
    report(times)


def turn(contender: Any, fills: int, gap_s: float, seed: int) -> list[float]:
    """The times (ms) of one contender against a fresh exchange."""
    with tempfile.TemporaryDirectory(prefix="lk-", dir="/tmp") as folder:
        journal = Path(folder) / "journal.jsonl"
        # The book is so deep that one trade fills each BUY: one event, one SELL.
        arguments = ["--symbol", PAIR, "--journal", str(journal)]
        limits = ["--order-limit", "100000", "--weight-limit", "1000000", "--seed", str(seed), "--depth", "100000"]
        with StagedSystem(Path(folder), [*arguments, *limits], profit_pct="50") as system:
            with contender(system):
                buy_all(system, fills, gap_s, random.Random(seed))
            system.controls.summary()  # makes the exchange write its whole journal
            return read_times(journal)[WARM_UP:]


def buy_all(system: StagedSystem, fills: int, gap_s: float, dice: random.Random) -> None:
    for _ in range(fills):
        system.controls.buy(PAIR, "100")
        time.sleep(gap_s * dice.uniform(0.5, 1.5))
    wait_for("all SELLs", lambda: len(system.controls.summary()["symbols"][PAIR]["sells"]) >= fills)


@contextmanager
def ours(system: StagedSystem) -> Iterator[None]:
    system.service.start()
    wait_for("health ok", lambda: (system.client.status() or {}).get("health") == "ok")
    try:
        yield
    finally:
        system.service.stop()


@contextmanager
def bare(system: StagedSystem) -> Iterator[None]:
    environment = {**os.environ, "BARE_KEY": system.exchange.api_key, "BARE_SECRET": system.exchange.api_secret}
    command = [sys.executable, "-m", "benchmarks.bare_seller", system.exchange.rest_url, system.exchange.ws_api_url]
    script = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
    try:
        assert script.stdout is not None
        script.stdout.readline()
        yield
    finally:
        script.kill()
        script.wait()
        assert script.stdout is not None
        script.stdout.close()


def read_times(journal: Path) -> list[float]:
    """From each BUY's fill event to the next SELL request, in milliseconds; fills follow one another with gaps."""
    times: list[float] = []
    sent_ns = None
    for line in journal.read_bytes().splitlines():
        entry = orjson.loads(line)
        body = entry.get("body")
        if entry["kind"] == "event" and isinstance(body, dict) and (body.get("x"), body.get("S")) == ("TRADE", "BUY"):
            assert sent_ns is None, "a fill came before the SELL of the last one"
            sent_ns = entry["mono_ns"]
        elif entry["kind"] == "request" and entry["name"] == "POST /api/v3/order" and sent_ns is not None:
            times.append((entry["mono_ns"] - sent_ns) / 1e6)
            sent_ns = None
    return times


def quantile(times: list[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


def format_times(times: list[float]) -> str:
    parts = ", ".join(f"p{percent} {quantile(times, percent / 100):.2f}" for percent in (50, 95, 99))
    return f"{parts}, most {max(times):.2f} ms ({len(times)} fills)"


def report(times: dict[str, list[float]]) -> None:
    print("\n| fill to SELL, ms | p50 | p95 | p99 | most | fills |\n|---|---|---|---|---|---|")
    for name, each in times.items():
        row = " | ".join(f"{quantile(each, part):.2f}" for part in (0.5, 0.95, 0.99))
        print(f"| {name} | {row} | {max(each):.2f} | {len(each)} |")
    bare_p50, our_p50 = (statistics.median(times[name]) for name in ("bare script", "lotkeeper"))
    print(f"\nlotkeeper / bare script, p50: {our_p50 / bare_p50:.2f}")
    print(f"lotkeeper, p99 / p50: {quantile(times['lotkeeper'], 0.99) / our_p50:.2f}")
    print(f"cores {os.cpu_count()}, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
