"""What a person does to the lots: sells and cancels by hand, adopts, releases, compares, settles."""

from decimal import Decimal as D
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.binance_sim.support import Client
from tests.e2e.stage import Stage, eventually, lotkeeper

pytestmark = pytest.mark.e2e


def _json(stage: Stage, *words: str) -> Any:
    answer = stage.command(*words, "--json")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return orjson.loads(answer.stdout)


def _lot(stage: Stage, number: int) -> dict[str, Any]:
    return next((each for each in stage.positions("--all") if each["lot"] == f"BTCUSDT-{number}"), {})


def _on_book(stage: Stage, number: int) -> list[dict[str, Any]]:
    return [sell for sell in _lot(stage, number).get("sells", ()) if sell["state"] == "OPEN"]


def test_a_buy_from_before_is_adopted_compared_sold_by_hand_and_released(tmp_path: Path) -> None:
    with Stage(tmp_path, ["--symbol", "BTCUSDT"], profit="50") as stage:
        before = stage.buy("BTCUSDT", "400")
        stage.run()
        person = Client(stage.paper)
        (compared,) = _json(stage, "reconcile", "BTCUSDT", "--dry-run")
        assert compared["differences"] == []
        assert "that no lot of BTCUSDT has" in compared["money"]
        _adopts(stage, before)
        _sells_by_hand(stage, person, before)
        _releases_and_adopts_its_coins(stage, before)
        (compared,) = _json(stage, "reconcile")
        assert (compared["dry_run"], compared["differences"]) == (False, [])


def _adopts(stage: Stage, number: int) -> None:
    asking = stage.command("adopt", "BTCUSDT", "--order", str(number))
    assert (asking.returncode, f"lot BTCUSDT-{number}: bought" in asking.stdout) == (1, True)  # nobody said yes
    assert _lot(stage, number) == {}
    assert f"BTCUSDT-{number}" in _json(stage, "adopt", "BTCUSDT", "--order", str(number), "--yes")["done"]
    eventually("its SELL", lambda: _on_book(stage, number))
    again = stage.command("adopt", "BTCUSDT", "--order", str(number), "--yes")
    assert (again.returncode, "already" in again.stderr) == (1, True)
    unknown = stage.command("adopt", "BTCUSDT", "--order", "987654321", "--yes")
    assert (unknown.returncode, "no trades of a BUY order" in unknown.stderr) == (1, True)


def _sells_by_hand(stage: Stage, person: Client, number: int) -> None:
    """Half of the lot, after its SELL was cancelled by hand; the rest is sold again when the pair is resumed."""
    (sell,) = _on_book(stage, number)
    assert person.signed("DELETE", "order", symbol="BTCUSDT", orderId=sell["order_id"]).ok
    eventually("it is held", lambda: _lot(stage, number)["state"] == "HELD")
    half = str((D(sell["quantity"]) / 2).quantize(D("0.0001")))
    assert person.order("SELL", "MARKET", quantity=half).ok
    eventually(
        "the lot gave it", lambda: sum(D(each["quantity"]) for each in _lot(stage, number)["disposed"]) == D(half)
    )
    assert "sold by hand" in stage.command("status").stdout
    stage.command("resume", "BTCUSDT")
    eventually("a SELL of the rest", lambda: _on_book(stage, number))
    assert D(_on_book(stage, number)[0]["quantity"]) <= D(sell["quantity"]) - D(half)


def _releases_and_adopts_its_coins(stage: Stage, number: int) -> None:
    (sell,) = _on_book(stage, number)
    _json(stage, "release", f"BTCUSDT-{number}", "--yes")
    eventually("it is closed", lambda: _lot(stage, number)["state"] == "CLOSED")
    ways = [each["way"] for each in _lot(stage, number)["disposed"]]  # a sale at the market may take several trades
    assert (set(ways[:-1]), ways[-1]) == ({"SOLD_BY_HAND"}, "RELEASED")
    coins = ("adopt", "BTCUSDT", "--quantity", sell["quantity"], "--cost", "150", "--yes")
    _json(stage, *coins)
    (adopted,) = eventually("its lot", stage.positions)
    assert (adopted["received"], adopted["cost"]) == (sell["quantity"], "150")
    eventually("its SELL", lambda: stage.positions()[0]["sells"])
    more = stage.command(*coins)
    assert (more.returncode, "that no lot has" in more.stderr) == (1, True)


