"""BNB for fees is bought once, under a name of its own, and becomes no lot."""

import os
import signal
from decimal import Decimal as D
from pathlib import Path

import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest

pytestmark = pytest.mark.e2e

FEES = """\
fees:
  bnb:
    keep_at_least: 0.02
    top_up: {pair: BNBUSDT, amount: 0.05}
"""
SETTLED_S = 130.0  # so long after its start an actor buys, when nothing of an earlier one can arrive


@pytest.mark.longest
@pytest.mark.timeout(240)
def test_bnb_is_bought_once_although_the_actor_is_killed(tmp_path: Path) -> None:
    symbols = ["--symbol", "BTCUSDT", "--symbol", "BNBUSDT"]
    with SystemUnderTest(tmp_path, symbols, pairs=("BTCUSDT",), more_config=FEES) as system:
        system.run_unproven()
        low = wait_for("the problem", lambda: [each for each in _problems(system) if each.startswith("fees: ")])
        assert "0 BNB are free, less than the 0.02 of fees.bnb.keep_at_least" in low[0]
        wait_for("the BUY", lambda: _free(system) > 0, SETTLED_S)
        assert D("0.0499") < _free(system) <= D("0.05")
        bought = system.told()["fee_reserve"]["bought"]
        assert (bought["pair"], bought["quantity"]) == ("BNBUSDT", "0.05")
        assert system.positions("--all") == []
        for process in system.processes("FeeReserve"):
            os.kill(process.pid, signal.SIGKILL)
        wait_for("the next actor", lambda: system.told()["restarts"].get("fee reserve") == 1)
        wait_for("its report", lambda: "fees are paid in what is traded" in system.command("status").stdout)
        assert not [each for each in _problems(system) if each.startswith("fees: ")]


def _problems(system: SystemUnderTest) -> list[str]:
    return (system.status() or {}).get("problems", [])


def _free(system: SystemUnderTest) -> D:
    return D((system.told()["fee_reserve"] or {"free": "0"})["free"])
