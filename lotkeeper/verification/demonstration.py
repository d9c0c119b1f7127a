"""The demonstration: the service sells what a simulated trader buys on an embedded exchange; with a summary."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests

from lotkeeper.verification.staging.system import StagedSystem
from lotkeeper.verification.staging.waiting import StagingError

_UP_WITHIN_S = 30.0
_SETTLE_WITHIN_S = 3.0
_ANSWERS_WITHIN_S = 30.0  # at the end; a machine with much else to do may take a while
_LOTS_SHOWN = 200
_PROFIT_PCT = "0.1"  # the volatile prices reach it within seconds, after fees of 0.1 % on both sides
# One pair shows a ladder: its first part is sold like the lots of the others, the last one waits for more.
_EXITS = {
    "SOLUSDT": {
        "ladder": [
            {"share_pct": 50, "net_profit_pct": _PROFIT_PCT},
            {"share_pct": 30, "net_profit_pct": "0.2"},
            {"share_pct": 20, "net_profit_pct": "0.4"},
        ]
    }
}


@dataclass(frozen=True, slots=True)
class DemoSnapshot:
    """What the demonstration shows at one moment."""

    elapsed_s: float
    status: dict[str, Any] | None  # None while the service does not answer
    positions: tuple[dict[str, Any], ...]


class Demonstration:
    """Raises StagingError if the exchange or the service ends or does not answer."""

    def __init__(self, folder: Path, seed: str) -> None:
        arguments = ["--seed", seed, "--buy-every", "0.8"]
        self._system = StagedSystem(folder, arguments, profit_pct=_PROFIT_PCT, exits=_EXITS)
        self._started_ms = time.time() * 1000
        self._started = time.monotonic()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Exchange and service run inside it; when it is left, both have ended."""
        with self._system:
            self._system.service.start()
            yield

    def start_trader(self, is_over: Callable[[], bool]) -> None:
        """Waits until the service has proven every pair, then lets the trader buy."""
        deadline = time.monotonic() + _UP_WITHIN_S
        while not is_over():
            status = self._system.client.status()
            if status is not None and status["health"] == "ok":
                self._control("POST", "trader/start")
                return
            self.check()
            if time.monotonic() > deadline:
                complaint = self._system.complaint(status)
                raise StagingError(f"the service is not ready in {_UP_WITHIN_S:.0f} s: {complaint}")
            time.sleep(0.02)

    def check(self) -> None:
        """Raises StagingError if the exchange or the service has ended."""
        self._system.check()

    def snapshot(self) -> DemoSnapshot:
        """What the service says now."""
        return DemoSnapshot(
            elapsed_s=self._elapsed_s(),
            status=self._system.client.status(),
            positions=self._system.client.positions(_LOTS_SHOWN),
        )

    def conclude(self) -> dict[str, Any]:
        """Stops the trader, waits for the last SELLs, and returns the sums with what no SELL protects."""
        self._control("POST", "trader/stop")
        deadline = time.monotonic() + _SETTLE_WITHIN_S
        unprotected = self._find_unprotected()
        while unprotected and time.monotonic() < deadline:
            time.sleep(0.05)
            unprotected = self._find_unprotected()
        return self._summary(unprotected)

    def _summary(self, unprotected: dict[str, str]) -> dict[str, Any]:
        status = self._last_status()
        totals = status["totals"]
        first_ms = totals["first_sell_ms"]
        return {
            "buys": totals["buys"],
            "lots_open": totals["lots_open"],
            "lots_closed": totals["lots_closed"],
            "sells_placed": totals["sells_placed"],
            "sells_filled": totals["sells_filled"],
            "first_sell_seconds": None if first_ms is None else round((first_ms - self._started_ms) / 1000, 3),
            "net_profit": totals["net_profit"],
            "unprotected": float(sum(map(Decimal, unprotected.values()))) if unprotected else 0,
            "unprotected_by_pair": unprotected,
            "seconds": round(self._elapsed_s(), 3),
            "restarts": status["restarts"],
        }

    def _last_status(self) -> dict[str, Any]:
        """Ctrl-C may have come while the service was still starting."""
        deadline = time.monotonic() + _ANSWERS_WITHIN_S
        while (status := self._system.client.status()) is None:
            self.check()
            if time.monotonic() > deadline:
                raise StagingError(f"the service does not answer at the end, for {_ANSWERS_WITHIN_S:.0f} s")
            time.sleep(0.05)
        return status

    def _elapsed_s(self) -> float:
        return time.monotonic() - self._started

    def _control(self, verb: str, path: str) -> None:
        with _exchange_answers():
            self._system.controls.ask(verb, path)

    def _find_unprotected(self) -> dict[str, str]:
        with _exchange_answers():
            return self._system.unprotected()


@contextmanager
def _exchange_answers() -> Iterator[None]:
    try:
        yield
    except requests.RequestException as error:
        raise StagingError(f"the embedded exchange does not answer: {type(error).__name__}") from error
