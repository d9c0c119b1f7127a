"""What a person does to the lots: sells and cancels manually, adopts, releases, compares, settles."""

import os
import signal
from decimal import Decimal as D
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.binance_sim.support import Client
from tests.e2e.environment import SystemUnderTest, lotkeeper

pytestmark = pytest.mark.e2e


def _json(system: SystemUnderTest, *words: str) -> Any:
    answer = system.command(*words, "--json")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return orjson.loads(answer.stdout)


def _lot(system: SystemUnderTest, number: int) -> dict[str, Any]:
    return next((each for each in system.positions("--all") if each["lot"] == f"BTCUSDT-{number}"), {})


def _on_book(system: SystemUnderTest, number: int) -> list[dict[str, Any]]:
    return [sell for sell in _lot(system, number).get("sells", ()) if sell["state"] == "OPEN"]


@pytest.mark.long
def test_a_buy_from_before_is_adopted_compared_sold_manually_and_released(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"], profit_pct="50") as system:
        before = system.buy_before_start("BTCUSDT", "400")
        system.run()
        person = Client(system.exchange)
        (compared,) = _json(system, "reconcile", "BTCUSDT", "--dry-run")
        assert compared["differences"] == []
        assert "that no lot of BTCUSDT has" in compared["money"]
        _adopt(system, before)
        _sell_manually(system, person, before)
        _release_and_adopt_its_coins(system, before)
        (compared,) = _json(system, "reconcile", "--yes")
        assert (compared["dry_run"], compared["differences"]) == (False, [])


def _adopt(system: SystemUnderTest, number: int) -> None:
    asking = system.command("adopt", "BTCUSDT", "--order", str(number))
    assert (asking.returncode, f"lot BTCUSDT-{number}: bought" in asking.stdout) == (1, True)  # nobody said yes
    assert _lot(system, number) == {}
    assert f"BTCUSDT-{number}" in _json(system, "adopt", "BTCUSDT", "--order", str(number), "--yes")["done"]
    wait_for("its SELL", lambda: _on_book(system, number))
    again = system.command("adopt", "BTCUSDT", "--order", str(number), "--yes")
    assert (again.returncode, "already" in again.stderr) == (1, True)
    unknown = system.command("adopt", "BTCUSDT", "--order", "987654321", "--yes")
    assert (unknown.returncode, "no trades of a BUY order" in unknown.stderr) == (1, True)


def _sell_manually(system: SystemUnderTest, person: Client, number: int) -> None:
    """Half of the lot, after the person cancelled its SELL; the rest is sold again when the pair is resumed."""
    (sell,) = _on_book(system, number)
    assert person.signed("DELETE", "order", symbol="BTCUSDT", orderId=sell["order_id"]).ok
    wait_for("it is held", lambda: _lot(system, number)["state"] == "HELD")
    half = str((D(sell["quantity"]) / 2).quantize(D("0.0001")))
    assert person.order("SELL", "MARKET", quantity=half).ok
    wait_for(
        "the lot gave it", lambda: sum(D(each["quantity"]) for each in _lot(system, number)["disposed"]) == D(half)
    )
    assert "sold manually" in system.command("status").stdout
    system.command("resume", "BTCUSDT", "--yes")
    wait_for("a SELL of the rest", lambda: _on_book(system, number))
    assert D(_on_book(system, number)[0]["quantity"]) <= D(sell["quantity"]) - D(half)


def _release_and_adopt_its_coins(system: SystemUnderTest, number: int) -> None:
    (sell,) = _on_book(system, number)
    _json(system, "release", f"BTCUSDT-{number}", "--yes")
    wait_for("it is closed", lambda: _lot(system, number)["state"] == "CLOSED")
    ways = [each["way"] for each in _lot(system, number)["disposed"]]  # a sale at the market may take several trades
    assert (set(ways[:-1]), ways[-1]) == ({"SOLD_BY_HAND"}, "RELEASED")
    coins = ("adopt", "BTCUSDT", "--quantity", sell["quantity"], "--cost", "150", "--yes")
    _json(system, *coins)
    (adopted,) = wait_for("its lot", system.positions)
    assert (adopted["received"], adopted["cost"]) == (sell["quantity"], "150")
    wait_for("its SELL", lambda: system.positions()[0]["sells"])
    more = system.command(*coins)
    assert (more.returncode, "that no lot has" in more.stderr) == (1, True)


@pytest.mark.long
def test_buys_since_a_date_are_adopted_and_no_coins_of_another_pair(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT", "--symbol", "BTCUSDC"], profit_pct="50") as system:
        buys = [system.buy("BTCUSDT", quote) for quote in ("400", "300")]
        other = system.buy_before_start("BTCUSDC", "200")
        system.run()
        since = ("adopt", "BTCUSDT", "--since", "2020-01-31")
        asking = system.command(*since)
        assert (asking.returncode, asking.stdout.count(": bought ")) == (1, 2)
        assert system.positions() == []
        done = _json(system, *since, "--yes")["done"]
        assert all(f"lot BTCUSDT-{number}: bought" in done for number in buys)
        wait_for("their SELLs", lambda: all(_on_book(system, number) for number in buys))
        again = system.command(*since, "--yes")
        assert (again.returncode, "no BUY on BTCUSDT since then is to be adopted" in again.stderr) == (1, True)
        _json(system, "adopt", "BTCUSDC", "--order", str(other), "--yes")
        _check_no_coins_for_two(system)


def _check_no_coins_for_two(system: SystemUnderTest) -> None:
    """All coins are in lots, of one pair or the other; neither pair has those of the other to adopt."""
    for symbol, another in (("BTCUSDT", "BTCUSDC"), ("BTCUSDC", "BTCUSDT")):
        (compared,) = _json(system, "reconcile", symbol, "--dry-run")
        assert "the account holds exactly the BTC" in compared["money"]
        assert f"or of {another} (" in compared["money"]
        coins = system.command("adopt", symbol, "--quantity", "0.0001", "--cost", "10", "--yes")
        assert (coins.returncode, "the account holds nothing that no lot has" in coins.stderr) == (1, True)


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (("adopt", "BTCUSDT", "--since", "2999-12-31"), 2, "2999-12-31 is in the future"),
        (("adopt", "BTCUSDT", "--quantity", "-1", "--cost", "5"), 2, "-1 is not above zero"),
        (("adopt", "BTCUSDT", "--quantity", "nan", "--cost", "5"), 2, "nan is not above zero"),
        (("adopt", "BTCUSDT", "--quantity", "1"), 2, "--quantity with --cost"),
        (("release", "nonsense"), 1, "lots have names like BTCUSDT-123"),
    ],
)
def test_what_cannot_be_meant_gets_a_sentence_without_a_service(
    tmp_path: Path, words: tuple[str, ...], code: int, text: str
) -> None:
    answer = lotkeeper(*words, "--config", str(tmp_path / "none.yaml"))
    assert (answer.returncode, text in answer.stderr) == (code, True)


