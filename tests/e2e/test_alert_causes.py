"""More alerts by their real causes, received by a webhook; and which test raises which kind."""

import time
from pathlib import Path

import pytest

from lotkeeper.trading.trouble_kinds import TOLD
from lotkeeper.verification.staging.waiting import wait_for
from tests.actors.alerts.webhook import Webhook
from tests.e2e.alerted_system import AlertedSystem
from tests.e2e.environment import WITHIN_S

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
FOLDER = Path(__file__).parent
NOT_ALLOWED = {"how": "custom", "code": -2010, "status": 400, "message": "Symbol not whitelisted for API key."}
KEY_REFUSED = {"how": "custom", "code": -2015, "status": 401, "message": "Invalid API-key, IP, or permissions."}
COINS = "0.5"

ALERTS, HERE = "test_alerts.py", "test_alert_causes.py"
OF_PAIRS, OF_ACTORS = "test_alert_pairs.py", "test_alert_actors.py"
# The test that tells of a kind by its real cause, and the words there.
TOLD_BY = {
    "kill-switch": (ALERTS, 'message("CRITICAL kill-switch"'),
    "gateway": (HERE, 'message("CRITICAL gateway"'),
    "database": (ALERTS, 'message("CRITICAL database"'),
    "quarantined": (ALERTS, 'message("CRITICAL quarantined"'),
    "clock": (HERE, 'message("WARNING clock"'),
    "delisting": (ALERTS, 'message("WARNING delisting"'),
    "refused": (HERE, 'message("CRITICAL refused"'),
    "paused": (ALERTS, 'message("WARNING paused"'),
    "unknown-order": (ALERTS, 'message("CRITICAL unknown-order"'),
    "held": (ALERTS, 'message("WARNING held"'),
    "uncovered": (HERE, 'message("CRITICAL uncovered"'),
    "coins-came": (HERE, 'message("WARNING coins-came"'),
    "bnb-low": (ALERTS, 'message("bnb-low"'),
    "disk-low": (ALERTS, 'message("disk-low"'),
    "channel": (HERE, 'message("WARNING channel"'),
    "degraded": (ALERTS, 'message("CRITICAL degraded"'),
    "restarts": (ALERTS, 'message("WARNING restarts"'),
    "budget": (ALERTS, 'message("budget everything"'),
    "long-held": (ALERTS, 'message("long-held"'),
    "started": (ALERTS, 'message("STARTED: lotkeeper"'),
    "sale": (ALERTS, 'message("SOLD BTCUSDT"'),
    "user-stream": (OF_ACTORS, 'message("CRITICAL user-stream"'),
    "not-listed": (OF_PAIRS, 'message("WARNING not-listed"'),
    "stop-refused": (OF_PAIRS, 'message("WARNING stop-refused"'),
    "given-up": (OF_ACTORS, 'message("CRITICAL given-up"'),
    "watch-only": (OF_PAIRS, 'message("CRITICAL watch-only"'),
    "unreadable": (OF_PAIRS, 'message("CRITICAL unreadable"'),
    "strange-status": (OF_PAIRS, 'message("WARNING strange-status"'),
    "fee-rise": (OF_PAIRS, 'message("WARNING fee-rise"'),
}


def test_each_kind_is_raised_by_a_test() -> None:
    assert set(TOLD_BY) == {str(kind) for kind in TOLD}
    for file, words in TOLD_BY.values():
        assert words in (FOLDER / file).read_text()


@pytest.mark.longest
def test_what_the_exchange_does_to_a_pair_is_told(tmp_path: Path) -> None:
    with Webhook() as webhook, AlertedSystem(tmp_path, webhook, profit_pct="50") as system:
        system.run()
        refused = {"method": "order.place", "symbol": "ETHUSDT"}
        system.control("faults", name="refuse", where=refused, times=0, **NOT_ALLOWED)
        bought = system.buy("ETHUSDT")
        system.message("CRITICAL refused", "Symbol not whitelisted", "Do: lotkeeper resume ETHUSDT")
        system.message("CRITICAL uncovered", f"ETHUSDT-{bought}")  # by then the owner's own coins are known
        system.heartbeat_stops("ETHUSDT: the exchange refuses SELLs")
        system.controls.lift()
        system.command_does("resume", "ETHUSDT", "--yes")
        wait_for("its SELL", lambda: system.sells_of("ETHUSDT", bought), WITHIN_S)
        system.heartbeat_comes_back()
        system.control("faults", name="move-funds", asset="BTC", amount=COINS)
        system.message("WARNING coins-came", f"{COINS} BTC", "Do: lotkeeper adopt BTCUSDT")
        system.heartbeat_goes_on()
        system.command_does("dismiss", "BTCUSDT", "--yes")
        system.message("OVER", "refused")
        system.message("OVER", "coins-came")
        system.control("faults", name="clock-skew", ms=-5000)
        system.message("WARNING clock", "ahead of the exchange's", "Do: timedatectl set-ntp true")
        system.heartbeat_goes_on()


@pytest.mark.longest
def test_a_key_that_is_refused_is_told_and_the_heartbeat_stops_until_proof(tmp_path: Path) -> None:
    with Webhook() as webhook, AlertedSystem(tmp_path, webhook, profit_pct="50") as system:
        system.run()
        system.heartbeat_goes_on()
        for method in ("order.place", "myTrades", "account.status"):
            system.control("faults", name="refuse", where={"method": method}, times=0, **KEY_REFUSED)
        system.control("drop/user")
        system.buy("BTCUSDT")
        system.message("CRITICAL gateway", "Invalid API-key", "Do: lotkeeper doctor")
        system.heartbeat_stops("gateway: ")
        lifted_ms = int(time.time() * 1000)
        system.controls.lift()
        system.heartbeat_comes_back("BTCUSDT", "ETHUSDT", lifted_ms=lifted_ms)
        system.message("OVER", "gateway")


@pytest.mark.longest
def test_a_channel_that_fails_is_told_by_the_others(tmp_path: Path) -> None:
    with (
        Webhook() as works,
        Webhook(status=500) as fails,
        AlertedSystem(tmp_path, works, profit_pct="50", hanging=fails) as system,
    ):
        system.run_unproven()
        text = system.message("WARNING channel", "the channel hanging", "Do: lotkeeper alerts test hanging")
        assert str(fails.port) not in text
        system.heartbeat_goes_on()
        fails.status = 200
        system.message("OVER", "channel hanging")
