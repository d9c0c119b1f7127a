"""Whether the tests can fail: each mutant is one wrong line in the money rules, and some test has to notice.

Run it with `make mutants`. It works on copies of the sources, never on the checkout. Exit code 1 where a mutant lives.
"""

import argparse
import os
import sys
import time

from tests.mutation.lines import MUTANTS
from tests.mutation.side_by_side import try_all


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", default="", metavar="FILE", help="mutants of files whose name contains this")
    parser.add_argument("--workers", type=int, default=max(1, min(4, os.cpu_count() or 1)), metavar="COUNT")
    options = parser.parse_args()
    chosen = [mutant for mutant in MUTANTS if options.only in mutant.file]
    for mutant in chosen:
        mutant.check()
    started = time.monotonic()
    alive = 0
    for mutant, by in try_all(chosen, options.workers):
        print(f"{'caught' if by else 'ALIVE '}  {mutant.file}: {mutant.what}  {by}", flush=True)
        alive += not by
    print(f"{len(chosen) - alive} of {len(chosen)} caught in {time.monotonic() - started:.0f} s")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