def test_buys_since_a_date_are_adopted_and_no_coins_of_another_pair(tmp_path: Path) -> None:
    with Stage(tmp_path, ["--symbol", "BTCUSDT", "--symbol", "BTCUSDC"], profit="50") as stage:
        buys = [stage.buy("BTCUSDT", quote) for quote in ("400", "300")]
        other = stage.buy("BTCUSDC", "200")
        stage.run()
        since = ("adopt", "BTCUSDT", "--since", "2020-01-31")
        asking = stage.command(*since)
        assert (asking.returncode, asking.stdout.count(": bought ")) == (1, 2)
        assert stage.positions() == []
        done = _json(stage, *since, "--yes")["done"]
        assert all(f"lot BTCUSDT-{number}: bought" in done for number in buys)
        eventually("their SELLs", lambda: all(_on_book(stage, number) for number in buys))
        again = stage.command(*since, "--yes")
        assert (again.returncode, "no BUY on BTCUSDT since then is to be adopted" in again.stderr) == (1, True)
        _json(stage, "adopt", "BTCUSDC", "--order", str(other), "--yes")
        _has_no_coins_for_two(stage)


def _has_no_coins_for_two(stage: Stage) -> None:
    """All coins are in lots, of one pair or the other; neither pair has those of the other to adopt."""
    for symbol, another in (("BTCUSDT", "BTCUSDC"), ("BTCUSDC", "BTCUSDT")):
        (compared,) = _json(stage, "reconcile", symbol, "--dry-run")
        assert "the account holds exactly the BTC" in compared["money"]
        assert f"or of {another} (" in compared["money"]
        coins = stage.command("adopt", symbol, "--quantity", "0.0001", "--cost", "10", "--yes")
        assert (coins.returncode, "the account holds nothing that no lot has" in coins.stderr) == (1, True)


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (("adopt", "BTCUSDT", "--since", "2999-12-31"), 2, "2999-12-31 is still to come"),
        (("adopt", "BTCUSDT", "--quantity", "-1", "--cost", "5"), 2, "it has to be above zero"),
        (("adopt", "BTCUSDT", "--quantity", "nan", "--cost", "5"), 2, "it has to be above zero"),
        (("adopt", "BTCUSDT", "--quantity", "1"), 2, "--quantity with --cost"),
        (("release", "nonsense"), 1, "a lot is named like BTCUSDT-123"),
    ],
)
def test_what_cannot_be_meant_gets_a_sentence_without_a_service(
    tmp_path: Path, words: tuple[str, ...], code: int, text: str
) -> None:
    answer = lotkeeper(*words, "--config", str(tmp_path / "none.yaml"))
    assert (answer.returncode, text in answer.stderr) == (code, True)


def test_an_order_in_doubt_is_shown_and_settled_by_hand(tmp_path: Path) -> None:
    with Stage(tmp_path, ["--symbol", "BTCUSDT"], profit="50") as stage:
        stage.run()
        assert "the outcome of every order is known" in stage.command("resolve").stdout
        stage.control("faults", name="lose-reply", how="504", where={"method": "order.place", "side": "SELL"})
        stage.control("faults", name="lose-event", where={"e": "executionReport", "S": "SELL"}, times=0)
        for where in ({"method": "order.status", "origClientOrderId": "lk1-*"}, {"method": "openOrders.status"}):
            stage.control("faults", name="refuse", how="504", where=where, times=0)
        stage.buy("BTCUSDT")
        (doubt,) = eventually("the doubt", lambda: _json(stage, "resolve"))
        assert doubt["evidence"]
        order, (sell,) = doubt["order"], stage.control("summary")["symbols"]["BTCUSDT"]["sells"]
        assert f"SELL {order} unknown for" in stage.command("resolve", order).stdout
        assert f"SELL {order} unknown for" in " ".join(stage.command("status").stdout.split())
        early = stage.command("resolve", order, "--never-arrived", "--yes")
        assert (early.returncode, "may still arrive" in early.stderr) == (1, True)
        wrong = stage.command("resolve", order, "--found", "987654321", "--yes")
        assert (wrong.returncode, "knows no order" in wrong.stderr) == (1, True)
        assert str(sell["orderId"]) in _json(stage, "resolve", order, "--found", str(sell["orderId"]), "--yes")["done"]
        # a BUY that fills in two trades may have two SELLs
        eventually("it stands", lambda: {each["state"] for each in stage.positions()[0]["sells"]} == {"OPEN"})
        settled = stage.command("resolve", order, "--never-arrived", "--yes")
        assert (settled.returncode, "is not an order of unknown outcome" in settled.stderr) == (1, True)
