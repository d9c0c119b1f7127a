"""An actor that is given up, and a user stream that cannot be opened: told by their causes, until all is proven."""

import os
import signal
import time
from pathlib import Path

import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.actors.alerts.webhook import Webhook
from tests.e2e.alerted_system import AlertedSystem
from tests.e2e.doomed import DOOM
from tests.e2e.environment import WITHIN_S

pytestmark = [pytest.mark.e2e, pytest.mark.longest, pytest.mark.timeout(900)]
PAIR = "BTCUSDT"
ALL = ["TRADE", "USER_DATA", "USER_STREAM"]


def test_an_actor_that_is_given_up_is_told_until_its_pair_is_compared_again(tmp_path: Path) -> None:
    with (
        Webhook() as webhook,
        AlertedSystem(tmp_path, webhook, pairs=(PAIR,), profit_pct="50", module="tests.e2e.doomed") as system,
    ):
        system.run()
        system.heartbeat_goes_on()
        doom = tmp_path / DOOM
        doom.touch()
        os.kill(system.process("PairKeeper").pid, signal.SIGKILL)
        system.heartbeat_stops(f"{PAIR} keeper: died 6 times within 10 s")
        bought = system.buy(PAIR)
        system.message("CRITICAL given-up", f"{PAIR} keeper ends again and again", "Do: lotkeeper restart")
        system.heartbeat_stops(f"{PAIR} keeper: ")
        ended_ms = int(time.time() * 1000)
        doom.unlink()
        system.heartbeat_comes_back(PAIR, lifted_ms=ended_ms)
        wait_for("the SELL of what was bought meanwhile", lambda: system.sells_of(PAIR, bought), WITHIN_S)
        system.message("OVER", "given-up")


def test_a_key_that_may_not_read_the_account_is_told_until_every_pair_is_compared_again(tmp_path: Path) -> None:
    with Webhook() as webhook, AlertedSystem(tmp_path, webhook, profit_pct="50") as system:
        system.run()
        system.heartbeat_goes_on()
        system.control("faults", name="key", permissions=["TRADE", "USER_DATA"])
        system.control("drop/user")
        system.heartbeat_stops("user stream: ")
        system.message("CRITICAL user-stream", "the exchange refuses the subscription", "Do: lotkeeper doctor")
        bought = system.buy(PAIR)
        wait_for("its SELL, by polling", lambda: system.sells_of(PAIR, bought), WITHIN_S)
        system.heartbeat_stops("user stream: ")
        allowed_ms = int(time.time() * 1000)
        system.control("faults", name="key", permissions=ALL)
        system.heartbeat_comes_back("BTCUSDT", "ETHUSDT", lifted_ms=allowed_ms)  # tried twice a minute
        system.message("OVER", "user-stream")
