"""The whole system in a test: the embedded exchange, the service against it, and the commands of a user."""

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson
import psutil

from lotkeeper.trading.orders.client_ids import SellName, client_order_id
from lotkeeper.verification.staging.processes import StagedProcess
from lotkeeper.verification.staging.reconnecting_client import ReconnectingClient
from lotkeeper.verification.staging.system import StagedSystem
from lotkeeper.verification.staging.waiting import wait_for
from tests.lotkeeper.service.schemas.checking import broken_schema

WITHIN_S = 90.0  # what is waited for comes much earlier, unless the machine is very busy
ROOT = Path(__file__).parents[2]


def lotkeeper(*arguments: str, env: dict[str, str] | None = None, within_s: float = WITHIN_S) -> Any:
    """The command, run as a user runs it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LOTKEEPER_")}
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        capture_output=True,
        text=True,
        timeout=within_s,
        env={**environment, "PYTHONPATH": str(ROOT), **(env or {})},
        check=False,
    )


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs; a zombie does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


class SystemUnderTest(StagedSystem):
    """Asserts that no process of the service is left when it is left. The service's logs are in its output too."""

    def __init__(
        self, folder: Path, exchange_arguments: Sequence[str] = (), *, profit_pct: str = "0.1", **more: Any
    ) -> None:
        super().__init__(folder, exchange_arguments, profit_pct=profit_pct, is_quiet=False, **more)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        super().__exit__(kind, error, trace)
        assert kind is not None or not self.processes(), "processes are left"

    # The service

    def run(self) -> None:
        """Starts the service, and returns when every pair is proven."""
        self.run_unproven()
        self.wait_until_well()

    def run_unproven(self) -> None:
        """Starts the service, and returns when it answers: its market streams are not proven while no price moves."""
        self.service.start()
        wait_for("an answer", lambda: self._has_ended() or self.status() is not None)
        assert not self._has_ended(), self.service.output()[-2000:]

    def _has_ended(self) -> bool:
        return self.service.exit_code() is not None

    def wait_until_well(self) -> None:
        wait_for(
            f"health ok; {self.service.output()[-2000:]}", lambda: (self.status() or {}).get("health") == "ok", WITHIN_S
        )

    def stop(self) -> None:
        self.service.stop(WITHIN_S)

    def command(self, *arguments: str) -> Any:
        """A command with the system's configuration and key."""
        result = lotkeeper(*arguments, "--config", str(self.config), env=self.service.environment())
        assert broken_schema(arguments, result.returncode, result.stdout.encode()) == []
        return result

    def status(self) -> dict[str, Any] | None:
        """By a new connection, so that a service that was restarted answers at once."""
        with closing(ReconnectingClient(self.runtime_dir)) as client:
            return client.status()

    def told(self) -> dict[str, Any]:
        """The status of a service that runs; on a busy machine it may not answer at once."""
        found: dict[str, Any] = wait_for("a status", self.status, WITHIN_S)
        return found

    def positions(self, *arguments: str) -> list[dict[str, Any]]:
        """None while the service cannot tell: it is starting, or its database is away."""
        shown = self.command("positions", "--json", *arguments)
        found: list[dict[str, Any]] = orjson.loads(shown.stdout or "[]")
        return found if shown.returncode == 0 else []

    def processes(self, title: str = "") -> list[StagedProcess]:
        """The processes of the service whose title begins with `title`."""
        return self.service.processes(title)

    def process(self, title: str) -> StagedProcess:
        """The only one with this title. One that was just forked has its parent's for a moment."""

        def alone() -> StagedProcess | None:
            found = self.processes(title)
            return found[0] if len(found) == 1 else None

        found: StagedProcess = wait_for(f"one {title}", alone)
        return found

    # The exchange

    def control(self, path: str, **body: object) -> dict[str, Any]:
        """A request to the exchange's control API."""
        return self.controls.ask("GET" if path == "summary" else "POST", path, **body)

    def buy(self, symbol: str, quote: str = "200") -> int:
        """The order id of a BUY at the market, filled when this returns."""
        return int(self.controls.buy(symbol, quote)["orderId"])

    def buy_before_start(self, symbol: str, quote: str = "200") -> int:
        """As `buy`, a second before what follows: the service knows the moment of its start to a round trip."""
        bought = self.buy(symbol, quote)
        time.sleep(1.0)
        return bought

    def sells_of(self, symbol: str, buy_order_id: int) -> dict[str, Any] | None:
        """The SELLs of a lot by the exchange's books."""
        prefix = client_order_id(SellName(buy_order_id, 1)).rpartition("-")[0]
        found: dict[str, Any] | None = self.controls.summary()["symbols"][symbol]["sellsByPrefix"].get(prefix)
        return found

    def without_sells(self, lots: Iterable[str]) -> list[str]:
        """Those of the lots, by their names, that have no SELL by the exchange's books, which are read once."""
        pairs, found = self.controls.summary()["symbols"], []
        for lot in lots:
            symbol, _, buy_order_id = lot.rpartition("-")
            prefix = client_order_id(SellName(int(buy_order_id), 1)).rpartition("-")[0]
            found += [] if pairs[symbol]["sellsByPrefix"].get(prefix) else [lot]
        return found

    def balance(self, asset: str) -> tuple[Decimal, Decimal]:
        """At the start, and now with what is locked."""
        found = self.controls.summary()["balances"][asset]
        return Decimal(found["start"]), Decimal(found["free"]) + Decimal(found["locked"])
