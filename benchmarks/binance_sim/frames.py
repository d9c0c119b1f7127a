"""Market frames to real sockets: a capture replayed at full speed, to one or many listeners."""

import gzip
import http.client
import socket
from collections.abc import Sequence
from pathlib import Path

import orjson

from benchmarks.binance_sim import sockets
from benchmarks.binance_sim.cpu import CpuTime, measure_cpu, pin_processes
from benchmarks.binance_sim.messages import masked
from benchmarks.binance_sim.servers import Server

CAPTURE = Path(__file__).parents[3] / "shared" / "data" / "ws" / "hftbacktest_btcusdt_20240808.txt.gz"
STREAMS = ("btcusdt@trade", "btcusdt@bookTicker", "btcusdt@depth@100ms")
WARM_UP_BYTES = 1_000_000
LISTED = masked(b'{"method":"LIST_SUBSCRIPTIONS","id":1}')


def sizes(path: Path = CAPTURE) -> list[int]:
    """Lengths of the frames of a capture, including their WebSocket headers."""
    lines = (line.partition(b" ")[2].strip() for line in gzip.decompress(path.read_bytes()).splitlines())
    return [len(each) + (2 if len(each) < 126 else 4) for each in lines if each.startswith(b'{"stream"')]


def replayed(server: Server, listeners: int, wanted: Sequence[int]) -> CpuTime:
    """Send every frame of the capture to this many sockets."""
    pin_processes(server.pid)
    path = "/stream?streams=" + "/".join(STREAMS)
    opened = [sockets.connect_ws(server, path) for _ in range(listeners)]
    for each in opened:
        each.sendall(LISTED)
        each.recv(sockets.CHUNK)
    with measure_cpu(server.pid) as spent:
        control(server, "source/start")
        received(opened, sum(wanted))
    return spent


def walked(server: Server, pairs: Sequence[str], seconds: float) -> tuple[int, CpuTime]:
    """Send trades and best prices of walks at full speed to one socket."""
    pin_processes(server.pid)
    names = [f"{pair.lower()}@{kind}" for pair in pairs for kind in ("bookTicker", "trade")]
    found = sockets.connect_ws(server, "/stream?streams=" + "/".join(names))
    control(server, "source/start")
    sockets.drain([found], lambda counts: counts[found] > WARM_UP_BYTES)
    with measure_cpu(server.pid) as spent:
        count = sockets.count([found], b'{"stream":', seconds)
    found.close()
    return count, spent


def bare(server: Server, listeners: int, wanted: Sequence[int]) -> CpuTime:
    """Send as many frames of the mean size with the reference server."""
    pin_processes(server.pid)
    size = sum(wanted) // len(wanted) - 4
    path = f"/stream?size={size}&count={len(wanted)}"
    opened = [sockets.connect_ws(server, path) for _ in range(listeners)]
    with measure_cpu(server.pid) as spent:
        for each in opened:
            each.sendall(LISTED)
        received(opened, len(wanted) * (size + (2 if size < 126 else 4)))
    return spent


def received(opened: Sequence[socket.socket], total: int) -> None:
    counts = sockets.drain(opened, lambda counts: min(counts.values()) >= total)
    for each in opened:
        each.close()
    assert max(counts.values()) < total + 1000, "more came than the capture holds"


def control(server: Server, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("POST", f"/control/{path}", orjson.dumps({}), {"X-Control-Key": server.control_key})
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    connection.close()
