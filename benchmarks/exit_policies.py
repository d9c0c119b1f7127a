"""From the event of a fill to the first request for its SELL, policy by policy: the default beside each other one.

All policies trade at the same time, in one service on one exchange, each on a pair of its own; BUYs come one after the
other, on all pairs in an order drawn by dice. In the next turn each policy has the next pair, so that in the end none
had a better one. The default has two pairs: how far these differ is what the machine does. After some BUYs the price
rises and falls until all lots are sold, so that no policy has more of them than another, and stops and SELLs that
follow the price have their few slots again.

Run it with `make bench-exits`, on a machine that does nothing else. The aim: no policy is slower by more than a tenth.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.fill_times import read_fill_times
from benchmarks.results import ResultTable, quantile, show_results
from lotkeeper.verification.staging.system import StagedSystem
from lotkeeper.verification.staging.waiting import wait_for

PAIRS = ("BTCUSDT", "ETHUSDT", "BNBUSDT", "SOLUSDT", "XRPUSDT", "ADAUSDT", "DOGEUSDT", "LTCUSDT")
PROFIT_PCT = "5"
DEFAULT, CONTROL = "target", "target, another pair"
_PARTS = ((50, 5), (30, 6), (20, 7))
WAYS: dict[str, dict[str, Any]] = {
    DEFAULT: {},
    CONTROL: {},
    "ladder": {"ladder": [{"share_pct": share, "net_profit_pct": profit} for share, profit in _PARTS]},
    "trailing": {"trailing": {"distance_pct": "2"}},
    "age": {"age": [{"after": "1d", "net_profit_pct": "2"}, {"after": "7d", "net_profit_pct": "0"}]},
    "stop_loss": {"stop_loss": {"below_cost_pct": "8", "limit_below_pct": "1"}},
    "keep_coins": {"keep_coins_pct": "50"},
    "break_even": {"break_even": {"after_gain_pct": "2", "limit_below_pct": "0.5"}},
}
AT_ONCE = 4  # BUYs on each pair before all is sold: the exchange takes five orders that wait for a price
WARM_UP = 5  # BUYs of each pair and turn: connections and code paths that are used for the first time
_SOLD_AT = (1.05, 1.12, 1.09, 1.06, 1.0)  # times the price: above all targets, and back through what follows it
_QUOTE = "100"
_WITHIN_S = 60.0


@dataclass
class Times:
    """Of one policy, in ms; a list for each turn."""

    turns: list[list[float]] = field(default_factory=list)

    @property
    def all(self) -> list[float]:
        return [each for turn in self.turns for each in turn]


def main() -> None:
    options = _parser().parse_args()
    chosen = {name: WAYS[name] for name in (DEFAULT, CONTROL, *(options.only or WAYS))}
    found = {name: Times() for name in chosen}
    for number in range(options.turns or len(chosen)):
        play_turn(chosen, found, number, options)
        print(f"turn {number + 1}: {_in_short(found)}", file=sys.stderr, flush=True)
    show_results([_table(found)], as_json=options.json)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=[name for name in WAYS if name not in (DEFAULT, CONTROL)])
    parser.add_argument(
        "--turns", type=int, default=0, help="each with a fresh exchange; as many as policies if not given"
    )
    parser.add_argument("--fills", type=int, default=60, help="BUYs of each policy in a turn")
    parser.add_argument("--gap-ms", type=float, default=40, help="mean time between two BUYs")
    parser.add_argument("--json", action="store_true")
    return parser


def play_turn(ways: Mapping[str, dict[str, Any]], found: dict[str, Times], number: int, options: Any) -> None:
    """One service; each policy has the pair that follows the one that it had in the turn before."""
    pairs = {name: PAIRS[(place + number) % len(ways)] for place, name in enumerate(ways)}
    exits = {pairs[name]: keys for name, keys in ways.items()}
    with tempfile.TemporaryDirectory(prefix="lk-", dir="/tmp") as folder:
        journal = Path(folder) / "journal.jsonl"
        arguments = [part for pair in pairs.values() for part in ("--symbol", pair)]
        # The book is so deep that one trade fills each BUY: one event.
        arguments += [
            "--journal",
            str(journal),
            "--seed",
            str(number),
            "--depth",
            "100000",
            "--balance",
            "USDT=10000000",
        ]
        arguments += ["--order-limit", "100000", "--weight-limit", "1000000"]
        with StagedSystem(Path(folder), arguments, profit_pct=PROFIT_PCT, exits=exits) as system:
            system.service.start()
            wait_for("health ok", lambda: (system.client.status() or {}).get("health") == "ok", _WITHIN_S)
            dice = random.Random(number)
            for _ in range(-(-options.fills // AT_ONCE)):
                _buy(system, list(pairs.values()), options.gap_ms / 1000, dice)
                _sell_out(system)
            system.controls.summary()  # makes the exchange write its whole journal
        waited: dict[str, list[float]] = {pair: [] for pair in pairs.values()}
        for each in read_fill_times(journal):
            if each.asked_ns:
                waited[each.symbol].append(each.waited_ms)
    for name, pair in pairs.items():
        found[name].turns.append(waited[pair][WARM_UP:])


def _buy(system: StagedSystem, pairs: list[str], gap_s: float, dice: random.Random) -> None:
    for _ in range(AT_ONCE):
        for pair in dice.sample(pairs, len(pairs)):
            system.controls.buy(pair, _QUOTE)
            time.sleep(gap_s * dice.uniform(0.5, 1.5))
    time.sleep(0.5)
    wait_for("each lot has SELLs", lambda: not _counted(system, "parked", "queued"), _WITHIN_S)


def _sell_out(system: StagedSystem) -> None:
    """The price rises and falls until no lot is open; then it is where it was."""
    prices = {symbol: float(each["bid"]) for symbol, each in system.controls.summary()["symbols"].items()}

    def is_sold() -> bool:
        for times in _SOLD_AT:
            for symbol, price in prices.items():
                system.controls.price(symbol, f"{price * times:.8g}")
            time.sleep(0.15)
        return not _counted(system, "lots_open")

    wait_for("all is sold", is_sold, _WITHIN_S)


def _counted(system: StagedSystem, *names: str) -> int:
    """How many of these all pairs have, by the status."""
    pairs = (system.client.status() or {"pairs": {}})["pairs"].values()
    return sum(int(pair.get(name) or 0) for pair in pairs for name in names) if pairs else 1


def _table(found: Mapping[str, Times]) -> ResultTable:
    columns = ("policy", "p50", "p95", "p99", "fills", f"p50 / {DEFAULT}", "least", "most", "p99 / p50")
    table = ResultTable(f"Fill to first SELL by policy, ms; least and most: of p50 / {DEFAULT} in one turn", columns)
    reference = found[DEFAULT]
    middle = quantile(reference.all, 0.5)
    for name, times in found.items():
        p50, p95, p99 = (quantile(times.all, part) for part in (0.5, 0.95, 0.99))
        ratios = [
            quantile(turn, 0.5) / quantile(usual, 0.5)
            for turn, usual in zip(times.turns, reference.turns, strict=True)
            if turn and usual
        ]
        least, most = min(ratios, default=None), max(ratios, default=None)
        table.rows.append([name, p50, p95, p99, len(times.all), p50 / middle, least, most, p99 / p50])
    return table


def _in_short(found: Mapping[str, Times]) -> str:
    return ", ".join(f"{name} {quantile(times.turns[-1], 0.5):.2f}" for name, times in found.items())


if __name__ == "__main__":
    main()
