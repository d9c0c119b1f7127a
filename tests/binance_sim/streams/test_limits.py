"""Limits of market streams (source: "WebSocket Limits")."""

import json
import struct

import pytest
from websocket import ABNF, WebSocketBadStatusException

from binance_sim.process import start_simulator
from tests.binance_sim.support import Client, ask, receive


@pytest.fixture(scope="module")
def usual():
    """Limits as on the real exchange."""
    with start_simulator(["--symbol", "BTCUSDT", "--paused"]) as process:
        yield Client(process)


def closing_code(socket):
    while True:
        opcode, data = socket.recv_data()
        if opcode == ABNF.OPCODE_CLOSE:
            return struct.unpack("!H", data[:2])[0]


def test_five_messages_a_second(usual):
    socket = usual.stream("/ws/btcusdt@trade")
    for number in range(12):
        socket.send(json.dumps({"method": "LIST_SUBSCRIPTIONS", "id": number}))
    assert closing_code(socket) == 1008


def test_pings_count_as_messages(usual):
    socket = usual.stream("/ws/btcusdt@trade")
    for _ in range(12):
        socket.ping()
    assert closing_code(socket) == 1008


def test_1024_streams_and_no_more(usual):
    names = [f"x{number}usdt@trade" for number in range(1024)]
    socket = usual.stream("/ws")
    assert ask(socket, "SUBSCRIBE", names)["result"] is None
    refused = ask(socket, "SUBSCRIBE", ["one@more"], request_id=2)
    assert refused["error"]["code"] == 2
    assert ask(socket, "SUBSCRIBE", names[:5], request_id=3)["result"] is None
    socket.close()
    with pytest.raises(WebSocketBadStatusException) as wrong:
        usual.stream("/stream?streams=" + "/".join([*names, "one@more"]))
    assert wrong.value.status_code in (400, 414, 431)


def test_connection_attempts_in_five_minutes():
    with start_simulator(["--symbol", "BTCUSDT", "--paused", "--connection-limit", "4"]) as process:
        client = Client(process)
        sockets = [client.stream("/ws/btcusdt@trade") for _ in range(4)]
        with pytest.raises(WebSocketBadStatusException) as refused:
            client.stream("/ws/btcusdt@trade")
        assert refused.value.status_code == 429
        client.connect().close()
        for socket in sockets:
            socket.close()


def test_the_websocket_api_counts_its_own_attempts():
    with start_simulator(["--symbol", "BTCUSDT", "--paused", "--connection-limit", "2"]) as process:
        client = Client(process)
        sockets = [client.connect() for _ in range(2)]
        with pytest.raises(WebSocketBadStatusException) as refused:
            client.connect()
        assert refused.value.status_code == 429
        assert receive_used(sockets[0]) >= 4
        for socket in sockets:
            socket.close()


def receive_used(socket):
    """The used weight: each attempt costs two."""
    socket.send(json.dumps({"id": 1, "method": "ping"}))
    limits = receive(socket)["rateLimits"]
    return next(row["count"] for row in limits if row["rateLimitType"] == "REQUEST_WEIGHT")
