"""From the event of a fill to its SELL at the exchange: lotkeeper beside python-binance and bare scripts.

The contenders take turns in one run, each against a fresh exchange, at each distance. Run it with `make bench`, on a
machine that does nothing else.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

from benchmarks import contenders
from benchmarks.fill_times import read_fill_times
from benchmarks.results import ResultTable, quantile, show_results
from lotkeeper.verification.staging.round_trip import RoundTrip
from lotkeeper.verification.staging.system import StagedSystem
from lotkeeper.verification.staging.waiting import wait_for

WARM_UP = 10  # connections and code paths that are used for the first time
PAIR = "BTCUSDT"
LOTKEEPER = "lotkeeper"
REFERENCE = contenders.SCRIPTS["bare_requests"]
MOST_FILLS = 190  # the exchange allows 200 open orders on a pair

Contender = Callable[[StagedSystem], AbstractContextManager[None]]


def main() -> None:
    options = _parser().parse_args()
    table = ResultTable(
        "Fill to SELL, ms",
        ("round trip, ms", "contender", "p50", "p95", "p99", "most", "fills", f"p50 / {REFERENCE}", "p99 / p50"),
    )
    for ms in options.round_trip_ms:
        rounds, fills = (options.rounds, options.fills) if ms == 0 else (options.far_rounds, options.far_fills)
        times: dict[str, list[float]] = {name: [] for name in options.only or all_contenders()}
        for number in range(rounds):
            for name, every in times.items():
                every.extend(turn(all_contenders()[name], RoundTrip(ms), fills, options.gap_ms / 1000, number))
                print(f"{ms:g} ms, turn {number + 1} of {rounds}: {name}", file=sys.stderr)
        table.rows += [_row(ms, name, found, times.get(REFERENCE, [])) for name, found in times.items()]
    show_results([table], as_json=options.json)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--round-trip-ms", type=float, nargs="+", default=[0, 20, 100, 250], metavar="MS")
    parser.add_argument("--only", nargs="+", choices=list(all_contenders()), metavar="NAME")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each contender without a distance")
    parser.add_argument("--fills", type=int, default=150, help=f"BUYs in such a turn, at most {MOST_FILLS}")
    parser.add_argument("--far-rounds", type=int, default=1, help="turns of each contender at a distance")
    parser.add_argument("--far-fills", type=int, default=40, help=f"BUYs in such a turn, at most {MOST_FILLS}")
    parser.add_argument("--gap-ms", type=float, default=40, help="mean time between a SELL and the next BUY")
    parser.add_argument("--json", action="store_true")
    return parser


def all_contenders() -> dict[str, Contender]:
    """By the name in the table."""
    scripts: dict[str, Contender] = {name: partial(_script, module) for module, name in contenders.SCRIPTS.items()}
    return {LOTKEEPER: _lotkeeper, **scripts}


def turn(contender: Contender, round_trip: RoundTrip, fills: int, gap_s: float, seed: int) -> list[float]:
    """The times (ms) of one contender against a fresh exchange."""
    with tempfile.TemporaryDirectory(prefix="lk-", dir="/tmp") as folder:
        journal = Path(folder) / "journal.jsonl"
        # The book is so deep that one trade fills each BUY: one event, one SELL.
        arguments = ["--symbol", PAIR, "--journal", str(journal), "--seed", str(seed), "--depth", "100000"]
        arguments += ["--order-limit", "100000", "--weight-limit", "1000000", *round_trip.options()]
        with StagedSystem(Path(folder), arguments, profit_pct="50") as system:
            with contender(system):
                _buy_all(system, fills, gap_s, 1.2 * round_trip.longest_s, random.Random(seed))
            system.controls.summary()  # makes the exchange write its whole journal
            return [each.waited_ms for each in read_fill_times(journal)][WARM_UP:]


def _buy_all(system: StagedSystem, fills: int, gap_s: float, sell_takes_s: float, dice: random.Random) -> None:
    """The next BUY comes when the last SELL has been answered, so that a script that waits for answers is free."""
    for _ in range(fills):
        system.controls.buy(PAIR, "100")
        time.sleep(sell_takes_s + gap_s * dice.uniform(0.5, 1.5))
    wait_for("all SELLs", lambda: len(system.controls.summary()["symbols"][PAIR]["sells"]) >= fills)


@contextmanager
def _lotkeeper(system: StagedSystem) -> Iterator[None]:
    system.service.start()
    wait_for("health ok", lambda: (system.client.status() or {}).get("health") == "ok")
    try:
        yield
    finally:
        system.service.stop()


def _script(module: str, system: StagedSystem) -> AbstractContextManager[None]:
    return contenders.running(module, system.exchange)


def _row(ms: float, name: str, times: list[float], reference: list[float]) -> list[str | float]:
    p50, p95, p99 = (quantile(times, part) for part in (0.5, 0.95, 0.99))
    ratio = p50 / quantile(reference, 0.5)
    return [f"{ms:g}", name, p50, p95, p99, max(times), len(times), ratio, p99 / p50]


if __name__ == "__main__":
    main()
