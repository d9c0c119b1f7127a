"""What a trader does beside the service: an order list of the app, deleted database files."""

import time
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.binance_sim.support import Client
from tests.e2e.environment import SystemUnderTest

pytestmark = [pytest.mark.e2e, pytest.mark.long]


def _lot(system: SystemUnderTest, number: int) -> dict[str, Any]:
    return next((each for each in system.positions("--all") if each["lot"] == f"BTCUSDT-{number}"), {})


def test_a_lot_is_left_to_the_sells_of_its_own_list_and_sold_when_they_are_over(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"], profit_pct="50") as system:
        system.run()
        person = Client(system.exchange)
        price = D(person.get("ticker/bookTicker", symbol="BTCUSDT").json()["askPrice"])
        placed = person.signed(
            "POST",
            "orderList/otoco",
            symbol="BTCUSDT",
            workingType="LIMIT",
            workingSide="BUY",
            workingTimeInForce="GTC",
            workingPrice=_rounded(price * D("1.01")),
            workingQuantity="0.01",
            pendingSide="SELL",
            pendingQuantity="0.0099",
            pendingAboveType="LIMIT_MAKER",
            pendingAbovePrice=_rounded(price * D("1.2")),
            pendingBelowType="STOP_LOSS_LIMIT",
            pendingBelowStopPrice=_rounded(price * D("0.8")),
            pendingBelowPrice=_rounded(price * D("0.79")),
            pendingBelowTimeInForce="GTC",
        ).json()
        list_id, number = placed["orderListId"], min(each["orderId"] for each in placed["orders"])
        wait_for("it is left to them", lambda: f"your order list {list_id}" in _lot(system, number).get("reason", ""))
        assert (_lot(system, number)["state"], _lot(system, number)["sells"]) == ("HELD", [])
        system.stop()
        system.run()
        assert "left to orders" in _lot(system, number)["reason"]
        open_orders = person.signed("GET", "openOrders", symbol="BTCUSDT").json()
        assert [each["orderListId"] for each in open_orders] == [list_id, list_id]
        person.signed("DELETE", "orderList", symbol="BTCUSDT", orderListId=list_id)
        wait_for("it is held for the person", lambda: "cancelled by hand" in _lot(system, number)["reason"])
        system.command("resume", "BTCUSDT", "--yes")
        wait_for("its SELL", lambda: _lot(system, number)["sells"])


def _rounded(price: D) -> str:
    return str(price.quantize(D("1")))


def test_a_database_that_is_deleted_is_written_again(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"], profit_pct="50") as system:
        system.run()
        first = system.buy("BTCUSDT")
        wait_for("its SELL", lambda: _lot(system, first).get("sells"))
        system.command("pause", "BTCUSDT", "--yes")
        for each in system.database.parent.glob(f"{system.database.name}*"):
            each.unlink()
        second = system.buy("BTCUSDT")  # has no SELL: only the database knows it
        wait_for("it is said", lambda: any("written again" in each for each in system.told()["problems"]))
        system.stop()
        system.run_unproven()
        wait_for("both lots", lambda: len(system.positions()) == 2)
        assert {each["lot"] for each in system.positions()} == {f"BTCUSDT-{number}" for number in (first, second)}


def test_what_self_trade_prevention_takes_from_a_sell_gets_another(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT", "--paused"], profit_pct="1") as system:
        system.control("price", symbol="BTCUSDT", price="60000")
        system.run_unproven()
        number = system.buy("BTCUSDT", "600")
        wait_for("its SELL", lambda: _lot(system, number).get("sells"))
        (sell,) = _lot(system, number)["sells"]
        person = Client(system.exchange)
        meets = {"type": "LIMIT", "timeInForce": "GTC", "quantity": "0.004", "price": sell["price"]}
        system.control("price", symbol="BTCUSDT", price=str(D(sell["price"]) - 1), size="0.00001")
        answer = person.signed(
            "POST", "order", symbol="BTCUSDT", side="BUY", selfTradePreventionMode="DECREMENT", **meets
        ).json()
        assert D(answer["preventedQuantity"]) > D("0.003"), answer

        def standing() -> list[D]:
            """What the SELLs of the lot still cover."""
            rows = person.signed("GET", "openOrders", symbol="BTCUSDT").json()
            ours = [
                each for each in rows if each["clientOrderId"].startswith(sell["client_order_id"].rpartition("-")[0])
            ]
            return [D(each["origQty"]) - D(each.get("preventedQuantity", "0")) for each in ours]

        wait_for(f"the rest has a SELL; {answer}", lambda: sum(standing()) == D(sell["quantity"]))
        assert len(standing()) == 2
        wait_for("nothing is unprotected", lambda: not system.unprotected())


@pytest.mark.longest
def test_a_buy_by_smart_order_routing_is_a_lot_whether_anyone_listens_or_not(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"], profit_pct="50") as system:
        system.run()
        person = Client(system.exchange)
        wanted = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.01"}
        first = person.signed("POST", "sor/order", **wanted).json()["orderId"]
        wait_for("its SELL", lambda: _lot(system, first).get("sells"))
        time.sleep(24.0)  # the owner's own coins are known by then
        system.stop()
        second = person.signed("POST", "sor/order", **wanted).json()["orderId"]
        system.run()
        wait_for("the SELL of the one that no event told", lambda: _lot(system, second).get("sells"), 60.0)
        wait_for("its coins are explained", lambda: not _came(system), 60.0)
        assert {each["lot"] for each in system.positions()} == {f"BTCUSDT-{each}" for each in (first, second)}
        assert all(system.sells_of("BTCUSDT", each) for each in (first, second))


def _came(system: SystemUnderTest) -> str:
    """How many coins stand that came without a trade."""
    came = ((system.status() or {}).get("pairs") or {}).get("BTCUSDT", {}).get("came")
    return str(came["quantity"]) if came else ""


@pytest.mark.longest
def test_coins_without_a_trade_stand_until_they_are_dismissed_or_adopted(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"], profit_pct="50") as system:
        system.run()
        time.sleep(24.0)  # the owner's own coins are known by then
        system.control("faults", name="move-funds", asset="BTC", amount="0.01")
        wait_for("they stand", lambda: _came(system) == "0.01", 60.0)
        assert "lotkeeper dismiss BTCUSDT" in " ".join(system.told()["problems"])
        assert system.command("dismiss", "BTCUSDT", "--yes").returncode == 0
        wait_for("they are dismissed", lambda: not _came(system))
        system.stop()
        system.control("faults", name="move-funds", asset="BTC", amount="0.02")
        system.run_unproven()
        wait_for("they stand, though nobody was there", lambda: _came(system) == "0.02", 60.0)
        assert system.command("adopt", "BTCUSDT", "--quantity", "0.02", "--cost", "1200", "--yes").returncode == 0
        wait_for("they are adopted", lambda: not _came(system))
