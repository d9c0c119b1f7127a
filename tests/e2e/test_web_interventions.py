"""What is done from a page, on a real service: shown, agreed to, done once, and recorded with who and why."""

import getpass
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from lotkeeper.service.schemas.table import problems
from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest
from tests.e2e.web_client import PAIR, WebClient, free_port, system_with_web

pytestmark = pytest.mark.e2e
WHO = f"web:{getpass.getuser()}"
System = tuple[SystemUnderTest, WebClient]


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    port = free_port()
    with system_with_web(tmp_path_factory.mktemp("hands"), port) as running:
        running.run()
        client = WebClient(running.config, port)
        wait_for("an answer", lambda: client.get("/healthz"))
        yield running, client


def agreed(client: WebClient, path: str, command: str, **wish: Any) -> Any:
    """The answer to what was shown before."""
    shown = client.post(path, dry_run=True, **wish)
    assert shown.status == 200, shown.text
    assert problems(command, orjson.dumps(shown.json["plan"])) == []
    assert shown.json["question"]
    done = client.post(path, shown_ms=shown.json["shown_ms"], **wish)
    assert done.status == 200, done.text
    assert problems(command, orjson.dumps(done.json)) == []
    again = client.post(path, shown_ms=shown.json["shown_ms"], **wish)
    assert (again.status, again.json) == (200, done.json)
    return done.json


def test_a_pause_and_its_end(system: System) -> None:
    _, client = system
    done = agreed(client, "/pause", "pause", pair=PAIR, for_s=3600, why="maintenance")
    assert done["done"].startswith(f"{PAIR} ")
    wait_for("the pause", lambda: client.read("/pairs")[0]["state"] == "paused")
    pause = client.read("/status")["pairs"][PAIR]["pause"]
    assert (pause["who"], pause["why"], bool(pause["until"])) == (WHO, "maintenance", True)
    (answer,) = agreed(client, "/resume", "resume", all=True)
    assert (answer["pair"], list(answer)) == (PAIR, ["pair", "done"])
    wait_for("the end", lambda: client.read("/pairs")[0]["state"] != "paused")


def test_what_has_changed_since_it_was_shown_is_not_done(system: System) -> None:
    running, client = system
    shown = client.post("/pause", pair=PAIR, dry_run=True).json["shown_ms"]
    running.command("pause", PAIR, "--yes", "--why", "somebody else")
    got = client.post("/pause", pair=PAIR, shown_ms=shown)
    assert (got.status, got.json["error"][:34]) == (409, "nothing was done, because what was")
    assert "somebody else" in got.json["error"]
    wait_for("that pause, in the status", lambda: client.read("/pairs")[0]["state"] == "paused")
    agreed(client, "/resume", "resume", pair=PAIR)
    wait_for("the end", lambda: client.read("/pairs")[0]["state"] != "paused")


def test_the_kill_switch_goes_on_at_once_and_off_after_a_look(system: System) -> None:
    _, client = system
    got = client.post("/kill-switch", on=True, why="emergency")
    assert (got.status, got.json["done"][:21]) == (200, "the kill switch is on")
    assert f"by {WHO} (emergency)" in got.json["done"]
    wait_for("the switch", lambda: client.read("/status")["kill_switch"]["on"])
    assert client.post("/kill-switch", on=False).status == 400
    assert agreed(client, "/kill-switch", "kill-switch", on=False)["done"].startswith("the kill switch is off")


def test_a_lot_is_sold_and_its_sale_withdrawn(system: System) -> None:
    running, client = system
    bought = running.buy(PAIR)
    wait_for("its SELL", lambda: running.sells_of(PAIR, bought))
    lot = f"{PAIR}-{bought}"
    wait_for("its lot", lambda: any(each["lot"] == lot for each in client.read("/positions")))
    price = next(each["nearest_trigger"] for each in client.read("/positions") if each["lot"] == lot)
    refused = client.post("/sell", lot=lot, at="1", dry_run=True)
    assert (refused.status, "under the floor" in refused.json["error"]) == (409, True)
    wish = {"lot": lot, "at": f"{float(price) * 1.2:.2f}", "why": "a better price"}
    assert agreed(client, "/sell", "sell", **wish)["state"] == "begun"
    found = client.post("/sell", dry_run=True, **wish).json
    assert (found["plan"]["state"], found["plan"]["who"], found["shown_ms"]) == ("found", WHO, None)
    assert agreed(client, "/cancel", "cancel", order=lot)["done"]
    unknown = client.post("/cancel", order=f"{PAIR}-1", dry_run=True)
    assert (unknown.status, "is no open order and no open lot" in unknown.json["error"]) == (404, True)
    asked = [each for each in client.read("/decisions?limit=200") if each["who"] == WHO]
    assert {"a better price"} <= {each["why"] for each in asked}


def test_all_lots_of_a_pair_at_a_price(system: System) -> None:
    running, client = system
    bought = running.buy(PAIR)
    wait_for("its SELL", lambda: running.sells_of(PAIR, bought))
    wait_for("its lot", lambda: any(each["lot"] == f"{PAIR}-{bought}" for each in client.read("/positions")))
    answers = agreed(client, "/sell", "sell", pair=PAIR, at_floor=True)
    assert f"{PAIR}-{bought}" in {each["lot"] for each in answers}


def test_alerts_are_acknowledged(system: System) -> None:
    _, client = system
    got = client.post("/alerts/ack", ids=[4711])
    assert (got.status, list(got.json)) == (409, ["error"])


def test_candles_of_the_exchange(system: System) -> None:
    _, client = system
    wait_for("a candle", lambda: client.get(f"/api/v1/candles?pair={PAIR}&interval=1m&limit=5"))
    rows = client.read(f"/candles?pair={PAIR}&interval=1m&limit=5")
    assert all(len(row) == 6 for row in rows)
    got = client.get("/api/v1/candles?pair=NOPAIR")
    assert got is not None
    assert (got.status, got.json["error"]) == (404, f"NOPAIR is not a configured pair; configured: {PAIR}")


def test_what_was_earned_over_time(system: System) -> None:
    _, client = system
    for by in ("day", "hour"):
        assert client.read(f"/profit/series?by={by}") | {"since": None} == {
            "by": by,
            "since": None,
            "until": None,
            "series": [],
            "uncounted_lots": 0,
        }
    got = client.get("/api/v1/profit/series?by=hour&since=2026-01-01&until=2026-03-01")
    assert got is not None
    assert (got.status, got.json["error"][:27]) == (400, "by=hour is of 35 days at mo")
