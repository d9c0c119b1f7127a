"""The service with many pairs: a burst of BUYs, a restart, its cost while nothing is bought, a market that ticks.

Each part starts the service as a process against a fresh exchange, and reads the exchange's journal and /proc.
Run: python -m benchmarks.many_pairs [PART ...]
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.burst import buy_at_once
from benchmarks.fill_times import read_fill_times
from benchmarks.process_costs import cpu_s, pss_mib
from benchmarks.results import Cell, ResultTable, quantile, show_results
from lotkeeper.verification.drill.environment import DrillEnvironment, drill_environment
from lotkeeper.verification.drill.figures import BuyRecord, read_buys
from lotkeeper.verification.judge.journal_reader import read_lines
from lotkeeper.verification.staging.round_trip import NO_DISTANCE, RoundTrip

_WITHIN_S = 240.0
_MINUTE_S = 60
_PROFIT_PCT = "50"  # so high that no SELL is filled
_QUOTE = "50"
_QUIET_STEP_MS, _TICKING_STEP_MS = 1000, 50
_BURST_PAIRS = 40
_RESTART_PAIRS, _RESTART_BUYS = 50, 10
_SETTLES_S = 180.0  # until each pair has had its second look, and nobody has asked for the status for a minute
_IDLE_S = 30.0
_TICKING_FILLS, _TICKING_WARM_UP, _TICKING_PAIRS = 110, 10, 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all of them by default")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}; there are: {', '.join(PARTS)}")
    tables = []
    for name in options.parts or PARTS:
        print(f"{name} ...", file=sys.stderr)
        tables.append(PARTS[name]())
    show_results(tables, as_json=options.json)


# One BUY after the other soon uses up the orders of ten seconds; then a SELL waits for the exchange's window.
_NO_ORDER_LIMIT = ("--order-limit", "100000")


@contextmanager
def staged_pairs(
    count: int,
    round_trip: RoundTrip = NO_DISTANCE,
    step_ms: int = _QUIET_STEP_MS,
    more: Sequence[str] = (),
    more_config: str = "",
) -> Iterator[DrillEnvironment]:
    """An exchange with so many pairs, whose prices move each `step_ms`; the service is not started.

    `more` are further arguments of the exchange, `more_config` further lines of the service's configuration.
    """
    arguments = ["--step-ms", str(step_ms), "--depth", "100000", "--balance", "USDT=10000000", *more]
    for symbol in symbols_of(count):
        arguments += ["--symbol", symbol]
    with (
        tempfile.TemporaryDirectory(prefix="lk-", dir="/tmp") as folder,
        drill_environment(
            Path(folder), arguments, profit_pct=_PROFIT_PCT, more_config=more_config, round_trip=round_trip
        ) as environment,
    ):
        yield environment


def symbols_of(count: int) -> list[str]:
    return [f"C{number:03d}USDT" for number in range(count)]


def _wait_for_sells(environment: DrillEnvironment, count: int) -> list[BuyRecord]:
    """All BUYs, as soon as `count` of them have their SELLs; else what there is in time."""

    def are_sold() -> bool:
        return sum(each.sell_requested_ns > 0 for each in _read_buys(environment)) >= count

    environment.wait(are_sold, _WITHIN_S, every_s=0.5)
    return _read_buys(environment)


def _read_buys(environment: DrillEnvironment) -> list[BuyRecord]:
    environment.controls.summary()  # makes the exchange write its whole journal
    return read_buys(read_lines(environment.journal))


# Parts


def measure_burst() -> ResultTable:
    """BUYs on 40 pairs at once."""
    columns = ("round trip, ms", "pairs", "first SELL", "half of them", "last SELL", "without", "last fill")
    table = ResultTable("BUYs filled at once: when the SELLs arrived, s after the first fill", columns)
    for ms in (0, 100):
        with staged_pairs(_BURST_PAIRS, RoundTrip(ms)) as environment:
            environment.start(_WITHIN_S)
            buy_at_once(environment.exchange, symbols_of(_BURST_PAIRS), _QUOTE)
            buys = _wait_for_sells(environment, _BURST_PAIRS)
        began_ns = min(each.filled_ns for each in buys)
        last_fill_s = (max(each.filled_ns for each in buys) - began_ns) / 1e9
        table.rows.append((ms, _BURST_PAIRS, *_moments(buys, began_ns), last_fill_s))
    return table


def _moments(buys: Sequence[BuyRecord], began_ns: int) -> tuple[Cell, Cell, Cell, int]:
    """The first, the middle and the last SELL, in seconds after the beginning, and how many never came."""
    times = sorted((each.sell_requested_ns - began_ns) / 1e9 for each in buys if each.sell_requested_ns)
    if not times:
        return None, None, None, len(buys)
    return times[0], times[len(times) // 2], times[-1], len(buys) - len(times)


def measure_restart() -> ResultTable:
    """BUYs on 10 of 50 pairs while the service is down."""
    columns = ("round trip, ms", "pairs", "first SELL", "half of them", "last SELL", "without", "CPU until then")
    table = ResultTable(
        "BUYs on 10 pairs while the service was down: when the SELLs arrived, s after the start", columns
    )
    bought = symbols_of(_RESTART_PAIRS)[:: _RESTART_PAIRS // _RESTART_BUYS]
    for ms in (0, 100):
        with staged_pairs(_RESTART_PAIRS, RoundTrip(ms)) as environment:
            environment.start(_WITHIN_S)
            environment.service.stop()
            buy_at_once(environment.exchange, bought, _QUOTE)
            time.sleep(_MINUTE_S - time.time() % _MINUTE_S)  # the weight used so far no longer counts
            began_ns = time.time_ns()
            environment.service.start()
            buys = _wait_for_sells(environment, _RESTART_BUYS)
            used_s = cpu_s(environment.service.processes())
        table.rows.append((ms, _RESTART_PAIRS, *_moments(buys, began_ns), used_s))
    return table


def measure_idle() -> ResultTable:
    """Start, memory and idle cost with 100 and 200 pairs."""
    columns = ("pairs", "start, s", "CPU of the start, s", "idle, % of a core", "PSS, MiB", "PSS of one more pair, MiB")
    table = ResultTable(f"Nothing is bought; each price moves once in {_QUIET_STEP_MS / 1000:g} s", columns)
    last: tuple[int, float] | None = None
    for count in (100, 200):
        with staged_pairs(count) as environment:
            began = time.monotonic()
            environment.service.start()
            if not environment.wait(environment.is_well, _WITHIN_S, every_s=0.2):
                table.rows.append((count, None, None, None, None, None))
                continue
            start_s = time.monotonic() - began
            start_cpu_s = cpu_s(environment.service.processes())
            time.sleep(_SETTLES_S)
            idle = _idle_share(environment)
            pss = pss_mib(environment.service.processes())
        more = None if last is None else (pss - last[1]) / (count - last[0])
        table.rows.append((count, start_s, start_cpu_s, 100 * idle, pss, more))
        last = count, pss
    return table


def _idle_share(environment: DrillEnvironment) -> float:
    """Of a core, over half a minute."""
    processes = environment.service.processes()
    before = cpu_s(processes)
    time.sleep(_IDLE_S)
    return (cpu_s(processes) - before) / _IDLE_S


def measure_ticking() -> ResultTable:
    """Fill to SELL with 100 pairs, in a quiet and in a busy market."""
    columns = (
        "prices of each pair a second",
        "p50",
        "p95",
        "p99",
        "most",
        "fills",
        "p50 / quiet",
        "service, % of a core",
    )
    table = ResultTable("Fill to SELL with 100 pairs, ms", columns)
    quiet_p50 = None
    for step_ms in (_QUIET_STEP_MS, _TICKING_STEP_MS):
        with staged_pairs(100, step_ms=step_ms, more=_NO_ORDER_LIMIT) as environment:
            environment.start(_WITHIN_S)
            used_s, began = cpu_s(environment.service.processes()), time.monotonic()
            _buy_one_by_one(environment)
            _wait_for_sells(environment, _TICKING_FILLS)
            fills = read_fill_times(environment.journal)[_TICKING_WARM_UP:]
            share = (cpu_s(environment.service.processes()) - used_s) / (time.monotonic() - began)
        times = [each.waited_ms for each in fills if each.asked_ns]
        p50, p95, p99 = (quantile(times, part) for part in (0.5, 0.95, 0.99))
        quiet_p50 = quiet_p50 or p50
        table.rows.append((1000 // step_ms, p50, p95, p99, max(times), len(times), p50 / quiet_p50, 100 * share))
    return table


def _buy_one_by_one(environment: DrillEnvironment) -> None:
    dice = random.Random(1)
    for number in range(_TICKING_FILLS):
        environment.controls.buy(symbols_of(_TICKING_PAIRS)[number % _TICKING_PAIRS], _QUOTE)
        time.sleep(dice.uniform(0.03, 0.09))


PARTS: dict[str, Callable[[], ResultTable]] = {
    "burst": measure_burst,
    "restart": measure_restart,
    "idle": measure_idle,
    "ticking": measure_ticking,
}


if __name__ == "__main__":
    main()
