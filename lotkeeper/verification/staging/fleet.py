"""Several services of one host and one address, each for an account of its own, against one embedded exchange."""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

import requests

from binance_sim.control.client import ControlClient
from binance_sim.process import SimulatorProcess, start_simulator
from lotkeeper.config import in_flight_file, load_config
from lotkeeper.verification.staging.configuration import config_text
from lotkeeper.verification.staging.reconnecting_client import ReconnectingClient
from lotkeeper.verification.staging.service import StagedService
from lotkeeper.verification.staging.waiting import wait_for

_FUNDS = {"USDT": "1000000"}


@dataclass(frozen=True, slots=True)
class FleetMember:
    """One service and its account, which have the same name."""

    name: str
    config: Path
    service: StagedService
    client: ReconnectingClient
    runtime_dir: Path

    def status(self) -> dict[str, Any]:
        """Empty while the service does not answer."""
        return self.client.status(1.0) or {}

    def is_well(self) -> bool:
        return self.status().get("health") == "ok"


class StagedFleet:
    """Context manager: inside it the exchange runs, and services and broker can be started."""

    exchange: SimulatorProcess
    controls: ControlClient

    def __init__(
        self, folder: Path, count: int, exchange_arguments: Sequence[str], *, profit_pct: str, has_broker: bool = True
    ) -> None:
        """`folder` gets a folder for each service; without `has_broker` no service knows of one."""
        self._folder, self._count, self._arguments = folder, count, exchange_arguments
        self._profit_pct, self._has_broker = profit_pct, has_broker
        self._stack = ExitStack()
        self._broker: subprocess.Popen[bytes] | None = None
        self.members: list[FleetMember] = []

    @property
    def journal(self) -> Path:
        return self._folder / "journal.jsonl"

    @property
    def socket(self) -> Path:
        """On which the broker listens."""
        return self._sockets / "budget.sock"

    def __enter__(self) -> Self:
        self._sockets = Path(self._stack.enter_context(TemporaryDirectory(prefix="lkb-", dir="/tmp")))
        self._folder.mkdir(parents=True, exist_ok=True)
        arguments = [*self._arguments, "--journal", str(self.journal)]
        self.exchange = self._stack.enter_context(start_simulator(arguments, own_session=True))
        self.controls = self.exchange.controls()
        self.members = [self._prepare(f"account-{number}") for number in range(1, self._count + 1)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            for member in self.members:
                member.client.close()
                member.service.stop()
                in_flight_file(load_config(member.config, {})).path.unlink(missing_ok=True)
            self.stop_broker()
        finally:
            self._stack.close()

    def start_broker(self) -> None:
        """Returns when it listens."""
        with (self._folder / "broker.out").open("ab") as output:
            command = [sys.executable, "-m", "cli.main", "broker", "--socket", str(self.socket)]
            self._broker = subprocess.Popen(  # noqa: S603 (our own command, no shell)
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        wait_for("the broker listens", self.socket.exists)

    def stop_broker(self) -> None:
        """Stops it in order, if it runs."""
        if self._broker is not None:
            self._broker.terminate()
            self._broker.wait(5.0)
            self._broker = None

    def start(self, member: FleetMember) -> None:
        """Returns when all pairs of the service are proven."""
        member.service.start()
        wait_for(f"{member.name} is ready", member.is_well)

    def exchange_info(self) -> dict[str, Any]:
        """The exchange's answer to exchangeInfo: its pairs and their filters."""
        with requests.Session() as session:
            session.trust_env = False  # directly to this machine, whatever proxy the environment names
            answer = session.get(f"{self.exchange.undelayed_rest_url}/api/v3/exchangeInfo", timeout=5.0)
        found: dict[str, Any] = answer.json()
        return found

    def broker_pid(self) -> int:
        """It has to run."""
        assert self._broker is not None
        return self._broker.pid

    def _prepare(self, name: str) -> FleetMember:
        """Opens the account, and writes the configuration of its service."""
        folder = self._folder / name
        folder.mkdir(parents=True)
        runtime_dir = Path(self._stack.enter_context(TemporaryDirectory(prefix="lk-", dir="/tmp")))
        key = self.controls.open_account(name, balances=_FUNDS)
        config = folder / "config.yaml"
        config.write_text(self._config_text(folder, runtime_dir), encoding="utf-8")
        secrets = {
            "LOTKEEPER_EXCHANGE__API_KEY": key["api_key"],
            "LOTKEEPER_EXCHANGE__API_SECRET": key["api_secret"],
        }
        service = StagedService(config, secrets, folder / "service.out", str(runtime_dir))
        return FleetMember(name, config, service, ReconnectingClient(runtime_dir), runtime_dir)

    def _config_text(self, folder: Path, runtime_dir: Path) -> str:
        text = config_text(
            self.exchange,
            database=f"sqlite:///{folder / 'lots.sqlite'}",
            runtime_dir=runtime_dir,
            logs=folder / "logs",
            profit_pct=self._profit_pct,
        )
        if not self._has_broker:
            return text
        return text.replace("  key_type: hmac\n", f"  key_type: hmac\n  budget_socket: {self.socket}\n")
