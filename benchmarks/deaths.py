"""Each actor is killed (SIGKILL) in turn while BUYs are being filled: how long they wait for their SELLs.

All deaths of a distance happen to one service. The aim is a second and three round trips.
Run: python -m benchmarks.deaths [ACTOR ...]
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.results import ResultTable, quantile, show_results
from lotkeeper.verification.drill.deaths import ACTORS, ActorDeath, kill_amid_buys
from lotkeeper.verification.drill.environment import drill_environment
from lotkeeper.verification.staging.round_trip import RoundTrip

_PAIRS = ("BTCUSDT", "ETHUSDT", "BNBUSDT")
_WITHIN_S = 60.0
_AIM_S, _AIM_ROUND_TRIPS = 1.0, 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("actors", nargs="*", metavar="ACTOR", help=f"of {', '.join(ACTORS)}; all of them by default")
    parser.add_argument("--round-trip-ms", type=float, nargs="+", default=[0, 100], metavar="MS")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if unknown := set(options.actors) - set(ACTORS):
        parser.error(f"no actor {', '.join(sorted(unknown))}; there are: {', '.join(ACTORS)}")
    columns = ("killed", "round trip, ms", "BUYs", "median", "slowest SELL", "aim", "without a SELL")
    table = ResultTable("SIGKILL of an actor amid BUYs: s from a fill to the request for its SELL", columns)
    for ms in options.round_trip_ms:
        _add_rows(table, options.actors or ACTORS, RoundTrip(ms))
    show_results([table], as_json=options.json)


def _add_rows(table: ResultTable, actors: list[str], round_trip: RoundTrip) -> None:
    arguments = [part for symbol in _PAIRS for part in ("--symbol", symbol)]
    # Nine deaths soon use up the orders of ten seconds; a SELL that waits for the exchange's window tells nothing.
    arguments += ["--depth", "100000", "--balance", "USDT=10000000", "--order-limit", "100000"]
    with (
        tempfile.TemporaryDirectory(prefix="lk-", dir="/tmp") as folder,
        drill_environment(Path(folder), arguments, profit_pct="50", round_trip=round_trip) as environment,
    ):
        environment.start()
        for title in actors:
            death = kill_amid_buys(environment, title, round_trip.longest_s, _WITHIN_S)
            environment.wait(environment.is_well, _WITHIN_S)
            table.rows.append(_row(death, round_trip))
            print(f"{round_trip.ms:g} ms, {title}: {death.slowest_s:.2f} s", file=sys.stderr)


def _row(death: ActorDeath, round_trip: RoundTrip) -> list[str | int | float | None]:
    waits = [each.waited_s for each in death.buys if each.waited_s is not None]
    aim_s = _AIM_S + _AIM_ROUND_TRIPS * round_trip.longest_s
    slowest = max(waits, default=None)
    return [
        death.title,
        f"{round_trip.ms:g}",
        len(death.buys),
        quantile(waits, 0.5),
        slowest,
        aim_s,
        len(death.buys) - len(waits),
    ]


if __name__ == "__main__":
    main()
