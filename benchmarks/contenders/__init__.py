"""What lotkeeper is measured beside: scripts that sell each BUY at once, record nothing and know no fee.

Each is a process of its own, started by `running`, and says `ready` when it has subscribed to its account's events.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from binance_sim.process import SimulatorProcess

# By the name of the module.
SCRIPTS = {
    "bare_requests": "bare script, requests",
    "bare_socket": "bare script, order.place",
    "three_actors": "three actors that compute nothing",
    "python_binance": "python-binance, asyncio",
    "python_binance_threads": "python-binance, threads",
}


@contextmanager
def running(module: str, exchange: SimulatorProcess) -> Iterator[None]:
    """A script that has subscribed; it is killed at the end."""
    environment = {
        **os.environ,
        "SCRIPT_KEY": exchange.api_key,
        "SCRIPT_SECRET": exchange.api_secret,
        "NO_PROXY": "127.0.0.1",
    }
    command = [sys.executable, "-m", f"benchmarks.contenders.{module}"]
    command += [exchange.rest_url, exchange.ws_api_url, exchange.stream_url]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as script:
        try:
            assert script.stdout is not None
            if script.stdout.readline() != b"ready\n":
                raise RuntimeError(f"{module} ended before it was ready")
            yield
        finally:
            script.kill()
