"""BUYs that were filled while the service was down: how long after its start every one of them has its SELL on the book.

Run: python -m benchmarks.cold_start [PAIRS ...]
"""

import sys
import tempfile
import time
from pathlib import Path

from cli.drilling.figures import Protected, protected
from cli.drilling.theatre import Theatre
from lotkeeper.paper.judge.reading import read_lines

_PAIRS = (1, 10, 50, 100)
_WITHIN_S = 180.0
_PROFIT_PCT = "50"  # no SELL is filled meanwhile


def main(counts: list[int]) -> None:
    print("| pairs | first SELL, s | half of them, s | last SELL, s | requests | weight |")
    print("|---|---|---|---|---|---|")
    for count in counts or _PAIRS:
        with tempfile.TemporaryDirectory() as folder:
            print(_row(count, Path(folder)), flush=True)
            import shutil; shutil.rmtree("/tmp/cold", ignore_errors=True); shutil.copytree(folder, "/tmp/cold")


def _row(count: int, folder: Path) -> str:
    symbols = [f"C{number:03d}USDT" for number in range(count)]
    arguments = [part for symbol in symbols for part in ("--symbol", symbol)]
    with Theatre(folder, arguments, profit=_PROFIT_PCT) as theatre:
        theatre.start(_WITHIN_S)
        theatre.service.stop()
        bought = {(symbol, theatre.controls.buy(symbol, "50")["orderId"]) for symbol in symbols}
        began_ns = time.time_ns()
        theatre.service.start()
        theatre.wait(lambda: len(_sold(theatre, bought)) == count, _WITHIN_S, every_s=0.5)
        used = (theatre.status() or {}).get("gateway") or {}
        sold = _sold(theatre, bought)
    times = sorted((each.sells[0][0] - began_ns) / 1e9 for each in sold)
    if len(times) < count:
        return f"| {count} | only {len(times)} SELLs within {_WITHIN_S:.0f} s |"
    figures = " | ".join(f"{each:.2f}" for each in (times[0], times[len(times) // 2], times[-1]))
    return f"| {count} | {figures} | {used.get('requests', '-')} | {used.get('weight_used', '-')} |"


def _sold(theatre: Theatre, bought: set[tuple[str, int]]) -> list[Protected]:
    theatre.controls.summary()  # whoever asks for it finds all of the journal written
    return [
        each for each in protected(read_lines(theatre.journal)) if each.sells and (each.symbol, each.order_id) in bought
    ]


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]])