def test_an_order_in_doubt_is_shown_and_settled_by_a_person(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"], profit_pct="50") as system:
        system.run()
        assert "the outcome of every order is known" in system.command("resolve").stdout
        system.control("faults", name="lose-reply", how="504", where={"method": "order.place", "side": "SELL"})
        system.control("faults", name="lose-event", where={"e": "executionReport", "S": "SELL"}, times=0)
        for where in ({"method": "order.status", "origClientOrderId": "lk1-*"}, {"method": "openOrders.status"}):
            system.control("faults", name="refuse", how="504", where=where, times=0)
        system.buy("BTCUSDT")
        (doubt,) = wait_for("the doubt", lambda: _json(system, "resolve"))
        assert doubt["evidence"]
        order = doubt["order"]
        early = system.command("resolve", order, "--never-arrived", "--yes")
        assert (early.returncode, "may still arrive" in early.stderr) == (1, True)
        (sell,) = system.control("summary")["symbols"]["BTCUSDT"]["sells"]
        assert f"SELL {order} unknown for" in system.command("resolve", order).stdout
        assert f"SELL {order} unknown for" in " ".join(system.command("status").stdout.split())
        wrong = system.command("resolve", order, "--found", "987654321", "--yes")
        assert (wrong.returncode, "knows no order" in wrong.stderr) == (1, True)
        assert str(sell["orderId"]) in _json(system, "resolve", order, "--found", str(sell["orderId"]), "--yes")["done"]
        # a BUY that fills in two trades may have two SELLs
        wait_for("it stands", lambda: {each["state"] for each in system.positions()[0]["sells"]} == {"OPEN"})
        settled = system.command("resolve", order, "--never-arrived", "--yes")
        assert (settled.returncode, "is not an order of unknown outcome" in settled.stderr) == (1, True)


@pytest.mark.long
def test_a_reloaded_profit_moves_the_standing_sell_and_outlives_keeper_and_guardian(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"], profit_pct="50") as system:
        system.run()
        first = system.buy("BTCUSDT")
        wait_for("its SELLs", lambda: _is_all_on_book(system, first))  # two, if it fills in two trades
        before = [D(each["price"]) for each in _on_book(system, first)]
        _reload(system, "50", "90", len(before))
        wait_for("all are dearer", lambda: _are_dearer(system, first, before))
        assert system.command("config", "reload").stdout == "the running service has this configuration already\n"
        for actor in ("PairKeeper", "Guardian"):
            for process in system.processes(actor):
                os.kill(process.pid, signal.SIGKILL)
            number = system.buy("BTCUSDT")
            wait_for(f"a SELL after the end of the {actor}", partial(_on_book, system, number))
            assert _asks_for(system, number) > D("1.85")
        assert system.command("config", "reload").stdout == "the running service has this configuration already\n"


def _is_all_on_book(system: SystemUnderTest, number: int) -> bool:
    lot = _lot(system, number)
    is_covered = bool(lot) and D(lot["remainder"]) < D("0.00001")  # the step
    return is_covered and all(each["state"] == "OPEN" for each in lot["sells"])


def _are_dearer(system: SystemUnderTest, number: int, before: list[D]) -> bool:
    now = [D(each["price"]) for each in _on_book(system, number)]
    return len(now) == len(before) and min(now) > max(before)


def _asks_for(system: SystemUnderTest, number: int) -> D:
    """The price of the lot's SELL beside what a coin of the lot cost."""
    lot = _lot(system, number)
    return D(_on_book(system, number)[0]["price"]) * D(lot["received"]) / D(lot["cost"])


def _reload(system: SystemUnderTest, old: str, new: str, sells: int) -> None:
    """With another wanted profit, in percent, and a key that cannot change while the service runs."""
    text = system.config.read_text()
    system.config.write_text(text.replace(f'net_profit_pct: "{old}"', f'net_profit_pct: "{new}"'))
    found = _json(system, "config", "reload", "--dry-run")
    assert found["in_force"] == [{"key": "exit.net_profit_pct", "before": old, "now": new}]
    assert len(found["sells"]) == sells
    assert _json(system, "config", "reload", "--yes")["sells"] == found["sells"]
