"""BUYs all at once, through the control API of the embedded exchange."""

import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

import orjson

from binance_sim.process import SimulatorProcess

_ANSWER_WITHIN_S = 10.0


def buy_at_once(exchange: SimulatorProcess, symbols: Sequence[str], quote: str) -> None:
    """A BUY for `quote` at the market on each pair. All requests leave in one write, and are filled one by one.

    Raises RuntimeError if the exchange did not accept all of them.
    """
    url = urlsplit(exchange.control_url)
    requests = b"".join(_request(url.netloc, url.path, exchange.control_key, symbol, quote) for symbol in symbols)
    with socket.create_connection((url.hostname or "", url.port or 0), _ANSWER_WITHIN_S) as connection:
        connection.sendall(requests)
        accepted, received = 0, b""
        while accepted < len(symbols):
            data = connection.recv(65_536)
            received += data
            accepted = received.count(b"HTTP/1.1 200")
            if not data or b"HTTP/1.1 4" in received:
                raise RuntimeError(f"{accepted} of {len(symbols)} BUYs: {received[-300:].decode()}")


def _request(host: str, path: str, key: str, symbol: str, quote: str) -> bytes:
    body = orjson.dumps({"symbol": symbol, "quote": quote})
    head = f"POST {path}/buy HTTP/1.1\r\nHost: {host}\r\nX-Control-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
