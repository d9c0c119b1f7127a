"""Requests as prepared bytes, signed before the measurement: only the server is measured."""

import base64
import hashlib
import hmac
import os
import struct
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import orjson

from benchmarks.binance_sim.servers import Server

PAIR = "BTCUSDT"
RECV_WINDOW_MS = 60_000
Params = dict[str, object]


def orders(count: int) -> Iterator[tuple[str, Params]]:
    """In turn: a MARKET BUY, a resting SELL, its cancel, a MARKET SELL. As (verb, parameters)."""
    market: Params = {"symbol": PAIR, "type": "MARKET", "quantity": "0.00100"}
    limit: Params = {"symbol": PAIR, "side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.00100"}
    for number in range(count // 4):
        name = f"bench-{number}"
        yield "POST", market | {"side": "BUY"}
        yield "POST", limit | {"price": "90000.00", "newClientOrderId": name}
        yield "DELETE", {"symbol": PAIR, "origClientOrderId": name}
        yield "POST", market | {"side": "SELL"}


def stamped(params: Params) -> Params:
    return params | {"timestamp": int(time.time() * 1000), "recvWindow": RECV_WINDOW_MS}


def signature(text: str, secret: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def http(server: Server, count: int) -> list[bytes]:
    """Parameters in the body, as most clients send them."""
    made = []
    for verb, params in orders(count):
        query = urlencode(stamped(params))
        body = f"{query}&signature={signature(query, server.secret)}"
        head = (
            f"{verb} /api/v3/order HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nX-MBX-APIKEY: {server.key}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        made.append((head + body).encode())
    return made


def frames(server: Server, count: int) -> list[bytes]:
    """The same over the WebSocket API, each request with its signature."""
    methods = {"POST": "order.place", "DELETE": "order.cancel"}
    return [frame(server, methods[verb], params) for verb, params in orders(count)]


def frame(server: Server, method: str, params: Params) -> bytes:
    values = stamped(params) | {"apiKey": server.key}
    payload = "&".join(f"{name}={values[name]}" for name in sorted(values))
    values["signature"] = signature(payload, server.secret)
    return masked(orjson.dumps({"id": 1, "method": method, "params": values}))


def subscription(server: Server) -> bytes:
    return frame(server, "userDataStream.subscribe.signature", {})


def masked(payload: bytes) -> bytes:
    """A text frame of a client; a mask of zeros is allowed (source: RFC 6455, section 5.3)."""
    size = len(payload)
    length = bytes((0x80 | size,)) if size < 126 else struct.pack("!BH", 0x80 | 126, size)
    return b"\x81" + length + bytes(4) + payload


def upgrade(server: Server, path: str) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()
