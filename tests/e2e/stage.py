"""A whole system on a stage: the embedded exchange, the service against it, and a look at both from outside."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson
import psutil
import requests

from binance_sim.process import SimulatorProcess, start_simulator
from lotkeeper.verification.coverage_check import unprotected
from lotkeeper.verification.staging.attachment import Attachment
from lotkeeper.verification.staging.configuring import configuration, secrets_of

WITHIN_S = 40.0
ROOT = Path(__file__).parents[2]


def eventually(what: str, condition: Callable[[], Any], within_s: float = WITHIN_S) -> Any:
    """The first true value of `condition`; AssertionError when there is none in time."""
    deadline = time.monotonic() + within_s
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {within_s:.0f} s: {what}"
        time.sleep(0.02)


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
    """Whether it runs; one that has ended and waits for the init process to notice does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


class Stage:
    """Context manager: when it is left nothing runs any more, and that is asserted."""

    def __init__(
        self,
        folder: Path,
        paper: Sequence[str] = (),
        *,
        profit: str = "0.1",
        pairs: Sequence[str] = (),
        more: str = "",
        module: str = "cli.main",
    ) -> None:
        """`more` are further lines of the configuration; `module` runs the service, with faults planted in it."""
        self._module = module
        self.folder, self._arguments, self._profit, self._pairs, self._more = folder, paper, profit, pairs, more
        self.service: subprocess.Popen[bytes] | None = None
        self.paper: SimulatorProcess

    def __enter__(self) -> Self:
        self.paper = start_simulator(self._arguments)
        self._info = requests.get(f"{self.paper.rest_url}/api/v3/exchangeInfo", timeout=10).json()
        self.config.write_text(
            configuration(
                self.paper,
                database=self.folder / "lots.sqlite",
                runtime_dir=self.folder / "run",
                logs=self.folder / "logs",
                profit=self._profit,
                pairs=self._pairs,
                more=self._more,
            )
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end_service()
        self.paper.stop()
        assert kind is not None or not self.processes(), "processes are left"

    @property
    def config(self) -> Path:
        return self.folder / "config.yaml"

    @property
    def in_flight(self) -> Path:
        """Where the Gateway notes its orders in flight."""
        return self.folder / ".lots.sqlite.in-flight"

    @property
    def secrets(self) -> dict[str, str]:
        return secrets_of(self.paper)

    # The service

    def run(self) -> None:
        """The service in the foreground of another process; returns when every pair is proven."""
        self.run_unproven()
        self.ready()

    def run_unproven(self) -> None:
        """The service, not waited for: while no price moves its market streams cannot be proven."""
        with (self.folder / "service.out").open("ab") as output:
            self.service = subprocess.Popen(
                [sys.executable, "-m", self._module, "run", "--config", str(self.config)],
                env={**os.environ, "PYTHONPATH": str(ROOT), **self.secrets},
                stdout=output,
                stderr=output,
            )
        eventually(f"an answer; {self.words()[-2000:]}", lambda: self.status() is not None)

    def ready(self) -> None:
        eventually(f"health ok; {self.words()[-2000:]}", lambda: (self.status() or {}).get("health") == "ok")

    def end_service(self) -> None:
        if self.service is not None:
            self.service.terminate()
            self.service.wait(WITHIN_S)
            self.service = None

    def words(self) -> str:
        path = self.folder / "service.out"
        return path.read_text(errors="replace") if path.exists() else ""

    def command(self, *arguments: str) -> Any:
        return lotkeeper(*arguments, "--config", str(self.config), env=self.secrets)

    def status(self) -> dict[str, Any] | None:
        attachment = Attachment(self.folder / "run")
        try:
            return attachment.status()
        finally:
            attachment.close()

    def positions(self, *arguments: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = orjson.loads(self.command("positions", "--json", *arguments).stdout)
        return found

    def processes(self, title: str = "") -> list[psutil.Process]:
        """The processes of the service whose title begins with `title`."""
        return [process for process in psutil.process_iter() if self._is_ours(process, title)]

    def _is_ours(self, process: psutil.Process, title: str) -> bool:
        try:
            is_ours = str(self.folder).encode() in Path(f"/proc/{process.pid}/environ").read_bytes() or any(
                str(self.folder) in connection.laddr for connection in process.net_connections("unix")
            )
            return is_ours and process.pid != os.getpid() and (process.cmdline() or [""])[0].startswith(title)
        except (psutil.Error, OSError):
            return False

    # The exchange

    def control(self, path: str, **body: object) -> dict[str, Any]:
        answer = requests.request(
            "GET" if path == "summary" else "POST",
            f"{self.paper.control_url}/{path}",
            data=orjson.dumps(body) if body else None,
            headers={"X-Control-Key": self.paper.control_key},
            timeout=10,
        )
        assert answer.ok, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def buy(self, symbol: str, quote: str = "200") -> int:
        """The order id of a BUY at the market, filled when this returns."""
        return int(self.control("buy", symbol=symbol, quote=quote)["orderId"])

    def sells_of(self, symbol: str, buy_order_id: int) -> dict[str, Any] | None:
        """What the exchange has of the SELLs of a lot."""
        from lotkeeper.trading.orders.client_ids import SellName, client_order_id

        prefix = client_order_id(SellName(buy_order_id, 1)).rpartition("-")[0]
        return self.control("summary")["symbols"][symbol]["sellsByPrefix"].get(prefix)

    def unprotected(self) -> dict[str, str]:
        return unprotected(self.control("summary"), self._info)

    def balance(self, asset: str) -> tuple[Decimal, Decimal]:
        """At the start, and now with what is locked."""
        found = self.control("summary")["balances"][asset]
        return Decimal(found["start"]), Decimal(found["free"]) + Decimal(found["locked"])
