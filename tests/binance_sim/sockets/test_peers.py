"""Connections over real sockets: pinged, muted, ended, and cut when dead or too slow."""

import asyncio
import socket as sockets
import time

import pytest
import websocket
from aiohttp.test_utils import make_mocked_request

from binance_sim.process import start_simulator
from binance_sim.sockets.peers import ConnectionRules, PeerGroup
from tests.binance_sim.support import Client, ask

WAIT_S = 90  # on a very busy machine


@pytest.fixture(scope="module")
def hasty():
    """A process that pings ten times a second and waits only briefly for pongs."""
    args = ["--symbol", "BTCUSDT", "--paused", "--message-limit", "0"]
    with start_simulator([*args, "--ping-every", "0.1", "--pong-within", "0.5"]) as process:
        yield Client(process)


def frames(socket, until):
    """Opcodes and payloads, without answers to pings, until `until` or the end of the connection."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        try:
            frame = socket.recv_frame()
        except (websocket.WebSocketConnectionClosedException, OSError):
            return
        yield frame.opcode, frame.data
        if until(frame):
            return


def test_pings_carry_the_time(hasty):
    socket = hasty.stream("/ws/none")
    (opcode, data), *_ = frames(socket, lambda frame: True)
    socket.close()
    assert opcode == websocket.ABNF.OPCODE_PING
    assert abs(int(data) / 1000 - time.time()) < 60


def test_who_answers_no_ping_is_cut(hasty):
    socket = hasty.connect()
    seen = list(frames(socket, lambda frame: False))
    assert len(seen) >= 3
    assert {opcode for opcode, _ in seen} == {websocket.ABNF.OPCODE_PING}
    with pytest.raises((websocket.WebSocketException, OSError)):
        socket.recv()


def test_who_answers_stays(hasty):
    socket = hasty.connect()
    answered = 0
    while answered < 12:  # longer than it waits for a pong
        opcode, data = next(frames(socket, lambda frame: True))
        if opcode == websocket.ABNF.OPCODE_PING:
            socket.pong(data)
            answered += 1
    socket.send('{"id":1,"method":"ping"}')
    answer = next(data for opcode, data in frames(socket, lambda frame: False) if opcode == websocket.ABNF.OPCODE_TEXT)
    socket.close()
    assert b'"status":200' in answer


def test_a_ping_of_the_client_is_answered(hasty):
    socket = hasty.connect()
    socket.ping("are you there")
    pong = next(data for opcode, data in frames(socket, lambda frame: False) if opcode == websocket.ABNF.OPCODE_PONG)
    socket.close()
    assert pong == b"are you there"


def test_a_message_that_is_too_large_ends_its_own_connection_only(client):
    other = client.connect()
    socket = client.connect()
    socket.send("x" * 2_000_000)
    opcode, data = list(frames(socket, lambda frame: False))[-1]
    assert (opcode, int.from_bytes(data[:2], "big")) == (websocket.ABNF.OPCODE_CLOSE, 1009)
    assert ask(other, "ping")["status"] == 200
    other.close()


def test_a_life_that_is_over(tmp_path):
    with start_simulator(["--symbol", "BTCUSDT", "--paused", "--life", "0.3"]) as process:
        socket = Client(process).connect()
        opcode, data = socket.recv_data()
        assert opcode == websocket.ABNF.OPCODE_CLOSE
        assert int.from_bytes(data[:2], "big") == 1001


def test_a_half_open_connection_harms_nobody(client):
    """A client that disappears in the middle of its request."""
    host, port = client.simulator.rest_url.removeprefix("http://").split(":")
    with sockets.create_connection((host, int(port))) as raw:
        raw.sendall(b"POST /api/v3/order HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nsymbol=")
    assert client.get("ping").json() == {}


HANDSHAKE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def test_who_leaves_during_the_handshake_is_no_error():
    peers = PeerGroup(ConnectionRules())
    gone = make_mocked_request("GET", "/ws-api/v3", headers=HANDSHAKE)
    gone.protocol.transport = None
    socket = asyncio.run(peers.accept(gone, print, print, print))
    assert not socket.prepared
    assert list(peers) == []
