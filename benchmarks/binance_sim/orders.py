"""Order requests over real sockets: REST and the WebSocket API."""

import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import orjson

from benchmarks.binance_sim import messages, wires
from benchmarks.binance_sim.cores import Spent, share_out, spending
from benchmarks.binance_sim.servers import Server

WARM_UP = 400


@dataclass(frozen=True, slots=True)
class Way:
    """A way in: how to connect, what to send, when an answer is whole."""

    name: str
    connect: Callable[[Server], socket.socket]
    requests: Callable[[Server, int], list[bytes]]
    complete: wires.Complete
    body: Callable[[bytes], bytes]


REST = Way("REST", wires.connect, messages.http, wires.is_answer, lambda answer: answer.partition(b"\r\n\r\n")[2])
WS_API = Way(
    "WebSocket API",
    lambda server: wires.connect_ws(server, "/ws-api/v3"),
    messages.frames,
    wires.is_frame,
    lambda answer: answer[answer.index(b"{") :],
)


def measure(way: Way, server: Server, count: int, connections: int) -> Spent:
    """So many requests, one under way at a time over each of so many connections."""
    share_out(server.pid)
    sockets = [way.connect(server) for _ in range(connections)]
    wires.drive(sockets, way.requests(server, WARM_UP), way.complete)
    requests = way.requests(server, count)
    with spending(server.pid) as spent:
        answers = wires.drive(sockets, requests, way.complete)
    for each in sockets:
        each.close()
    check(way, answers, count)
    return spent


@contextmanager
def user(server: Server) -> Iterator[None]:
    """Somebody who takes the account's events, in a process of his own."""
    watcher = os.fork()
    if watcher == 0:
        found = wires.connect_ws(server, "/ws-api/v3")
        found.sendall(messages.subscription(server))
        while found.recv(wires.CHUNK):
            pass
        os._exit(0)
    try:
        time.sleep(0.5)
        yield
    finally:
        os.kill(watcher, signal.SIGKILL)
        os.waitpid(watcher, 0)


def check(way: Way, answers: Sequence[bytes], count: int) -> None:
    """Each order was truly placed, filled or canceled; the reference says always the same."""
    bodies = [orjson.loads(way.body(each)) for each in answers]
    statuses = Counter(body.get("result", body).get("status") for body in bodies)
    expected = {"FILLED": count // 2, "NEW": count // 4, "CANCELED": count // 4}
    assert dict(statuses) in (expected, {"NEW": count}), (statuses, bodies[0])
