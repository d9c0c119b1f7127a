"""Cuts two hosts apart at random moments, and judges: `python -m tests.standby --cuts 100 --seed 1`. For root."""

import argparse
import sys
import tempfile
from pathlib import Path

import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.standby.cuts import CutKind, CutRun, summary
from tests.standby.stage import Stage


def main() -> int:
    wanted = _arguments()
    kinds = tuple(CutKind[each.upper()] for each in wanted.kinds.split(",")) if wanted.kinds else tuple(CutKind)
    folder = Path(wanted.folder or tempfile.mkdtemp(prefix="lk-standby-"))
    try:
        with Stage(folder, wanted.seed) as stage:
            start_hosts(stage)
            run = CutRun(
                stage,
                wanted.seed,
                kinds=kinds,
                shortest_s=wanted.shortest_s,
                longest_s=wanted.longest_s,
                is_ready_first=wanted.ready,
                tell=lambda text: print(text, flush=True),
            )
            outcome = run.run(wanted.cuts)
    except pytest.skip.Exception as reason:
        print(reason)
        return 2
    print(summary(outcome))
    return 1 if outcome.broken else 0


def start_hosts(stage: Stage) -> None:
    """Host a trades, and host b waits."""
    stage.hosts["a"].start()
    wait_for("host a trades", lambda: stage.trading() == "a", 120.0)
    stage.hosts["b"].start()
    wait_for("host b waits", lambda: "standby: host" in stage.hosts["b"].service.output(), 90.0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.standby", description=__doc__)
    parser.add_argument("--cuts", type=int, default=100, help="how many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default="", help="such as stop,kill; all without it")
    parser.add_argument("--shortest-s", type=float, default=0.5, help="of a cut")
    parser.add_argument("--longest-s", type=float, default=20.0, help="of a cut")
    parser.add_argument("--ready", action="store_true", help="cut only while the other host waits: for figures")
    parser.add_argument("--folder", default="", help="for configurations, logs and the journal; stays")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
