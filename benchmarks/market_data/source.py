"""Where frames come from: a process that speaks just enough websocket, so that it is never the slow one.

`feed` writes a recording as fast as it is taken. `ticks` writes a made-up best price of each pair at a steady rate: the
decimals of the bid are the microseconds at which it was written.
"""

import base64
import contextlib
import gzip
import hashlib
import multiprocessing
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
_WRAP_US = 10**9
_EARLY_S = 0.002  # a frame may be so early: to sleep before each of thousands would cost more than to write them
_PRICE = 60_000


@contextmanager
def running(work: Callable[..., None], *arguments: object) -> Iterator[tuple[str, Event]]:
    """A source on a port of its own; gives its URL, and the event that lets the frames go."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    go = multiprocessing.Event()
    process = multiprocessing.Process(target=_until_cut, args=(work, listener, go, *arguments), daemon=True)
    process.start()
    try:
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}", go
    finally:
        process.kill()
        process.join()
        listener.close()


def _until_cut(work: Callable[..., None], *arguments: object) -> None:
    with contextlib.suppress(OSError):  # whoever has measured enough hangs up
        work(*arguments)


def feed(listener: socket.socket, go: Event, frames: bytes) -> None:
    """Each connection gets all frames, as fast as it takes them."""
    while True:
        connection, _ = accepted(listener)
        go.wait()
        connection.sendall(frames)
        connection.recv(1)  # until the other end has had enough


def ticks(listener: socket.socket, go: Event, pairs: int, rate: float, seconds: float) -> None:
    """`rate` frames a second of each of `pairs`, evenly spread, on the connection that asked for the pair."""
    connections: list[tuple[socket.socket, str]] = []
    while len(connections) < pairs:
        connection, symbols = accepted(listener)
        connections += [(connection, symbol) for symbol in symbols]
    go.wait()
    begun, step = time.monotonic(), 1.0 / (rate * pairs)
    for number in range(int(seconds * rate * pairs)):
        wait_s = begun + number * step - time.monotonic()
        if wait_s > _EARLY_S:
            time.sleep(wait_s)
        connection, symbol = connections[number % pairs]
        connection.sendall(text_frame(tick(symbol, number, time.monotonic_ns() // 1000)))


def tick(symbol: str, number: int, now_us: int) -> bytes:
    bid, ask = f"{_PRICE}.{now_us % _WRAP_US:09d}", f"{_PRICE + 1}.000000000"
    body = f'{{"u":{number},"s":"{symbol}","b":"{bid}","B":"1.00000","a":"{ask}","A":"1.00000"}}'
    return f'{{"stream":"{symbol.lower()}@bookTicker","data":{body}}}'.encode()


def age_us(decimals: int) -> int:
    """How long ago a price with these decimals was written."""
    return (time.monotonic_ns() // 1000 - decimals) % _WRAP_US


def accepted(listener: socket.socket) -> tuple[socket.socket, list[str]]:
    """The next websocket, and the pairs of which it asks for the best prices."""
    connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    head = b""
    while b"\r\n\r\n" not in head:
        head += connection.recv(4096)
    lines = head.split(b"\r\n")
    key = next(line.split(b":", 1)[1].strip() for line in lines if line.lower().startswith(b"sec-websocket-key:"))
    token = base64.b64encode(hashlib.sha1(key + _GUID).digest())
    upgrade = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    connection.sendall(upgrade + b"Sec-WebSocket-Accept: " + token + b"\r\n\r\n")
    names = parse_qs(urlsplit(lines[0].split()[1].decode()).query)["streams"][0]
    wanted = [name.removesuffix("@bookTicker").upper() for name in names.split("/") if name.endswith("@bookTicker")]
    return connection, wanted


def text_frame(text: bytes) -> bytes:
    """An unmasked text frame of up to 64 kB (RFC 6455, section 5.2)."""
    size = len(text)
    return (b"\x81" + bytes([size]) if size < 126 else b"\x81\x7e" + size.to_bytes(2)) + text


def recorded(path: Path) -> list[bytes]:
    """The `bookTicker` and `trade` frames of a recording."""
    with gzip.open(path) as lines:
        texts = [line.partition(b" ")[2].strip() for line in lines]
    return [text for text in texts if b"@bookTicker" in text[:40] or b"@trade" in text[:40]]
