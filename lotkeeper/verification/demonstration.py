"""The pieces of a demonstration: exchange, service and trader, each a process of its own, and the sums at the end."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

from binance_sim.process import SimulatorProcess, SimulatorStartError, start_simulator
from lotkeeper.verification.coverage_check import unprotected
from lotkeeper.verification.staging.attachment import Attachment
from lotkeeper.verification.staging.configuring import configuration, secrets_of
from lotkeeper.verification.staging.service import StagedService

_UP_WITHIN_S = 30.0
_ANSWER_WITHIN_S = 5.0
_SETTLE_WITHIN_S = 3.0
_LOTS_SHOWN = 200

_PROFIT_PCT = "0.1"  # the lively prices reach it within seconds, after 0.1 % fees on both sides


class DemonstrationError(Exception):
    """The demonstration cannot go on; a sentence."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a moment of the demonstration shows."""

    elapsed_s: float
    status: dict[str, Any] | None
    positions: tuple[dict[str, Any], ...]


class Demonstration:
    """Context manager: everything that it started has ended when it is left."""

    def __init__(self, folder: Path, seed: str) -> None:
        self._folder, self._seed = folder, seed
        # Not below `folder`, whose path may be longer than that of a socket can be.
        self._sockets = tempfile.TemporaryDirectory(prefix="lk-", dir="/tmp", ignore_cleanup_errors=True)
        self._began_ms = time.time() * 1000
        self._began = time.monotonic()
        self._paper: SimulatorProcess | None = None
        self._service: StagedService | None = None
        self._attachment = Attachment(Path(self._sockets.name))

    def __enter__(self) -> Self:
        try:
            self._paper = start_simulator(["--seed", self._seed, "--buy-every", "0.8"], own_session=True)
            self._exchange_info = self._http("GET", f"{self._paper.rest_url}/api/v3/exchangeInfo")
            self._service = self._staged(self._paper)
            self._service.start()
        except SimulatorStartError as error:
            self._end()
            raise DemonstrationError(str(error)) from error
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def begin(self, is_over: Callable[[], bool]) -> None:
        """Waits until the service has every pair proven, then lets the trader buy."""
        deadline = time.monotonic() + _UP_WITHIN_S
        while not is_over():
            status = self.look().status
            if status is not None and status["health"] == "ok":
                self._control("trader/start")
                return
            self.check()
            if time.monotonic() > deadline:
                problems = status["problems"] if status else ["no answer"]
                raise DemonstrationError(f"the service is not ready in {_UP_WITHIN_S:.0f} s: {'; '.join(problems)}")
            time.sleep(0.02)

    def look(self) -> Look:
        """The service's own word; nothing of it while the service is away."""
        return Look(
            elapsed_s=time.monotonic() - self._began,
            status=self._attachment.status(),
            positions=self._attachment.positions(_LOTS_SHOWN),
        )

    def conclude(self) -> dict[str, Any]:
        """The trader stops, what is under way comes to rest, and the exchange is asked what no SELL protects."""
        self._control("trader/stop")
        deadline = time.monotonic() + _SETTLE_WITHIN_S
        left = self._unprotected()
        while left and time.monotonic() < deadline:
            time.sleep(0.05)
            left = self._unprotected()
        return self._summary(left)

    def _summary(self, left: dict[str, str]) -> dict[str, Any]:
        look = self.look()
        if look.status is None:
            raise DemonstrationError("the service does not answer at the end")
        totals = look.status["totals"]
        first_ms = totals["first_sell_ms"]
        return {
            "buys": totals["buys"],
            "lots_open": totals["lots_open"],
            "lots_closed": totals["lots_closed"],
            "sells_placed": totals["sells_placed"],
            "sells_filled": totals["sells_filled"],
            "first_sell_seconds": None if first_ms is None else round((first_ms - self._began_ms) / 1000, 3),
            "net_profit": totals["net_profit"],
            "unprotected": float(sum(map(Decimal, left.values()))) if left else 0,
            "unprotected_by_pair": left,
            "seconds": round(look.elapsed_s, 3),
            "restarts": look.status["restarts"],
        }

    def _unprotected(self) -> dict[str, str]:
        return unprotected(self._control("summary", "GET"), self._exchange_info)

    def _control(self, path: str, method: str = "POST") -> dict[str, Any]:
        assert self._paper is not None
        return self._http(method, f"{self._paper.control_url}/{path}", {"X-Control-Key": self._paper.control_key})

    def _http(self, method: str, url: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        """Straight to this machine, whatever proxy the environment names."""
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.request(method, url, headers=headers, timeout=_ANSWER_WITHIN_S)
            answer.raise_for_status()
            document: dict[str, Any] = answer.json()
        except requests.RequestException as error:
            raise DemonstrationError(f"the embedded exchange does not answer: {type(error).__name__}") from error
        return document

    def _staged(self, paper: SimulatorProcess) -> StagedService:
        path, runtime_dir = self._folder / "config.yaml", Path(self._sockets.name)
        text = configuration(
            paper,
            database=self._folder / "demo.sqlite",
            runtime_dir=runtime_dir,
            logs=self._folder / "logs",
            profit=_PROFIT_PCT,
        )
        path.write_text(text, encoding="utf-8")
        return StagedService(path, secrets_of(paper), self._folder / "service.out", str(runtime_dir))

    def check(self) -> None:
        """Raises DemonstrationError when the exchange or the service has ended."""
        if self._paper is not None and self._paper.process.poll() is not None:
            raise DemonstrationError(f"the embedded exchange ended with code {self._paper.process.returncode}")
        if self._service is not None and self._service.ended() is not None:
            raise DemonstrationError(f"the service ended: {self._service.words() or self._service.ended()}")

    def _end(self) -> None:
        self._attachment.close()
        if self._service is not None:
            self._service.stop()
        if self._paper is not None:
            self._paper.stop()
        self._sockets.cleanup()
