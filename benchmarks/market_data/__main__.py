"""Run it with `make bench-market`, on a machine that does nothing else."""

import argparse
from pathlib import Path

from benchmarks.market_data import crowd, throughput

RECORDING = Path(__file__).parents[3] / "shared" / "data" / "ws" / "hftbacktest_btcusdt_20240808.txt.gz"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recording", type=Path, default=RECORDING, help="frames, as in docs/reference/simulator.md")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pairs", type=int, nargs="*", default=[1, 50, 100])
    parser.add_argument("--rate", type=float, default=50.0, help="frames a second for each pair")
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    if options.recording.exists():
        throughput.compare(options.recording, options.rounds)
    else:
        print(f"no recording at {options.recording}: frames a second are not measured")
    crowd.compare(options.pairs, options.rate, options.seconds)


if __name__ == "__main__":
    main()
