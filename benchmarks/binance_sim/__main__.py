"""What the simulator handles on one core, beside a bare aiohttp server in the same run.

The simulator has a core of its own, the client another. "A second" is by the clock; "a second of the core" is by the
CPU time of the process, which other work on the machine changes little. Run it with `make bench-paper`.
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks.binance_sim import amounts, frames, matching, orders, servers
from benchmarks.binance_sim.cpu import CpuTime

CONNECTIONS = 4
LISTENERS = (1, 5, 25)
HEAD = "| a second | a second of the core |\n|---|---|---|"
PAIRS = ("BTCUSDT", "ETHUSDT", "BNBUSDT", "SOLUSDT", "XRPUSDT", "ADAUSDT", "DOGEUSDT", "LTCUSDT", "ETHBTC", "BNBBTC")
WALK_S = 3.0
# What a run did and the time it took.
Turn = Callable[[], tuple[int, CpuTime]]
Row = tuple[str, Turn]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="turns of each row, of which the middle one counts")
    parser.add_argument("--orders", type=int, default=12_000, help="order requests in a turn, a multiple of 4")
    options = parser.parse_args()
    cores = os.sched_getaffinity(0)
    for title, rows in (("order requests", order_rows(options.orders)), ("market frames", frame_rows())):
        print(f"\n| {title} {HEAD}", flush=True)
        for name, turn in rows:
            print(f"| {name} | {middle(turn, options.rounds, cores)} |", flush=True)
    print(f"\n{amounts.table()}")
    print(f"\ncores {os.cpu_count()}, load {os.getloadavg()[0]:.1f}")


def middle(turn: Turn, rounds: int, cores: set[int]) -> str:
    """The rates of the run whose rate by CPU time is the median."""
    found = []
    for _ in range(rounds):
        os.sched_setaffinity(0, cores)
        found.append(turn())
    found.sort(key=lambda each: each[0] / each[1].cpu_s)
    count, spent = found[len(found) // 2]
    return spent.rates(count)


def order_rows(count: int) -> Iterator[Row]:
    yield "matching alone", partial(matched, count)
    for way in (orders.REST, orders.WS_API):
        yield f"{way.name}: bare aiohttp", partial(bare_orders, way, count)
        yield f"{way.name}: exchange", partial(simulator_orders, way, count)
    yield "REST: exchange, user stream and journal", partial(watched_orders, count)


def matched(count: int) -> tuple[int, CpuTime]:
    return count, matching.measure(count)


def bare_orders(way: orders.Transport, count: int) -> tuple[int, CpuTime]:
    with servers.bare() as server:
        return count, orders.measure(way, server, count, CONNECTIONS)


def simulator_orders(way: orders.Transport, count: int) -> tuple[int, CpuTime]:
    with servers.exchange("--symbol", "BTCUSDT", "--paused") as server:
        return count, orders.measure(way, server, count, CONNECTIONS)


def watched_orders(count: int) -> tuple[int, CpuTime]:
    """Orders as in a test of the service: with its events and a journal."""
    with tempfile.TemporaryDirectory(prefix="lk-") as folder:
        journal = str(Path(folder) / "journal.jsonl")
        with servers.exchange("--symbol", "BTCUSDT", "--paused", "--journal", journal) as server, orders.user(server):
            return count, orders.measure(orders.REST, server, count, CONNECTIONS)


def frame_rows() -> Iterator[Row]:
    yield f"1 socket: {len(PAIRS)} walks", walked_frames
    if not frames.CAPTURE.exists():
        print(f"recorded data is not here: {frames.CAPTURE}")
        return
    wanted = frames.sizes()
    for listeners in LISTENERS:
        sockets = f"{listeners} socket{'s' * (listeners > 1)}"
        yield f"{sockets}: bare aiohttp", partial(bare_frames, listeners, wanted)
        yield f"{sockets}: a capture replayed", partial(simulator_frames, listeners, wanted)


def walked_frames() -> tuple[int, CpuTime]:
    symbols = [part for pair in PAIRS for part in ("--symbol", pair)]
    with servers.exchange(*symbols, "--step-ms", "1", "--paused") as server:
        return frames.walked(server, PAIRS, WALK_S)


def bare_frames(listeners: int, wanted: list[int]) -> tuple[int, CpuTime]:
    with servers.bare() as server:
        return len(wanted) * listeners, frames.bare(server, listeners, wanted)


def simulator_frames(listeners: int, wanted: list[int]) -> tuple[int, CpuTime]:
    with servers.exchange("--replay", str(frames.CAPTURE), "--speed", "max", "--paused") as server:
        return len(wanted) * listeners, frames.replayed(server, listeners, wanted)


if __name__ == "__main__":
    main()
