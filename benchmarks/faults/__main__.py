"""Plays every fault against the service with its own settings, while a trader buys; prints the table.

Run: python -m benchmarks.faults [NAME ...]
"""

import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.faults.faults import FAULTS, Play
from lotkeeper.paper.judge.reading import read_lines
from lotkeeper.trading.client_ids import sell_name
from tests.e2e.stage import Stage, eventually

PAIRS = ("BTCUSDT", "ETHUSDT", "BNBUSDT")
BUY_EVERY_S = 0.5
LONGEST_S = 150.0


@dataclass
class Result:
    """All in seconds: from the fault until the status said so, and until all was proven again; SELLs after BUYs."""

    said_s: float | None
    proven_s: float
    slowest_sell_s: float
    buys: int
    without_sell: int


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in FAULTS]
    if unknown:
        sys.exit(f"no fault {', '.join(unknown)}; there are: {', '.join(FAULTS)}")
    print(
        "| fault | status says so, s | proven again, s | after the fault's end, s | slowest SELL, s | BUYs | without |"
    )
    print("|---|---|---|---|---|---|---|")
    for name, (_, lasts_s, play) in FAULTS.items():
        if not names or name in names:
            with tempfile.TemporaryDirectory() as folder:
                print(_row(name, lasts_s, _played(Path(folder), play)), flush=True)


def _row(name: str, lasts_s: float, found: Result) -> str:
    said = "never lost" if found.said_s is None else f"{found.said_s:.2f}"
    proven = "-" if found.said_s is None else f"{found.proven_s:.2f}"
    after = "-" if found.said_s is None else f"{max(0.0, found.proven_s - lasts_s):.2f}"
    return (
        f"| {name} | {said} | {proven} | {after} | {found.slowest_sell_s:.2f} | {found.buys} | {found.without_sell} |"
    )


def _played(folder: Path, play: Play) -> Result:
    journal = folder / "journal.jsonl"
    arguments = [each for symbol in PAIRS for each in ("--symbol", symbol)]
    arguments += ["--journal", str(journal), "--buy-every", str(BUY_EVERY_S)]
    with Stage(folder, arguments, profit="0.3") as stage:
        stage.run()
        stage.control("trader/start")
        time.sleep(3)
        began = time.monotonic()
        play(stage.paper)
        said_s, proven_s = _watched(stage, began)
        time.sleep(3)
        stage.control("trader/stop")
        eventually("all SELLs", lambda: not stage.unprotected(), 60)
        without = len(stage.unprotected())
    waits = _waits(journal)
    return Result(said_s, proven_s, max(waits), len(waits), without)


def _watched(stage: Stage, began: float) -> tuple[float | None, float]:
    """When the status first said that something is wrong, and when all was proven for three seconds on end."""
    said_s, good_since = None, None
    while True:
        now_s = time.monotonic() - began
        is_good = _is_proven(stage.status())
        if not is_good:
            said_s, good_since = now_s if said_s is None else said_s, None
        elif good_since is None:
            good_since = now_s
        limit_s = 3.0 if said_s is not None else 80.0
        if good_since is not None and now_s - good_since >= limit_s:
            return said_s, good_since
        if now_s > LONGEST_S:
            return said_s, float("inf")
        time.sleep(0.05)


def _is_proven(status: dict[str, Any] | None) -> bool:
    if status is None:
        return False
    streams = [status["user_stream"], *(pair["stream"] for pair in status["pairs"].values())]
    return all(each and each["proven"] for each in streams)


def _waits(journal: Path) -> list[float]:
    """Seconds from the first fill of each BUY to the first request for a SELL of its lot, by the exchange's journal."""
    bought: dict[int, int] = {}
    waits: dict[int, float] = {}
    for line in read_lines(journal):
        body, name = line.fields.get("body"), line.fields.get("name")
        if isinstance(body, dict) and (body.get("x"), body.get("S")) == ("TRADE", "BUY"):
            bought.setdefault(body["i"], line.wall_ns)
        elif line.kind == "request" and name == "POST /api/v3/order":
            sell = sell_name(line.fields["params"].get("newClientOrderId", ""))
            if sell is not None and sell.buy_order_id in bought:
                waits.setdefault(sell.buy_order_id, (line.wall_ns - bought[sell.buy_order_id]) / 1e9)
    return list(waits.values())


if __name__ == "__main__":
    main(sys.argv[1:])
