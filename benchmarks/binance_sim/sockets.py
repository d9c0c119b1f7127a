"""Plain sockets with one request at a time: a client that costs next to nothing."""

import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence

from benchmarks.binance_sim.messages import upgrade
from benchmarks.binance_sim.servers import Server

CHUNK = 1 << 20
Complete = Callable[[bytes], bool]


def connect(server: Server) -> socket.socket:
    found = socket.create_connection(("127.0.0.1", server.port))
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return found


def connect_ws(server: Server, path: str) -> socket.socket:
    found = connect(server)
    found.sendall(upgrade(server, path))
    head = b""
    while b"\r\n\r\n" not in head:
        head += found.recv(1)
    assert b" 101 " in head.partition(b"\r\n")[0], head
    return found


def is_answer(data: bytes) -> bool:
    """Whether the HTTP answer is complete."""
    head, end, body = data.partition(b"\r\n\r\n")
    if not end:
        return False
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    return len(body) >= length


def is_frame(data: bytes) -> bool:
    """Whether the frame of a server is complete."""
    if len(data) < 4:
        return False
    length = data[1] if data[1] < 126 else int.from_bytes(data[2:4], "big") + 2
    return len(data) >= length + 2


def drive(sockets: Sequence[socket.socket], requests: Sequence[bytes], complete: Complete) -> list[bytes]:
    """Send all requests, one at a time over each socket; returns the answers. Four in a row belong together."""
    answers: list[bytes] = []
    lanes = [_lane(requests, index, len(sockets)) for index in range(len(sockets))]
    with selectors.DefaultSelector() as selector:
        for each, lane in zip(sockets, lanes, strict=True):
            selector.register(each, selectors.EVENT_READ, [lane, b""])
            each.sendall(next(lane))
        while selector.get_map():
            for key, _ in selector.select():
                _receive(selector, key, complete, answers)
    return answers


def _lane(requests: Sequence[bytes], index: int, lanes: int) -> Iterator[bytes]:
    for start in range(index * 4, len(requests), lanes * 4):
        yield from requests[start : start + 4]


def _receive(
    selector: selectors.BaseSelector, key: selectors.SelectorKey, complete: Complete, answers: list[bytes]
) -> None:
    state, found = key.data, key.fileobj
    assert isinstance(found, socket.socket)
    chunk = found.recv(CHUNK)
    assert chunk, "the server closed the connection"
    state[1] += chunk
    if not complete(state[1]):
        return
    answers.append(state[1])
    state[1] = b""
    following = next(state[0], None)
    if following is None:
        selector.unregister(found)
    else:
        found.sendall(following)


def drain(
    sockets: Sequence[socket.socket], until: Callable[[dict[socket.socket, int]], bool]
) -> dict[socket.socket, int]:
    """Read until this many bytes arrived."""
    counts = dict.fromkeys(sockets, 0)
    with selectors.DefaultSelector() as selector:
        for each in sockets:
            selector.register(each, selectors.EVENT_READ)
        while not until(counts):
            for key, _ in selector.select():
                found = key.fileobj
                assert isinstance(found, socket.socket)
                chunk = found.recv(CHUNK)
                assert chunk, "the server closed the connection"
                counts[found] += len(chunk)
    return counts


def count(sockets: Sequence[socket.socket], mark: bytes, seconds: float) -> int:
    """How often the mark arrives within so many seconds, also across the ends of reads."""
    end, found, tails = time.perf_counter() + seconds, 0, dict.fromkeys(sockets, b"")
    while time.perf_counter() < end:
        for each in sockets:
            data = tails[each] + each.recv(CHUNK)
            found += data.count(mark)
            tails[each] = data[len(data) - len(mark) + 1 :]
    return found
