"""Faults of requests and replies: what is executed differs from what the client learns."""

import json
import time

import pytest
import requests
from websocket import WebSocketConnectionClosedException, WebSocketTimeoutException

from binance_sim.control.client import ControlRefusedError
from tests.binance_sim.support import WAIT_S, ask, receive, until

FAR = {"side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.001", "price": "50000"}


def order(client, name, **more):
    return client.order("BUY", quantity="0.001", price="50000", newClientOrderId=name, **more)


def exists(client, name):
    return client.signed("GET", "order", symbol="BTCUSDT", origClientOrderId=name).json().get("status")


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [("504", 504, None), ("502", 502, None), ("-1007", 504, -1007), ("-1006", 500, -1006), ("-1001", 500, -1001)],
)
def test_a_reply_that_says_nothing(client, controls, how, status, code):
    """Over HTTP some answers are not even JSON; the order exists all the same."""
    controls.fault("lose-reply", how=how, where={"method": "order.place"})
    answer = order(client, f"lost{how}")
    assert answer.status_code == status
    if code is None:
        with pytest.raises(requests.exceptions.JSONDecodeError):
            answer.json()
    else:
        assert answer.json()["code"] == code
    assert exists(client, f"lost{how}") == "NEW"


def test_a_reply_that_is_lost_with_its_connection(client, controls):
    controls.fault("lose-reply", where={"method": "order.place"})
    with pytest.raises(requests.ConnectionError):
        order(client, "cut")
    assert exists(client, "cut") == "NEW"


def test_a_reply_that_never_comes(client, controls):
    controls.fault("lose-reply", how="silence", where={"newClientOrderId": "silent"})
    socket = client.connect()
    socket.settimeout(0.5)
    place(socket, client, "silent", 1)
    with pytest.raises(WebSocketTimeoutException):
        socket.recv()
    socket.settimeout(30)
    assert ask(socket, "ping", request_id=2)["status"] == 200
    assert exists(client, "silent") == "NEW"
    socket.close()


def place(socket, client, name, number):
    params = client.ws_params(symbol="BTCUSDT", newClientOrderId=name, **FAR)
    socket.send(json.dumps({"id": number, "method": "order.place", "params": params}))


def test_a_connection_that_is_cut_instead_of_a_reply(client, controls):
    controls.fault("lose-reply", how="cut", where={"via": "ws-api", "method": "order.place"})
    socket = client.connect()
    place(socket, client, "cut-ws", 1)
    with pytest.raises((WebSocketConnectionClosedException, ConnectionError)):
        socket.recv()
    assert exists(client, "cut-ws") == "NEW"


def test_what_is_an_answer_of_the_web_server_over_http_is_an_error_on_a_socket(client, controls):
    controls.fault("lose-reply", how="-1007", where={"via": "ws-api"})
    socket = client.connect()
    place(socket, client, "vague", 5)
    answer = receive(socket)
    assert (answer["id"], answer["status"], answer["error"]["code"]) == (5, 504, -1007)
    assert answer["error"]["msg"].startswith("Timeout waiting for response from backend server.")
    assert exists(client, "vague") == "NEW"
    socket.close()


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({}, 503, -1008),
        ({"how": "-1016"}, 503, -1016),
        ({"how": "403"}, 403, None),
        ({"how": "custom", "status": 400, "code": -2010, "message": "No."}, 400, -2010),
    ],
)
def test_a_request_that_is_refused_was_not_carried_out(client, controls, params, status, code):
    controls.fault("refuse", where={"method": "order.place"}, **params)
    name = f"refused{abs(code or 403)}"
    answer = order(client, name)
    assert answer.status_code == status
    assert code is None or answer.json()["code"] == code
    assert exists(client, name) is None


def test_a_request_that_is_cut_before_it_arrives(client, controls):
    controls.fault("refuse", how="cut", where={"method": "order.place"})
    with pytest.raises(requests.ConnectionError):
        order(client, "never")
    assert exists(client, "never") is None


def test_a_request_that_arrives_late_is_accepted_within_its_window_only(client, controls):
    controls.fault("accept-late", seconds=0.4, times=2, where={"method": "order.place"})
    started = time.monotonic()
    assert order(client, "late").status_code == 200
    assert time.monotonic() - started >= 0.4
    answer = order(client, "too-late", recvWindow="200")
    assert (answer.status_code, answer.json()["code"]) == (400, -1021)
    assert exists(client, "too-late") is None


def test_an_answer_that_comes_before_the_request_is_carried_out(client, controls):
    """A query at once does not find the order: "not found" proves nothing."""
    controls.fault("answer-then-accept", seconds=2, where={"method": "order.place"})
    assert order(client, "ghost").json()["code"] == -1007
    assert exists(client, "ghost") is None
    wait_for(lambda: exists(client, "ghost") == "NEW")


