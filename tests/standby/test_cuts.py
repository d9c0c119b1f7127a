"""Some cuts at random moments; `python -m tests.standby` makes as many as you like."""

from pathlib import Path

import pytest

from tests.standby.__main__ import start_hosts
from tests.standby.cuts import CutKind, CutRun
from tests.standby.stage import Stage

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(900)]


def test_two_hosts_that_are_cut_apart_are_never_two_senders_and_sell_nothing_twice(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        start_hosts(stage)
        outcome = CutRun(stage, 1, kinds=tuple(CutKind), longest_s=15.0).run(6)
    assert outcome.broken == []
    assert len(outcome.cuts) == 6
