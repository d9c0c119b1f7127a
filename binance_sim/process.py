"""The simulator as a child process, for tests, demonstrations and benchmarks."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from binance_sim.control.client import ControlClient

STOP_WITHIN_S = 5.0


class SimulatorStartError(RuntimeError):
    """The simulator did not start."""


@dataclass
class SimulatorProcess:
    """A running simulator and its ready line. The process ends with the thread that started it."""

    process: "subprocess.Popen[bytes]"
    rest_url: str
    ws_api_url: str
    stream_url: str
    api_key: str
    api_secret: str = field(repr=False)
    control_url: str
    control_key: str = field(repr=False)
    symbols: list[str]
    public_key_api_key: str = ""
    ed25519_api_key: str = ""
    rsa_api_key: str = ""

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def undelayed_rest_url(self) -> str:
        """The REST API for one who stands beside the exchange: with `--round-trip-ms` it is not delayed here."""
        return self.control_url.removesuffix("/control")

    def controls(self) -> "ControlClient":
        """The control API: prices, faults, accounts."""
        from binance_sim.control.client import ControlClient

        return ControlClient(self.control_url, self.control_key)

    def stop(self) -> int:
        """Stop the process and wait for its end; returns the exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        return self.process.returncode

    def __enter__(self) -> "SimulatorProcess":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start_simulator(
    args: Sequence[str] = (), env: Mapping[str, str] | None = None, *, own_session: bool = False
) -> SimulatorProcess:
    """Start a simulator and wait until it serves; raises SimulatorStartError. `env` is added to the environment.

    With `own_session` a Ctrl-C at the terminal reaches the caller only, who can then stop the simulator in order.
    """
    command = [sys.executable, "-m", "binance_sim", "--parent-pid", str(os.getpid()), *args]
    paths = [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), **(env or {})}
    # This runs the package of this module with the caller's arguments, without a shell.
    process = subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, env=variables, start_new_session=own_session
    )
    line = process.stdout.readline() if process.stdout else b""
    if not line:
        raise SimulatorStartError(f"the embedded exchange ended with code {process.wait()} before it was ready")
    ready: dict[str, Any] = orjson.loads(line)
    return SimulatorProcess(process, **ready)
