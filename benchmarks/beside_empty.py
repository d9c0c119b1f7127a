"""A start, and a fill to its SELL, with many lots in the database, beside a service whose database has none.

Each has an exchange of its own with the same pairs. On the one 2,000 lots are bought first, which stay open, and 20,000
closed ones are put into its database. Then both are started and stopped in turn. Before each start a BUY is filled, so
that it shows how long a lot waits for a service that begins; once all pairs are proven, more BUYs are filled.
Run: python -m benchmarks.beside_empty [--open-lots N] [--closed-lots N] [--pairs N] [--rounds N] [--engine NAME]
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.fill_times import FillTime, read_fill_times
from benchmarks.history.databases import ENGINES, fill, new_database
from benchmarks.history.filling import Size
from benchmarks.priority import prioritised
from benchmarks.process_costs import cpu_s
from benchmarks.results import ResultTable, quantile, show_results
from lotkeeper.verification.staging.system import StagedSystem
from lotkeeper.verification.staging.waiting import wait_for

_QUOTE = "20"
_PROFIT_PCT = "50"  # so high that no SELL is filled
_WITHIN_S = 300.0
_AT_ONCE = 20  # BUYs whose SELLs are waited for
_GAP_S = 0.2
_MINUTE_S = 60
_EXCHANGE = ("--order-limit", "1000000", "--weight-limit", "0", "--balance", "USDT=10000000", "--depth", "100000")


@dataclass
class Contender:
    """One service, and what was measured of it; times in seconds, of fills in milliseconds."""

    name: str
    system: StagedSystem
    database: str
    journal: Path
    first_sells: list[float] = field(default_factory=list)
    proven: list[float] = field(default_factory=list)
    used: list[float] = field(default_factory=list)  # processor time until then
    fills: list[float] = field(default_factory=list)

    def is_well(self) -> bool:
        return (self.system.client.status() or {}).get("health") == "ok"

    def read(self) -> list[FillTime]:
        self.system.controls.summary()  # makes the exchange write its whole journal
        return read_fill_times(self.journal)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open-lots", type=int, default=2_000)
    parser.add_argument("--closed-lots", type=int, default=20_000)
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--fills", type=int, default=40, help="after each start")
    parser.add_argument("--engine", choices=ENGINES, default="sqlite")
    parser.add_argument("--priority", action="store_true", help="before all other work of the machine, as root")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    size = Size(options.closed_lots, options.pairs, 0)
    with (
        prioritised(options.priority),
        _contender("empty", options.engine, size) as empty,
        _contender("full", options.engine, size) as full,
    ):
        _start(empty)
        _stop(empty)
        _prepare(full, size, options.open_lots)
        for number in range(options.rounds):
            for each in (empty, full):
                _measure(each, size, options.fills, random.Random(number))
                print(f"{each.name}: {each.proven[-1]:.2f} s, {quantile(each.fills, 0.5):.2f} ms", file=sys.stderr)
        show_results([_table(empty, full)], as_json=options.json)


@contextmanager
def _contender(name: str, engine: str, size: Size) -> Iterator[Contender]:
    with (
        tempfile.TemporaryDirectory(prefix="lk-", dir="/tmp") as folder,
        new_database(engine, Path(folder)) as database,
    ):
        journal = Path(folder) / "journal.jsonl"
        symbols = [part for symbol in size.symbols for part in ("--symbol", symbol)]
        arguments = [*symbols, *_EXCHANGE, "--journal", str(journal)]
        with StagedSystem(Path(folder), arguments, profit_pct=_PROFIT_PCT, database_url=database.url) as system:
            yield Contender(name, system, database.url, journal)


def _start(contender: Contender) -> None:
    contender.system.service.start()
    wait_for("all pairs proven", contender.is_well, _WITHIN_S)


def _stop(contender: Contender) -> None:
    contender.system.client.close()
    contender.system.service.stop()


def _prepare(full: Contender, size: Size, open_lots: int) -> None:
    """What a person would have after some months: lots that wait for their price, and many that are sold."""
    fill(full.database, size)
    _start(full)
    for number in range(open_lots):
        full.system.controls.buy(size.symbol(number), _QUOTE)
        if number % _AT_ONCE == _AT_ONCE - 1:
            _wait_for_sells(full, number + 1)
    _wait_for_sells(full, open_lots)
    wait_for("all pairs proven", full.is_well, _WITHIN_S)
    _stop(full)
    time.sleep(_MINUTE_S - time.time() % _MINUTE_S)  # the weight used so far no longer counts


def _wait_for_sells(contender: Contender, count: int) -> None:
    def have() -> int:
        return sum(len(each["sells"]) for each in contender.system.controls.summary()["symbols"].values())

    wait_for(f"{count} SELLs", lambda: have() >= count, _WITHIN_S)


def _measure(contender: Contender, size: Size, fills: int, dice: random.Random) -> None:
    controls, before = contender.system.controls, len(contender.read())
    controls.buy(size.symbol(dice.randrange(size.pairs)), _QUOTE)
    began_ns = time.monotonic_ns()
    _start(contender)
    contender.proven.append((time.monotonic_ns() - began_ns) / 1e9)
    contender.used.append(cpu_s(contender.system.service.processes()))
    for number in range(fills):
        controls.buy(size.symbol(number), _QUOTE)
        time.sleep(_GAP_S * dice.uniform(0.5, 1.5))
    wait_for("all SELLs", lambda: all(each.asked_ns for each in contender.read()[before:]), _WITHIN_S)
    waiting, *found = contender.read()[before:]
    contender.first_sells.append((waiting.asked_ns - began_ns) / 1e9)
    contender.fills += [each.waited_ms for each in found]
    _stop(contender)


def _table(empty: Contender, full: Contender) -> ResultTable:
    table = ResultTable("Median of the turns", ("", "empty", "full", "full / empty", "least", "most"))
    for name, of in (
        ("start to the SELL of a BUY of before, s", "first_sells"),
        ("start until all pairs are proven, s", "proven"),
        ("processor time until then, s", "used"),
        ("fill to SELL, ms: p50", "fills"),
    ):
        one, other = getattr(empty, of), getattr(full, of)
        ratios = [b / a for a, b in zip(one, other, strict=True)] if of != "fills" else []
        a, b = quantile(one, 0.5), quantile(other, 0.5)
        table.rows.append((name, a, b, b / a, min(ratios, default=None), max(ratios, default=None)))
    a, b = quantile(empty.fills, 0.95), quantile(full.fills, 0.95)
    table.rows.append(("fill to SELL, ms: p95", a, b, b / a, None, None))
    return table


if __name__ == "__main__":
    main()
