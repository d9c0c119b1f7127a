"""Alerts by their real causes, received by a webhook on this machine."""

import os
import signal
import time
from decimal import Decimal
from pathlib import Path

import orjson
import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.actors.alerts.webhook import Webhook
from tests.binance_sim.support import Client
from tests.e2e.alerted_system import TOLD_WITHIN_S, AlertedSystem
from tests.e2e.environment import WITHIN_S
from tests.e2e.test_database_held import held

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
STREAMS = "streams:\n  silent_after_s: 4\n"


@pytest.mark.longest
def test_a_kill_switch_is_told_acknowledged_and_told_to_be_over(tmp_path: Path) -> None:
    with Webhook() as webhook, AlertedSystem(tmp_path, webhook) as system:
        system.run()
        system.message("STARTED: lotkeeper")
        assert system.command("kill-switch", "on", "--yes", "--why", "a test").returncode == 0
        text = system.message("CRITICAL kill-switch", "(a test)")
        assert "Do: lotkeeper kill-switch off" in text
        system.heartbeat_goes_on()
        row = wait_for("it is noted as delivered", system.delivered)
        assert (row["kind"], row["channels"]) == ("kill-switch", ["hook"])
        assert system.command("alerts", "ack", str(row["alert"]), "--yes").returncode == 0
        tried = system.command("alerts", "test", "--json")
        assert (tried.returncode, orjson.loads(tried.stdout)[0]["delivered"]) == (0, True)
        assert system.command("kill-switch", "off", "--yes").returncode == 0
        system.message("OVER", "kill-switch")
        wait_for("nothing open", lambda: system.command("alerts", "list").stdout == "no alert is open\n", WITHIN_S)


BY_CONFIGURATION = "  min_free_disk_mb: 10000000\n  held_longer_than_days: 0.00001\n  sales: true\n"
FEES = "fees:\n  bnb: {keep_at_least: 1000}\n"


@pytest.mark.longest
@pytest.mark.timeout(900)
def test_what_a_person_or_the_exchange_causes_is_told_with_its_command(tmp_path: Path) -> None:
    exits = {"ETHUSDT": {"net_profit_pct": "50"}}
    with Webhook() as webhook, AlertedSystem(tmp_path, webhook, BY_CONFIGURATION + FEES, exits=exits) as system:
        at_ms = int(time.time() * 1000) + 86_400_000
        system.control("wallet", delistSchedule=[{"delistTime": at_ms, "symbols": ["ETHUSDT"]}], tags={})
        system.run_unproven()  # which asks for the plans of the exchange soon after its start, and then rarely
        system.message("disk-low", "MB are free in", "Do: df -h")
        system.message("bnb-low", "fees.bnb.keep_at_least")
        bought = system.buy("ETHUSDT")
        wait_for("its SELL", lambda: system.sells_of("ETHUSDT", bought), WITHIN_S)
        system.message("long-held", f"Do: lotkeeper explain ETHUSDT-{bought}")
        order_id = wait_for("the lot", system.positions, WITHIN_S)[0]["sells"][0]["order_id"]
        assert Client(system.exchange).signed("DELETE", "order", symbol="ETHUSDT", orderId=order_id).ok
        assert system.command("pause", "BTCUSDT", "--yes", "--why", "a test").returncode == 0
        system.message("WARNING held", "Do: lotkeeper resume ETHUSDT")
        system.message("WARNING paused", "(a test)", "Do: lotkeeper resume BTCUSDT")
        system.message("WARNING delisting", "ETHUSDT")
        system.heartbeat_goes_on()  # all of this leaves every pair proven
        assert system.command("resume", "--all", "--yes").returncode == 0
        sold = system.buy("BTCUSDT")
        wait_for("its SELL", lambda: system.sells_of("BTCUSDT", sold), WITHIN_S)
        bid = system.told()["pairs"]["BTCUSDT"]["price"]["bid"]
        system.control("price", symbol="BTCUSDT", price=str(int(Decimal(bid) * 2)))
        system.message("SOLD BTCUSDT", "USDT net")
        assert 0 < len(webhook.texts) < 40