def wait_for(condition):
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_reply_that_is_late_while_the_order_is_there(client, controls, user):
    controls.fault("reply-late", seconds=0.5, where={"method": "order.place"})
    socket = client.connect()
    place(socket, client, "slow", 1)
    until(user, lambda frame: frame["event"].get("c") == "slow")
    assert exists(client, "slow") == "NEW"
    assert receive(socket)["result"]["clientOrderId"] == "slow"
    socket.close()


def test_events_before_the_reply_or_after_it(client, controls, user):
    """The order of frames on one connection shows it."""
    for number, name in enumerate(("usual", "after", "usual")):
        if name == "after":
            controls.fault("events-after-reply", where={"method": "order.place"})
        place(user, client, f"{name}{number}", number)
        frames = [receive(user) for _ in range(3)]
        kinds = ["reply" if "id" in frame else frame["event"]["e"] for frame in frames]
        events = ["executionReport", "outboundAccountPosition"]
        assert kinds == (["reply", *events] if name == "after" else [*events, "reply"])


def test_what_lags_is_not_seen_yet(client, controls):
    """Queries do not show trades and orders of the last seconds, only older ones."""
    client.order("BUY", "MARKET", quantity="0.001", newClientOrderId="old")
    time.sleep(3.1)
    client.order("BUY", "MARKET", quantity="0.001", newClientOrderId="young")
    controls.fault("lag", seconds=3, times=0, where={"method": "myTrades"})
    controls.fault("lag", seconds=3, times=0, where={"method": "allOrders"})
    young = client.signed("GET", "order", symbol="BTCUSDT", origClientOrderId="young").json()["orderId"]
    orders = [each["clientOrderId"] for each in client.signed("GET", "allOrders", symbol="BTCUSDT").json()]
    trades = [each["orderId"] for each in client.signed("GET", "myTrades", symbol="BTCUSDT").json()]
    assert ("old" in orders, "young" in orders, young in trades) == (True, False, False)
    controls.lift()
    trades = [each["orderId"] for each in client.signed("GET", "myTrades", symbol="BTCUSDT").json()]
    assert young in trades


def test_a_list_that_lacks_its_oldest_row_has_it_a_moment_later(client, controls):
    for name in ("first", "second"):
        client.order("BUY", "MARKET", quantity="0.001", newClientOrderId=name)
    controls.fault("lose-rows", where={"method": "allOrders"})
    names = [
        [each["clientOrderId"] for each in client.signed("GET", "allOrders", symbol="BTCUSDT").json()] for _ in range(2)
    ]
    assert names[1][1:] == names[0]
    assert names[1][-2:] == ["first", "second"]


def test_rows_that_are_meant_have_other_values_and_the_order_stays_what_it_is(client, controls):
    for name in ("strange", "usual"):
        order(client, name)
    meant = {"clientOrderId": "stra*"}
    controls.fault("change-answer", where={"method": "openOrders.status"}, set={"status": "FROZEN"}, of=meant)
    rows = client.signed("GET", "openOrders", symbol="BTCUSDT").json()
    found = {each["clientOrderId"]: each["status"] for each in rows}
    assert (found["strange"], found["usual"]) == ("FROZEN", "NEW")
    assert exists(client, "strange") == "NEW"


def test_one_answer_has_other_values_on_a_socket_too(client, controls):
    order(client, "asked")
    controls.fault("change-answer", where={"method": "order.status"}, set={"price": None})
    socket = client.connect()
    params = client.ws_params(symbol="BTCUSDT", origClientOrderId="asked")
    answer = ask(socket, "order.status", params, request_id=3)["result"]
    assert (answer["price"], answer["status"]) == (None, "NEW")
    socket.close()


@pytest.mark.parametrize("values", [{}, None, "FROZEN"])
def test_other_values_are_an_object(client, controls, values):
    with pytest.raises(ControlRefusedError, match="set is"):
        controls.fault("change-answer", set=values)


def test_only_what_is_meant(client, controls):
    """Matches by method, client order id, account and interface."""
    number = controls.fault("refuse", where={"method": "order.place", "newClientOrderId": "lk1-*", "via": "rest"})["id"]
    assert order(client, "other").status_code == 200
    assert order(client, "lk1-a-1").status_code == 503
    assert order(client, "lk1-a-2").status_code == 200
    assert controls.faults() == []
    assert controls.lift(number) == 0


def test_armed_ones_can_be_looked_at_and_lifted(client, controls):
    controls.fault("refuse", where={"newClientOrderId": "x*"}, times=3)
    order(client, "y")
    order(client, "x1")
    (found,) = controls.faults()
    assert (found["name"], found["matched"], found["fired"], found["times"]) == ("refuse", 1, 1, 3)
    assert controls.lift(found["id"]) == 1
    assert order(client, "x2").status_code == 200


def test_later_and_for_a_while(client, controls):
    controls.fault("refuse", where={"method": "order.place"}, times=0, in_s=2, for_s=2)
    assert order(client, "before").status_code == 200
    wait_for(lambda: order(client, f"during{time.monotonic_ns()}").status_code == 503)
    wait_for(lambda: order(client, f"behind{time.monotonic_ns()}").status_code == 200)
    assert controls.faults() == []
