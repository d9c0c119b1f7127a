"""The embedded exchange and the service against it, assembled: for the demonstration, the drill and the tests."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

import requests

from binance_sim.control.client import ControlClient
from binance_sim.process import SimulatorProcess, SimulatorStartError, start_simulator
from lotkeeper.config import in_flight_file, load_config
from lotkeeper.verification.coverage_check import find_unprotected
from lotkeeper.verification.staging.configuration import config_text, secret_variables
from lotkeeper.verification.staging.reconnecting_client import ReconnectingClient
from lotkeeper.verification.staging.service import StagedService
from lotkeeper.verification.staging.waiting import StagingError

_ANSWER_WITHIN_S = 5.0


class StagedSystem:
    """Context manager: inside it the exchange runs and the service can be started. When it is left, both have ended."""

    exchange: SimulatorProcess
    controls: ControlClient  # of the exchange
    service: StagedService
    client: ReconnectingClient  # of the service

    def __init__(
        self,
        folder: Path,
        exchange_arguments: Sequence[str] = (),
        *,
        profit_pct: str,
        pairs: Sequence[str] = (),
        exits: Mapping[str, Mapping[str, Any]] | None = None,
        more_config: str = "",
        database_url: str = "",
        module: str = "cli.main",
        is_quiet: bool = True,
    ) -> None:
        """`folder` gets configuration, database and logs; `pairs` are all of the exchange if none is named.

        `exits` are keys of `exit` for single pairs, `more_config` further lines of the configuration; `database_url` is
        of a database elsewhere. The service runs `module`, and logs to its files only if it `is_quiet`.
        """
        self.folder, self._exchange_arguments = folder, exchange_arguments
        self._profit_pct, self._pairs, self._more_config = profit_pct, pairs, more_config
        self._exits, self._database_url = exits, database_url
        self._module, self._is_quiet = module, is_quiet
        # Not below `folder`, whose path may be longer than that of a socket can be.
        self._runtime_dir = TemporaryDirectory(prefix="lk-", dir="/tmp", ignore_cleanup_errors=True)

    @property
    def config(self) -> Path:
        return self.folder / "config.yaml"

    @property
    def database(self) -> Path:
        return self.folder / "lots.sqlite"

    @property
    def in_flight(self) -> Path:
        """The file in which the Gateway notes orders in flight; it is in memory, and not below `folder`."""
        return in_flight_file(load_config(self.config, {})).path

    @property
    def runtime_dir(self) -> Path:
        return Path(self._runtime_dir.name)

    @property
    def secrets(self) -> dict[str, str]:
        """The environment variables that give the service its key."""
        return secret_variables(self.exchange)

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self.exchange = start_simulator(self._exchange_arguments, own_session=True)
        except SimulatorStartError as error:
            self._runtime_dir.cleanup()
            raise StagingError(str(error)) from error
        self.prepare_service()
        _ = self.exchange_info  # asked now: later a fault may refuse the request
        return self

    def prepare_service(self) -> None:
        """Writes the configuration for the exchange that runs, and makes the service ready to start."""
        self.controls = self.exchange.controls()
        self.config.write_text(self._config_text(), encoding="utf-8")
        output, mark = self.folder / "service.out", str(self.runtime_dir)
        self.service = StagedService(
            self.config, self.secrets, output, mark, module=self._module, is_quiet=self._is_quiet
        )
        self.client = ReconnectingClient(self.runtime_dir)

    def configure_pairs(self, *symbols: str) -> None:
        """The next start of the service is with these pairs."""
        self._pairs = symbols
        self.config.write_text(self._config_text(), encoding="utf-8")

    def _config_text(self) -> str:
        return config_text(
            self.exchange,
            database=self._database_url or f"sqlite:///{self.database}",
            runtime_dir=self.runtime_dir,
            logs=self.folder / "logs",
            profit_pct=self._profit_pct,
            pairs=self._pairs,
            exits=self._exits,
            more=self._more_config,
        )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.stop_service()
        finally:
            self.exchange.stop()

    def stop_service(self) -> None:
        """Stops the service for good."""
        self.client.close()
        self.service.stop()
        self._runtime_dir.cleanup()
        self.in_flight.unlink(missing_ok=True)

    def check(self) -> None:
        """Raises StagingError if the exchange or the service has ended."""
        exchange_code, service_code = self.exchange.process.poll(), self.service.exit_code()
        if exchange_code is not None:
            raise StagingError(f"the embedded exchange ended with code {exchange_code}")
        if service_code is not None:
            raise StagingError(f"the service ended: {self.service.output() or service_code}")

    def complaint(self, status: dict[str, Any] | None) -> str:
        """What is wrong with the service according to its `status`; with no status, according to its output."""
        if status is None:
            return f"it does not answer; {self.service.output()[-500:]}"
        return f"health is {status['health']}: " + ("; ".join(status["problems"]) or "no problem is named")

    # By the exchange

    @cached_property
    def exchange_info(self) -> dict[str, Any]:
        """The exchange's answer to exchangeInfo: its pairs and their filters."""
        with requests.Session() as session:
            session.trust_env = False  # directly to this machine, whatever proxy the environment names
            answer = session.get(f"{self.exchange.undelayed_rest_url}/api/v3/exchangeInfo", timeout=_ANSWER_WITHIN_S)
        answer.raise_for_status()
        document: dict[str, Any] = answer.json()
        return document

    def unprotected(self) -> dict[str, str]:
        """The quantity (base asset) by pair that was bought and has no SELL, by the exchange's own books."""
        return find_unprotected(self.controls.summary(), self.exchange_info)
