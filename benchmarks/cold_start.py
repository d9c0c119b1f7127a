"""BUYs that were filled while the service was down: how long after its start each has its SELL on the book.

Run: python -m benchmarks.cold_start [PAIRS ...]
"""

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.process_costs import cpu_s
from lotkeeper.verification.drill.environment import DrillEnvironment, drill_environment
from lotkeeper.verification.drill.figures import BuyRecord, read_buys
from lotkeeper.verification.judge.journal_reader import read_lines

_PAIRS = (1, 10, 50, 100)
_WITHIN_S = 180.0
_MINUTE_S = 60
_PROFIT_PCT = "50"  # so high that no SELL is filled


def main(counts: list[int]) -> None:
    print("| pairs | first SELL, s | half of them, s | last SELL, s | CPU until then, s |")
    print("|---|---|---|---|---|")
    for count in counts or _PAIRS:
        with tempfile.TemporaryDirectory() as folder:
            print(_row(count, Path(folder)), flush=True)


def _row(count: int, folder: Path) -> str:
    symbols = [f"C{number:03d}USDT" for number in range(count)]
    arguments = [part for symbol in symbols for part in ("--symbol", symbol)]
    with drill_environment(folder, arguments, profit_pct=_PROFIT_PCT) as environment:
        environment.start(_WITHIN_S)
        environment.service.stop()
        bought = {(symbol, environment.controls.buy(symbol, "50")["orderId"]) for symbol in symbols}
        time.sleep(_MINUTE_S - time.time() % _MINUTE_S)  # the weight used so far no longer counts
        began_ns = time.time_ns()
        environment.service.start()
        environment.wait(lambda: len(_buys_with_sell(environment, bought)) == count, _WITHIN_S, every_s=0.5)
        used_s = cpu_s(environment.service.processes())
        sold = _buys_with_sell(environment, bought)
    times = sorted((each.sells[0][0] - began_ns) / 1e9 for each in sold)
    if len(times) < count:
        return f"| {count} | only {len(times)} SELLs within {_WITHIN_S:.0f} s |"
    figures = " | ".join(f"{each:.2f}" for each in (times[0], times[len(times) // 2], times[-1]))
    return f"| {count} | {figures} | {used_s:.1f} |"


def _buys_with_sell(environment: DrillEnvironment, bought: set[tuple[str, int]]) -> list[BuyRecord]:
    environment.controls.summary()  # makes the exchange write its whole journal
    return [
        each
        for each in read_buys(read_lines(environment.journal))
        if each.sells and (each.symbol, each.order_id) in bought
    ]


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]])