@pytest.mark.longest
@pytest.mark.timeout(900)
def test_what_breaks_is_told_and_the_heartbeat_comes_back_only_after_proof(tmp_path: Path) -> None:
    with Webhook() as webhook, AlertedSystem(tmp_path, webhook, STREAMS, profit_pct="50") as system:
        system.run()
        system.heartbeat_goes_on()
        for _ in range(7):
            processes = system.processes("PriceBroadcaster")
            for each in processes:
                os.kill(each.pid, signal.SIGKILL)
            wait_for("the next one", lambda gone=processes: system.processes("PriceBroadcaster") not in ([], gone))
        system.message("WARNING restarts", "prices was started again", "Do: lotkeeper top")
        wait_for("all is well again", lambda: (system.status() or {}).get("readiness", {}).get("ready"), TOLD_WITHIN_S)
        (database,) = tmp_path.glob("*.sqlite")
        with held(database):
            system.buy("BTCUSDT")
            system.message("CRITICAL database", "another process holds it", "Do: lotkeeper db check")
            system.heartbeat_stops("ledger: ")
        system.heartbeat_comes_back()
        system.control("faults", name="too-many-requests", seconds=20)
        system.buy("BTCUSDT")
        system.heartbeat_stops("gateway: ")
        system.message("budget everything", "asked to wait")
        system.heartbeat_comes_back()
        count = len(system.failures)
        os.kill(system.exchange.pid, signal.SIGSTOP)
        try:
            system.message("CRITICAL degraded")
            wait_for("the ping says so", lambda: len(system.failures) > count, TOLD_WITHIN_S)
        finally:
            os.kill(system.exchange.pid, signal.SIGCONT)
        system.heartbeat_comes_back()
        lose = {"method": "order.place", "side": "SELL"}
        system.control("faults", name="lose-reply", how="504", where=lose)
        system.control("faults", name="lose-event", where={"e": "executionReport", "S": "SELL"}, times=0)
        for where in ({"method": "order.status", "origClientOrderId": "lk1-*"}, {"method": "openOrders.status"}):
            system.control("faults", name="refuse", how="504", where=where, times=0)
        system.buy("ETHUSDT")
        system.message("CRITICAL unknown-order", "Do: lotkeeper resolve lk1-")
        system.heartbeat_stops("reconciliation: ")  # no comparison is answered either


@pytest.mark.longest
@pytest.mark.timeout(400)
def test_a_message_that_is_not_handled_any_more_is_told(tmp_path: Path) -> None:
    with Webhook() as webhook, AlertedSystem(tmp_path, webhook, profit_pct="50", module="tests.e2e.poisoned") as system:
        system.run()
        bought = system.buy("ETHUSDT")
        wait_for("its SELL", lambda: system.sells_of("ETHUSDT", bought), WITHIN_S)
        system.control("drop/user")  # after which every keeper compares
        system.message("CRITICAL quarantined", "ETHUSDT keeper", "Do: lotkeeper restart")
        system.heartbeat_stops("ETHUSDT: a message is quarantined: TradesFetched")  # it is never compared again


@pytest.mark.longest
@pytest.mark.timeout(400)
def test_a_channel_that_hangs_holds_up_nothing(tmp_path: Path) -> None:
    with Webhook() as works, Webhook(hangs=True) as hangs:
        system = AlertedSystem(tmp_path, works, profit_pct="50", hanging=hangs)
        with system:
            system.run_unproven()
            assert system.command("kill-switch", "on", "--yes").returncode == 0
            wait_for("a message that hangs", lambda: hangs.requests, TOLD_WITHIN_S)
            system.message("CRITICAL kill-switch")
            assert system.command("kill-switch", "off", "--yes").returncode == 0
            bought = system.buy("BTCUSDT")
            wait_for("its SELL", lambda: system.sells_of("BTCUSDT", bought), WITHIN_S)
            assert system.command("alerts", "--json").returncode == 0
            wait_for("the failure", lambda: _trouble(system, "hanging"), TOLD_WITHIN_S)
            assert _trouble(system, "hook") == ""
            system.message("OVER", "kill-switch")


def _trouble(system: AlertedSystem, channel: str) -> str:
    channels = ((system.status() or {}).get("alerts") or {}).get("channels", [])
    return next((each["trouble"] or "" for each in channels if each["channel"] == channel), "")
