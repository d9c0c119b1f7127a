"""Faults of pairs: halted, closed, orders expired by maintenance, other filters, a reference price."""

import pytest

from binance_sim.control.client import ControlRefusedError
from binance_sim.process import start_simulator
from tests.binance_sim.support import Client, until


@pytest.fixture(autouse=True)
def trading(controls):
    yield
    controls.fault("status", status="TRADING")


def order(client, name):
    return client.order("BUY", quantity="0.001", price="50000", newClientOrderId=name).json()


@pytest.mark.parametrize(
    ("status", "text"),
    [("HALT", "This order type is not possible in this trading phase."), ("BREAK", "Market is closed.")],
)
def test_a_pair_that_does_not_trade(client, controls, status, text):
    assert order(client, "standing")["status"] == "NEW"
    controls.fault("status", status=status, symbol="BTCUSDT")
    refused = order(client, "refused")
    assert (refused["code"], refused["msg"]) == (-2010, text)
    info = client.get("exchangeInfo", symbol="BTCUSDT").json()["symbols"][0]
    assert info["status"] == status
    assert client.order("BUY", symbol="ETHUSDT", quantity="0.01", price="2000").status_code == 200
    client.control("price", symbol="BTCUSDT", price="49000", size="1")
    client.control("trade", symbol="BTCUSDT", price="49000", qty="1")
    assert client.get("ticker/bookTicker", symbol="BTCUSDT").json()["bidPrice"] == "60000.00000000"
    assert state(client, "standing") == "NEW"
    controls.fault("status", status="TRADING", symbol="BTCUSDT")
    assert state(client, "standing") == "FILLED"


def state(client, name):
    return client.signed("GET", "order", symbol="BTCUSDT", origClientOrderId=name).json()["status"]


@pytest.mark.parametrize("status", ["HALT", "BREAK"])
def test_cancels_are_taken_all_the_same(client, controls, status):
    order(client, "there")
    controls.fault("status", status=status, symbol="BTCUSDT")
    gone = client.signed("DELETE", "order", symbol="BTCUSDT", origClientOrderId="there").json()
    assert gone["status"] == "CANCELED"


def test_cancel_only(client, controls):
    order(client, "there")
    controls.fault("status", status="CANCEL_ONLY", symbol="BTCUSDT")
    assert order(client, "new")["code"] == -2010
    gone = client.signed("DELETE", "order", symbol="BTCUSDT", origClientOrderId="there").json()
    assert gone["status"] == "CANCELED"


def test_all_pairs_at_once(client, controls):
    controls.fault("status", status="HALT")
    info = client.get("exchangeInfo").json()["symbols"]
    assert {each["status"] for each in info} == {"HALT"}


def test_maintenance_expires_what_is_open(client, controls, user):
    order(client, "open1")
    order(client, "open2")
    assert controls.fault("maintenance-cancel", symbol="BTCUSDT")["expired"] == 2
    event = until(user, lambda frame: frame["event"].get("X") == "EXPIRED")["event"]
    assert (event["c"], event["x"], event["eR"]) == ("open1", "EXPIRED", "EXCHANGE_CANCELED")
    assert client.signed("GET", "openOrders", symbol="BTCUSDT").json() == []
    assert state(client, "open2") == "EXPIRED"


def test_a_filter_changes_and_open_orders_stay(client, controls):
    assert order(client, "fine")["origQty"] == "0.00100000"
    controls.fault("filter", symbol="BTCUSDT", filter="LOT_SIZE", set={"stepSize": "0.01000000", "minQty": "0.01"})
    assert order(client, "coarse")["msg"] == "Filter failure: LOT_SIZE"
    assert state(client, "fine") == "NEW"
    controls.fault("filter", symbol="BTCUSDT", filter="LOT_SIZE", set={"stepSize": "0.00001000", "minQty": "0.00001"})
    assert order(client, "fine-again")["status"] == "NEW"


def test_a_reference_price(client, controls):
    """Filters that need a price use it (source: "reference price")."""
    controls.fault("reference-price", symbol="ETHBTC", price="0.05")
    found = client.get("referencePrice", symbol="ETHBTC").json()
    assert found["referencePrice"] == "0.05000000"
    controls.fault("reference-price", symbol="ETHBTC", price=None)
    assert client.get("referencePrice", symbol="ETHBTC").json()["referencePrice"] is None


@pytest.mark.parametrize(
    ("name", "params", "text"),
    [
        ("status", {"status": "SLEEPING"}, "status is 'SLEEPING', not one of TRADING, HALT"),
        ("status", {"status": "HALT", "symbol": "NOPE"}, "symbol NOPE is not among BTCUSDT"),
        ("filter", {"symbol": "BTCUSDT", "filter": "NO_FILTER", "set": {"a": 1}}, "has no filter NO_FILTER"),
        ("filter", {"symbol": "BTCUSDT", "filter": "LOT_SIZE", "set": {"size": 1}}, "LOT_SIZE has no field size"),
        ("filter", {"symbol": "BTCUSDT", "filter": "LOT_SIZE", "set": []}, "set is not an object"),
        (
            "filter",
            {"symbol": "BTCUSDT", "filter": "LOT_SIZE", "set": {"stepSize": "much"}},
            "LOT_SIZE cannot have these values",
        ),
        ("reference-price", {"symbol": "BTCUSDT", "price": "much"}, "much"),
    ],
)
def test_what_cannot_be_is_told(controls, name, params, text):
    with pytest.raises(ControlRefusedError, match=text):
        controls.fault(name, **params)


def test_what_fails_later_is_told_in_the_journal(tmp_path):
    journal = tmp_path / "journal.jsonl"
    with start_simulator(["--symbol", "BTCUSDT", "--paused", "--journal", str(journal)]) as process:
        process.controls().fault("status", status="HALT", symbol="NOPE", in_s=0.01)
        client = Client(process)
        while "fault-failed" not in journal.read_text():
            client.get("ping")
    assert "symbol NOPE is not among BTCUSDT" in journal.read_text()


def test_a_pair_that_is_not_listed_any_more(client, controls):
    assert order(client, "standing")["status"] == "NEW"
    controls.fault("delist", symbol="BTCUSDT")
    for path in ("exchangeInfo", "ticker/bookTicker"):
        assert client.get(path, symbol="BTCUSDT").json()["code"] == -1121
    assert "BTCUSDT" not in [each["symbol"] for each in client.get("exchangeInfo").json()["symbols"]]
    controls.fault("list-again", symbol="BTCUSDT")
    assert order(client, "again")["status"] == "NEW"
