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

from benchmarks.binance_sim import messages, sockets
from benchmarks.binance_sim.cpu import CpuTime, measure_cpu, pin_processes
from benchmarks.binance_sim.servers import Server

WARM_UP = 400


@dataclass(frozen=True, slots=True)
class Transport:
    """A transport: how to connect, what to send, when an answer is complete."""

    name: str
    connect: Callable[[Server], socket.socket]
    requests: Callable[[Server, int], list[bytes]]
    complete: sockets.Complete
    body: Callable[[bytes], bytes]


REST = Transport(
    "REST", sockets.connect, messages.http, sockets.is_answer, lambda answer: answer.partition(b"\r\n\r\n")[2]
)
WS_API = Transport(
    "WebSocket API",
    lambda server: sockets.connect_ws(server, "/ws-api/v3"),
    messages.frames,
    sockets.is_frame,
    lambda answer: answer[answer.index(b"{") :],
)


def measure(way: Transport, server: Server, count: int, connections: int) -> CpuTime:
    """Send requests over some connections, one at a time over each."""
    pin_processes(server.pid)
    opened = [way.connect(server) for _ in range(connections)]
    sockets.drive(opened, way.requests(server, WARM_UP), way.complete)
    requests = way.requests(server, count)
    with measure_cpu(server.pid) as spent:
        answers = sockets.drive(opened, requests, way.complete)
    for each in opened:
        each.close()
    check(way, answers, count)
    return spent


@contextmanager
def user(server: Server) -> Iterator[None]:
    """A process that receives the account's events."""
    watcher = os.fork()
    if watcher == 0:
        found = sockets.connect_ws(server, "/ws-api/v3")
        found.sendall(messages.subscription(server))
        while found.recv(sockets.CHUNK):
            pass
        os._exit(0)
    try:
        time.sleep(0.5)
        yield
    finally:
        os.kill(watcher, signal.SIGKILL)
        os.waitpid(watcher, 0)


def check(way: Transport, answers: Sequence[bytes], count: int) -> None:
    """Check that each order was really placed, filled or canceled; the reference always answers the same."""
    bodies = [orjson.loads(way.body(each)) for each in answers]
    statuses = Counter(body.get("result", body).get("status") for body in bodies)
    expected = {"FILLED": count // 2, "NEW": count // 4, "CANCELED": count // 4}
    assert dict(statuses) in (expected, {"NEW": count}), (statuses, bodies[0])
