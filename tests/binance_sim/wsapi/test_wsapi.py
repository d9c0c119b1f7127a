import json
from decimal import Decimal as D

import pytest
import websocket

from tests.binance_sim.support import ask, receive, until


@pytest.fixture
def socket(client):
    socket = client.connect()
    yield socket
    socket.close()


@pytest.fixture
def user(client):
    socket = client.subscribe()
    yield socket
    socket.close()


def order(client, **params):
    usual = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC"}
    return client.ws_params(**usual, **params)


def test_ids_of_any_kind_are_echoed(socket):
    for request_id in (1, "1", None, "a-b"):
        socket.send(json.dumps({"id": request_id, "method": "v3/ping"}))
        answer = receive(socket)
        assert (answer["id"], answer["status"], answer["result"]) == (request_id, 200, {})
        assert [row["rateLimitType"] for row in answer["rateLimits"]] == ["REQUEST_WEIGHT"]


def test_rate_limits_may_be_hidden(client, socket):
    assert "rateLimits" not in ask(socket, "time", {"returnRateLimits": False})
    assert "rateLimits" not in ask(socket, "account.status", client.ws_params(returnRateLimits=False))
    quiet = client.connect(client.simulator.ws_api_url + "?returnRateLimits=false")
    assert "rateLimits" not in ask(quiet, "time")
    quiet.close()


def test_place_query_cancel(client, socket):
    placed = ask(socket, "order.place", order(client, quantity="0.00100", price="50000.00"))
    assert placed["result"]["status"] == "NEW"
    assert [row["rateLimitType"] for row in placed["rateLimits"]] == ["ORDERS", "ORDERS", "REQUEST_WEIGHT"]
    wanted = {"symbol": "BTCUSDT", "orderId": str(placed["result"]["orderId"])}
    found = ask(socket, "order.status", client.ws_params(**wanted))["result"]
    opened = ask(socket, "openOrders.status", client.ws_params(symbol="BTCUSDT"))["result"]
    assert opened == [found]
    assert ask(socket, "order.cancel", client.ws_params(**wanted))["result"]["status"] == "CANCELED"
    missing = ask(socket, "order.status", client.ws_params(symbol="BTCUSDT", orderId=1))
    assert (missing["status"], missing["error"]) == (400, {"code": -2013, "msg": "Order does not exist."})


def test_numbers_are_signed_as_sent(client, socket):
    text = json.dumps(order(client, quantity="Q", price="P"))
    params = json.loads(text)
    del params["signature"]
    payload = "&".join(f"{key}={params[key]}" for key in sorted(params))
    payload = payload.replace("quantity=Q", "quantity=0.00100").replace("price=P", "price=50000.10")
    signed = json.dumps({**params, "signature": client.sign(payload)})
    signed = signed.replace('"Q"', "0.00100").replace('"P"', "50000.10")
    socket.send('{"id":7,"method":"order.test","params":' + signed + "}")
    assert receive(socket)["result"] == {}


def test_what_is_not_understood(socket):
    socket.send("no json")
    assert receive(socket)["error"]["code"] == -1135
    socket.send("[]")
    assert receive(socket)["error"]["code"] == -1135
    assert ask(socket, "no.method")["error"]["code"] == -1020
    assert ask(socket, "time", [])["error"]["code"] == -1135
    assert ask(socket, "account.status", {})["status"] == 401
    assert ask(socket, "userDataStream.start", {})["error"]["code"] == -1020


def test_events_of_a_market_buy_come_in_order(client, user):
    bought = client.order("BUY", "MARKET", quantity="1.5").json()
    frames = [receive(user) for _ in range(len(bought["fills"]) + 2)]
    assert all(frame["subscriptionId"] == 0 for frame in frames)
    events = [frame["event"] for frame in frames]
    assert [event.get("x", event["e"]) for event in events] == [
        "NEW",
        *["TRADE"] * len(bought["fills"]),
        "outboundAccountPosition",
    ]
    trades = events[1:-1]
    assert [event["t"] for event in trades] == [fill["tradeId"] for fill in bought["fills"]]
    assert [event["X"] for event in trades] == ["PARTIALLY_FILLED"] * (len(trades) - 1) + ["FILLED"]
    assert sum(D(event["l"]) for event in trades) == D("1.5") == D(trades[-1]["z"])
    assert [event["I"] for event in events[:-1]] == sorted({event["I"] for event in events[:-1]})


def test_resting_order_fills_in_parts_when_the_price_comes(client, user):
    client.order("BUY", "LIMIT", quantity="0.5", price="59000", newClientOrderId="rest-me")
    client.control("price", symbol="BTCUSDT", price="58999.99", size="0.2")
    client.control("trade", symbol="BTCUSDT", price="58990", qty="0.4", buyerIsMaker=True)

    def ours(frame):
        return frame["event"].get("c") == "rest-me"

    reports = [until(user, ours)["event"] for _ in range(3)]
    assert [(event["x"], event["X"], event["w"], event["m"]) for event in reports] == [
        ("NEW", "NEW", True, False),
        ("TRADE", "PARTIALLY_FILLED", True, True),
        ("TRADE", "FILLED", False, True),
    ]
    assert [event["l"] for event in reports] == ["0.00000000", "0.20000000", "0.30000000"]


def test_one_subscription_a_connection(client, user):
    again = ask(user, "userDataStream.subscribe.signature", client.ws_params())
    assert again["error"]["code"] == -2035
    assert ask(user, "session.subscriptions")["result"] == [{"subscriptionId": 0}]
    user.send(json.dumps({"id": "u", "method": "userDataStream.unsubscribe", "params": {"subscriptionId": 0}}))
    ended, answer = receive(user), receive(user)
    assert (ended["event"]["e"], answer["result"]) == ("eventStreamTerminated", {})
    assert ask(user, "userDataStream.unsubscribe")["error"]["code"] == -2036
    assert ask(user, "userDataStream.subscribe.signature", client.ws_params())["result"] == {"subscriptionId": 1}


def test_hmac_keys_cannot_log_on(client, socket):
    assert "error" in ask(socket, "session.logon", client.ws_params())
    assert ask(socket, "userDataStream.subscribe")["status"] == 401
    status = ask(socket, "session.status")["result"]
    assert (status["apiKey"], status["userDataStream"]) == (None, False)


def test_every_subscriber_gets_every_event(client, user):
    other = client.subscribe()
    client.order("BUY", quantity="0.001", price="50000", newClientOrderId="for-all")
    for socket in (user, other):
        assert until(socket, lambda frame: frame["event"].get("c") == "for-all")["event"]["x"] == "NEW"
    other.close()


def test_dropped_sockets_are_gone_and_others_stay(client, user, socket):
    assert client.control("drop/user")["dropped"] == 1
    with pytest.raises((websocket.WebSocketConnectionClosedException, ConnectionError)):
        until(user, lambda frame: False)
    assert ask(socket, "ping")["result"] == {}
