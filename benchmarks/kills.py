"""Random actors are killed (SIGKILL) every few seconds while BUYs are being filled at a distance: when all have SELLs.

Each round is a fresh exchange and a fresh service. Run: python -m benchmarks.kills [--rounds N]
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from benchmarks.results import ResultTable, quantile, show_results
from lotkeeper.verification.drill.deaths import ACTORS
from lotkeeper.verification.drill.environment import DrillEnvironment, drill_environment
from lotkeeper.verification.drill.figures import BuyRecord, read_buys
from lotkeeper.verification.judge.journal_reader import read_lines
from lotkeeper.verification.judge.judge import judge
from lotkeeper.verification.judge.verdict import Expectations
from lotkeeper.verification.staging.round_trip import RoundTrip

_PAIRS = ("BTCUSDT", "ETHUSDT", "BNBUSDT")
_PROFIT_PCT = 50  # nothing is sold meanwhile
_OLD_ENOUGH_S = 11.0  # an actor that dies younger than ten seconds is started again only after a back-off
_PLAY_S, _WITHIN_S = 20.0, 200.0
_COLUMNS = ("seed", "BUYs", "kills", "p50", "p90", "slowest", "last SELL after the last kill", "kept")


@dataclass(slots=True)
class Kills:
    """What was done in a round."""

    titles: list[str]
    last_ns: int = 0  # when the last was killed, since 1970


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--round-trip-ms", type=float, default=200.0, metavar="MS")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    table = ResultTable("Random kills amid BUYs: s from a fill to the request for its SELL", _COLUMNS)
    for seed in range(1, options.rounds + 1):
        table.rows.append(_play(seed, RoundTrip(options.round_trip_ms)))
        print(table.rows[-1], file=sys.stderr)
    show_results([table], as_json=options.json)


def _play(seed: int, round_trip: RoundTrip) -> list[str | int | float | None]:
    arguments = [part for symbol in _PAIRS for part in ("--symbol", symbol)]
    arguments += ["--seed", str(seed), "--depth", "100000", "--balance", "USDT=10000000", "--order-limit", "100000"]
    with (
        tempfile.TemporaryDirectory(prefix="lk-", dir="/tmp") as folder,
        drill_environment(Path(folder), arguments, profit_pct=str(_PROFIT_PCT), round_trip=round_trip) as environment,
    ):
        environment.start()
        time.sleep(_OLD_ENOUGH_S)
        kills = _buy_and_kill(environment, random.Random(seed))
        environment.wait(lambda: all(each.sells for each in _buys(environment)), _WITHIN_S, 0.5)
        buys = _buys(environment)
        verdict = judge(environment.journal, Expectations(profit=Fraction(_PROFIT_PCT, 100), strict=True))
    waits = [float("inf") if each.waited_s is None else each.waited_s for each in buys]
    last_s = (max(each.sell_requested_ns for each in buys) - kills.last_ns) / 1e9
    figures = quantile(waits, 0.5), quantile(waits, 0.9), max(waits), last_s
    return [seed, len(buys), len(kills.titles), *figures, "yes" if verdict.is_kept else "no"]


def _buy_and_kill(environment: DrillEnvironment, dice: random.Random) -> Kills:
    began, kills, kill_at_s = time.monotonic(), Kills([]), 1.0
    while (at_s := time.monotonic() - began) < _PLAY_S:
        environment.controls.buy(dice.choice(environment.exchange.symbols), "100")
        if at_s > kill_at_s:
            _kill(environment, kills, dice)
            kill_at_s += dice.uniform(1.5, 4)
        time.sleep(dice.uniform(0.08, 0.24))
    return kills


def _kill(environment: DrillEnvironment, kills: Kills, dice: random.Random) -> None:
    title = dice.choice(ACTORS)
    found = environment.service.processes(title)
    if found:  # it may just be dead
        os.kill(dice.choice(found).pid, signal.SIGKILL)
        kills.titles.append(title)
        kills.last_ns = time.time_ns()


def _buys(environment: DrillEnvironment) -> list[BuyRecord]:
    environment.controls.summary()  # makes the exchange write its whole journal
    return read_buys(read_lines(environment.journal))


if __name__ == "__main__":
    main()
