"""Each actor is killed (SIGKILL) in turn while BUYs are being filled: how long they wait for their SELLs.

All deaths of a distance happen to one service. The aim is a second and three round trips. With `--kills 20` each is
killed twenty times, seldom enough that the launcher does not give up and the request weight lasts.
Run: python -m benchmarks.deaths [ACTOR ...]
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.results import ResultTable, quantile, show_results
from lotkeeper.verification.drill.deaths import ACTORS, ActorDeath, kill_amid_buys
from lotkeeper.verification.drill.environment import DrillEnvironment, drill_environment
from lotkeeper.verification.staging.round_trip import RoundTrip

_PAIRS = ("BTCUSDT", "ETHUSDT", "BNBUSDT")
_WITHIN_S = 60.0
_AIM_S, _AIM_ROUND_TRIPS = 1.0, 3
_REST_S = 11.0  # between two kills of the same actor, whose next process has to be ten seconds old besides


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("actors", nargs="*", metavar="ACTOR", help=f"of {', '.join(ACTORS)}; all of them by default")
    parser.add_argument("--round-trip-ms", type=float, nargs="+", default=[0, 100], metavar="MS")
    parser.add_argument("--kills", type=int, default=1, metavar="N", help="of each actor (default: 1)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if unknown := set(options.actors) - set(ACTORS):
        parser.error(f"no actor {', '.join(sorted(unknown))}; there are: {', '.join(ACTORS)}")
    columns = (
        "killed",
        "round trip, ms",
        "kills",
        "BUYs",
        "median",
        "slowest SELL of half the kills",
        "slowest SELL",
        "aim",
        "without a SELL",
    )
    table = ResultTable("SIGKILL of an actor amid BUYs: s from a fill to the request for its SELL", columns)
    for ms in options.round_trip_ms:
        _add_rows(table, options.actors or ACTORS, RoundTrip(ms), options.kills)
    show_results([table], as_json=options.json)


def _add_rows(table: ResultTable, actors: Sequence[str], round_trip: RoundTrip, kills: int) -> None:
    arguments = [part for symbol in _PAIRS for part in ("--symbol", symbol)]
    # Nine deaths soon use up the orders of ten seconds; a SELL that waits for the exchange's window tells nothing.
    arguments += ["--depth", "100000", "--balance", "USDT=10000000", "--order-limit", "100000"]
    with (
        tempfile.TemporaryDirectory(prefix="lk-", dir="/tmp") as folder,
        drill_environment(Path(folder), arguments, profit_pct="50", round_trip=round_trip) as environment,
    ):
        environment.start()
        for title in actors:
            deaths = [_kill(environment, title, round_trip, _REST_S if number else 0.0) for number in range(kills)]
            table.rows.append(_row(deaths, round_trip))


def _kill(environment: DrillEnvironment, title: str, round_trip: RoundTrip, rest_s: float) -> ActorDeath:
    time.sleep(rest_s)
    death = kill_amid_buys(environment, title, round_trip.longest_s, _WITHIN_S)
    environment.wait(environment.is_well, _WITHIN_S)
    print(f"{round_trip.ms:g} ms, {title}: {death.slowest_s:.2f} s", file=sys.stderr)
    return death


def _row(deaths: Sequence[ActorDeath], round_trip: RoundTrip) -> list[str | int | float | None]:
    buys = [each for death in deaths for each in death.buys]
    waits = [each.waited_s for each in buys if each.waited_s is not None]
    aim_s = _AIM_S + _AIM_ROUND_TRIPS * round_trip.longest_s
    return [
        deaths[0].title,
        f"{round_trip.ms:g}",
        len(deaths),
        len(buys),
        quantile(waits, 0.5),
        quantile([death.slowest_s for death in deaths], 0.5),
        max(waits, default=None),
        aim_s,
        len(buys) - len(waits),
    ]


if __name__ == "__main__":
    main()
