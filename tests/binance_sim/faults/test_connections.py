"""Faults of connections: cut, closed, muted, refused, told that the server shuts down."""

import json
import struct
import time

import pytest
import requests
from websocket import (
    ABNF,
    WebSocketBadStatusException,
    WebSocketConnectionClosedException,
    WebSocketTimeoutException,
)

from binance_sim.process import start_simulator
from tests.binance_sim.support import WAIT_S, Client, ask, receive, until

GONE = (WebSocketConnectionClosedException, ConnectionError)


@pytest.fixture
def market(client):
    socket = client.stream("/ws/btcusdt@bookTicker")
    yield socket
    socket.close()


def is_gone(socket):
    """Whether the connection ends, after all frames that were sent."""
    try:
        while True:
            socket.recv()
    except GONE:
        return True


def closing_code(socket):
    while True:
        opcode, data = socket.recv_data()
        if opcode == ABNF.OPCODE_CLOSE:
            return struct.unpack("!H", data[:2])[0]


def test_a_reset(client, controls, user):
    assert controls.fault("cut", how="abort")["dropped"] == 1
    with pytest.raises(GONE):
        receive(user)


def test_an_end_without_a_closing_frame(client, controls, user):
    controls.fault("cut", how="drop")
    with pytest.raises(WebSocketConnectionClosedException):
        receive(user)


def test_a_closing_frame_with_a_code(client, controls, user):
    controls.fault("cut", how="close", code=1008)
    assert closing_code(user) == 1008


def test_market_sockets_only(client, controls, user, market):
    assert controls.fault("cut", socket="market")["dropped"] == 1
    assert is_gone(market)
    assert ask(user, "ping")["status"] == 200


def test_sockets_for_requests_only(client, controls, user, market):
    plain = client.connect()
    assert controls.fault("cut", socket="requests")["dropped"] == 1
    assert is_gone(plain)
    assert ask(user, "ping")["status"] == 200


def test_sockets_without_an_account_go_with_all(client, controls, user, market):
    plain = client.connect()
    assert controls.fault("cut", socket="all")["dropped"] == 3
    with pytest.raises(GONE):
        ask(plain, "ping")


def test_a_muted_socket_stands_and_says_nothing(client, controls, user):
    """No event, no pong, no reply; afterwards it works again, messages in between are lost."""
    controls.fault("mute", seconds=3)
    began = time.monotonic()
    client.order("BUY", quantity="0.001", price="50000", newClientOrderId="unheard")
    user.settimeout(0.2)
    user.ping()
    with pytest.raises(WebSocketTimeoutException):
        user.recv()
    time.sleep(max(0.0, began + 3.1 - time.monotonic()))
    user.settimeout(WAIT_S)
    client.order("BUY", quantity="0.001", price="50000", newClientOrderId="heard")
    assert receive(user)["event"]["c"] == "heard"


@pytest.mark.parametrize("status", [None, 503, 429])
def test_new_connections_are_refused(client, controls, status):
    controls.fault("refuse-connection", where={"socket": "user"}, **({} if status is None else {"status": status}))
    if status is None:
        with pytest.raises(GONE):
            client.connect()
    else:
        with pytest.raises(WebSocketBadStatusException) as refused:
            client.connect()
        assert refused.value.status_code == status
    client.connect().close()


def test_market_connections_and_requests_are_refused_apart(client, controls):
    controls.fault("refuse-connection", where={"socket": "market"}, status=503, times=0)
    with pytest.raises(WebSocketBadStatusException):
        client.stream("/ws/btcusdt@trade")
    client.connect().close()
    assert client.get("ping").status_code == 200
    controls.lift()
    controls.fault("refuse-connection", where={"socket": "rest", "path": "/api/v3/ping"}, status=502)
    assert client.get("time").status_code == 200
    assert client.get("ping").status_code == 502
    controls.fault("refuse-connection", where={"socket": "rest"})
    with pytest.raises(requests.ConnectionError):
        client.get("ping")


def test_server_shutdown_is_announced_and_then_happens():
    """All connections receive it (sources: "WebSocket Streams", "Server Shutdown")."""
    with start_simulator(["--symbol", "BTCUSDT", "--paused"]) as process:
        client = Client(process)
        user, raw = client.subscribe(), client.stream("/ws/btcusdt@bookTicker")
        combined = client.stream("/stream?streams=btcusdt@bookTicker")
        plain = client.connect()
        answer = process.controls().fault("server-shutdown", seconds=0.4)
        assert (answer["told"], answer["closing"]) == (4, 4)
        for socket in (user, plain):
            event = until(socket, lambda frame: "event" in frame)["event"]
            assert event["e"] == "serverShutdown"
            assert abs(event["E"] / 1000 - time.time()) < 60
        assert until(raw, lambda frame: frame.get("e") == "serverShutdown").keys() == {"e", "E"}
        wrapped = until(combined, lambda frame: frame.get("data", frame).get("e") == "serverShutdown")
        assert wrapped["data"]["e"] == "serverShutdown"
        for socket in (user, plain, raw, combined):
            assert closing_code(socket) in (1000, 1001)


def test_a_socket_lives_a_day_and_ends_in_order():
    """Here: half a second."""
    with start_simulator(["--symbol", "BTCUSDT", "--life", "0.5", "--paused"]) as process:
        client = Client(process)
        for socket in (client.connect(), client.stream("/ws/btcusdt@trade")):
            assert closing_code(socket) in (1000, 1001, 1008)


def test_pings_come_and_silence_ends_it():
    """Source: a ping every 20 seconds, a pong within a minute; both are shorter here."""
    with start_simulator(["--symbol", "BTCUSDT", "--ping-every", "0.1", "--pong-within", "3", "--paused"]) as process:
        client = Client(process)
        answering, silent = client.connect(), client.connect()
        pings = [answering.recv_data_frame(control_frame=True) for _ in range(3)]
        assert [opcode for opcode, _ in pings] == [ABNF.OPCODE_PING] * 3
        payload = pings[0][1].data
        assert payload.isdigit()
        assert abs(int(payload) / 1000 - time.time()) < 60
        answering.close()
        assert ends_without_answer(silent)


def ends_without_answer(socket):
    """Read without answering pings: websocket-client would answer them."""
    socket.pong = lambda *_: None
    try:
        while True:
            if socket.recv_data()[0] == ABNF.OPCODE_CLOSE:
                return True
    except GONE:
        return True


def test_an_unasked_pong_is_fine(client):
    socket = client.connect()
    socket.pong(json.dumps({"any": "thing"}))
    assert ask(socket, "ping")["status"] == 200
    socket.close()
