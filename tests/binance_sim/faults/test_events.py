"""Faults of events: twice, late, out of order, never."""

import time

import pytest

from tests.binance_sim.support import receive, until


def names(user, count):
    """The kinds of the next events."""
    events = [receive(user)["event"] for _ in range(count)]
    return [event.get("x", event["e"][:8]) for event in events]


def buy(client):
    return client.order("BUY", "MARKET", quantity="0.001")


def test_undisturbed(client, user):
    buy(client)
    assert names(user, 3) == ["NEW", "TRADE", "outbound"]


def test_twice(client, controls, user):
    controls.fault("duplicate-event", where={"x": "TRADE"}, copies=2)
    buy(client)
    assert names(user, 5) == ["NEW", "TRADE", "TRADE", "TRADE", "outbound"]


def test_the_second_time_much_later(client, controls, user):
    controls.fault("duplicate-event", where={"x": "TRADE"}, seconds=0.3)
    buy(client)
    assert names(user, 4) == ["NEW", "TRADE", "outbound", "TRADE"]


def test_late(client, controls, user):
    controls.fault("delay-event", where={"x": "NEW"}, seconds=0.3)
    started = time.monotonic()
    buy(client)
    assert names(user, 3) == ["TRADE", "outbound", "NEW"]
    assert time.monotonic() - started >= 0.3


def test_behind_the_next_one(client, controls, user):
    controls.fault("reorder-event", where={"x": "NEW"})
    buy(client)
    assert names(user, 3) == ["TRADE", "NEW", "outbound"]


def test_behind_two(client, controls, user):
    controls.fault("reorder-event", where={"x": "NEW"}, events=2)
    buy(client)
    assert names(user, 3) == ["TRADE", "outbound", "NEW"]


def test_behind_what_never_comes(client, controls, user):
    controls.fault("reorder-event", where={"e": "outboundAccountPosition"}, events=9, seconds=0.2)
    buy(client)
    assert names(user, 3) == ["NEW", "TRADE", "outbound"]


def test_never(client, controls, user):
    controls.fault("lose-event", where={"x": "TRADE"})
    buy(client)
    assert names(user, 2) == ["NEW", "outbound"]
    assert client.signed("GET", "myTrades", symbol="BTCUSDT", limit="1").json()


def test_with_other_values(client, controls, user):
    controls.fault("change-event", where={"x": "TRADE"}, set={"X": "FROZEN", "L": None})
    buy(client)
    assert receive(user)["event"]["X"] == "NEW"
    trade = receive(user)["event"]
    assert (trade["x"], trade["X"], trade["L"]) == ("TRADE", "FROZEN", None)
    assert client.signed("GET", "myTrades", symbol="BTCUSDT", limit="1").json()


@pytest.mark.parametrize("name", ["lose-event", "duplicate-event"])
def test_of_another_account_only(client, controls, user, name):
    controls.fault(name, where={"account": "nobody"}, times=0)
    buy(client)
    assert names(user, 3) == ["NEW", "TRADE", "outbound"]


def test_an_event_of_one_order_by_its_id(client, controls, user):
    controls.fault("lose-event", where={"c": "this", "X": "NEW"})
    client.order("BUY", quantity="0.001", price="50000", newClientOrderId="other")
    client.order("BUY", quantity="0.001", price="50000", newClientOrderId="this")
    client.signed("DELETE", "order", symbol="BTCUSDT", origClientOrderId="this", newClientOrderId="gone")
    seen = []
    until(user, lambda frame: seen.append(frame["event"].get("c")) or frame["event"].get("c") == "gone")
    assert "other" in seen
    assert "this" not in seen
