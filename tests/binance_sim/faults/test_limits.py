"""Faults of limits: too many requests, bans, and a wrong clock."""

import time

import pytest
from websocket import WebSocketConnectionClosedException

from binance_sim.process import start_simulator
from tests.binance_sim.support import Client, ask


@pytest.fixture
def own():
    """A process for one test."""
    with start_simulator(["--symbol", "BTCUSDT", "--paused"]) as process:
        yield Client(process)


def test_too_many_requests(own):
    socket = own.connect()
    own.simulator.controls().fault("too-many-requests", seconds=2)
    answer = own.get("time")
    assert (answer.status_code, answer.json()["code"]) == (429, -1003)
    assert 1 <= int(answer.headers["Retry-After"]) <= 2
    reply = ask(socket, "time")
    assert (reply["status"], reply["error"]["code"]) == (429, -1003)
    assert reply["error"]["data"]["retryAfter"] > reply["error"]["data"]["serverTime"]
    time.sleep(2.1)
    assert own.get("time").status_code == 200
    socket.close()


def test_a_ban_says_until_when_and_cuts_the_sockets(own):
    socket = own.subscribe()
    own.simulator.controls().fault("ban", seconds=1)
    answer = own.get("time")
    assert (answer.status_code, answer.json()["code"]) == (418, -1003)
    assert answer.json()["msg"].startswith("Way too much request weight used; IP banned until 1")
    assert int(answer.headers["Retry-After"]) >= 1
    with pytest.raises((WebSocketConnectionClosedException, ConnectionError)):
        socket.recv()
    time.sleep(1.1)
    assert own.get("time").status_code == 200


def wait_for_room_in_the_window(seconds):
    """Counts begin anew with each window, as at the exchange: requests that belong together must not span its end."""
    left = seconds - time.time() % seconds
    if left < 4:
        time.sleep(left)


def test_who_goes_on_after_429_is_banned():
    with start_simulator(["--symbol", "BTCUSDT", "--paused", "--weight-limit", "30"]) as process:
        client = Client(process)
        wait_for_room_in_the_window(60)
        told = client.get("exchangeInfo").json()["rateLimits"][0]
        seen = [client.get("ping").status_code for _ in range(50)]
    assert (told["rateLimitType"], told["limit"]) == ("REQUEST_WEIGHT", 30)
    assert seen.index(429) < seen.index(418)
    assert set(seen[seen.index(418) :]) == {418}


def test_too_many_orders(own):
    wait_for_room_in_the_window(10)
    own.simulator.controls().fault("too-many-orders")
    answer = own.order("BUY", quantity="0.001", price="50000")
    assert (answer.status_code, answer.json()["code"]) == (429, -1015)
    assert answer.json()["msg"].startswith("Too many new orders; current limit is 100 orders per 10 SECOND")
    rows = own.signed("GET", "rateLimit/order").json()
    assert rows[0]["count"] == 100
    assert own.signed("GET", "account").status_code == 200


@pytest.mark.parametrize(("ms", "text"), [(-5000, "1000ms ahead"), (10_000, "outside of the recvWindow")])
def test_a_wrong_clock(own, ms, text):
    own.simulator.controls().fault("clock-skew", ms=ms)
    before_ms = int(time.time() * 1000)
    told_ms = own.get("time").json()["serverTime"] - ms
    assert before_ms - 1 <= told_ms <= int(time.time() * 1000) + 1
    answer = own.signed("GET", "account").json()
    assert (answer["code"], text in answer["msg"]) == (-1021, True)
    own.simulator.controls().fault("clock-skew", ms=0)
    assert own.signed("GET", "account").status_code == 200
