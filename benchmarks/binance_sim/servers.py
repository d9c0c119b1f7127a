"""The two servers to compare, as processes."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from binance_sim.process import start_simulator

UNLIMITED = ("--order-limit", "0", "--weight-limit", "0", "--connection-limit", "0", "--message-limit", "0")
RICH = ("--balance", "USDT=1000000000", "--balance", "BTC=100000")


@dataclass(frozen=True, slots=True)
class Server:
    """Where to connect, and with which key."""

    name: str
    pid: int
    port: int
    key: str = ""
    secret: str = ""
    control_key: str = ""


@contextmanager
def exchange(*args: str, name: str = "exchange") -> Iterator[Server]:
    with start_simulator([*UNLIMITED, *RICH, *args]) as simulator:
        port = int(simulator.rest_url.rpartition(":")[2])
        yield Server(name, simulator.pid, port, simulator.api_key, simulator.api_secret, simulator.control_key)


@contextmanager
def bare(args: Sequence[str] = ()) -> Iterator[Server]:
    command = [sys.executable, "-m", "benchmarks.binance_sim.bare", *args]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield Server("bare aiohttp", process.pid, int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
