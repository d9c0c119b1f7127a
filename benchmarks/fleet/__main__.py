"""Ten services on one host and one address: busy trade and cuts of all connections, with the broker and without.

The exchange allows less weight than Binance does, so that its limit is reached with few pairs.
Run: python -m benchmarks.fleet [--services N] [--seconds S] [--weight-limit W]
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.fleet.busy_trade import settle, start_all, trade
from benchmarks.fleet.figures import FleetFigures, read_figures
from benchmarks.process_costs import cpu_s
from benchmarks.results import Cell, ResultTable, quantile, show_results
from lotkeeper.verification.staging.fleet import StagedFleet
from lotkeeper.verification.staging.processes import StagedProcess

_COLUMNS = (
    "broker",
    "429",
    "418",
    "BUYs",
    "without a SELL",
    "violations",
    "most weight in a minute",
    "fill to SELL p50, ms",
    "p99",
    "most",
    "late at the start",
    "all well again",
    "CPU of the broker, s",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--services", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--weight-limit", type=int, default=1200)
    parser.add_argument("--pairs", type=int, default=2)
    parser.add_argument("--only", choices=("with", "without"))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    title = f"{options.services} services, {options.pairs} pairs each, {options.seconds:.0f} s of trade"
    table = ResultTable(f"{title}, {options.weight_limit} of weight a minute", _COLUMNS)
    for name in ("with", "without"):
        if options.only in (None, name):
            print(f"{name} the broker, load {os.getloadavg()[0]:.1f} ...", file=sys.stderr)
            table.rows.append(_measure(options, has_broker=name == "with"))
    show_results([table], as_json=options.json)


def _measure(options: argparse.Namespace, *, has_broker: bool) -> tuple[Cell, ...]:
    arguments = ["--weight-limit", str(options.weight_limit), "--step-ms", "500", "--depth", "100000"]
    for number in range(options.pairs):
        arguments += ["--symbol", f"C{number:03d}USDT"]
    with (
        tempfile.TemporaryDirectory(prefix="lk-", dir="/tmp") as folder,
        StagedFleet(Path(folder), options.services, arguments, profit_pct="0.1", has_broker=has_broker) as fleet,
    ):
        if has_broker:
            fleet.start_broker()
        late, began_ns = start_all(fleet), time.time_ns()
        trade(fleet, options.seconds)
        is_settled = settle(fleet)
        fleet.controls.summary()  # makes the exchange write its whole journal
        used_s = cpu_s([StagedProcess(fleet.broker_pid(), "")]) if has_broker else None
        figures = read_figures(fleet.journal, began_ns)
    for each in figures.violations[:10]:
        print(each, file=sys.stderr)
    return ("yes" if has_broker else "no", *_cells(figures), len(late), "yes" if is_settled else "no", used_s)


def _cells(figures: FleetFigures) -> tuple[Cell, ...]:
    waits_ms = [1000 * each for each in figures.waits_s]
    return (
        figures.refusals[429],
        figures.refusals[418],
        len(figures.buys),
        figures.unsold,
        len(figures.violations),
        figures.most_weight,
        quantile(waits_ms, 0.5),
        quantile(waits_ms, 0.99),
        max(waits_ms, default=0.0),
    )


if __name__ == "__main__":
    main()
