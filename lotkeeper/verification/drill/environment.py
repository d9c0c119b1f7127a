"""Where a drill is played: exchange, service and trader, and the hands that break and kill."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

from binance_sim.control.client import ControlRefusedError
from binance_sim.process import SimulatorProcess, start_simulator
from lotkeeper.exchange.rest.client import RestClient
from lotkeeper.exchange.rest.outcomes import Answered
from lotkeeper.exchange.shapes import ExchangeInfo
from lotkeeper.verification.drill.actions import Act, Break, Outage, Strike, Trade
from lotkeeper.verification.drill.trader_client import Hand
from lotkeeper.verification.staging.attachment import Attachment
from lotkeeper.verification.staging.configuring import configuration, secrets_of
from lotkeeper.verification.staging.service import StagedService
from messages.control import ResumePair

_UP_WITHIN_S = 40.0
_STATUS_WITHIN_S = 1.0
_TURN_S = 0.02
_ASK_EVERY_S = 0.2
_AGAIN_AFTER_S = 1.0  # as a service manager does with one that has ended


class DrillError(Exception):
    """The drill cannot go on; a sentence."""


class Theatre:
    """Context manager: everything that it started has ended when it is left."""

    def __init__(self, folder: Path, arguments: Sequence[str], *, profit: str, more: str = "") -> None:
        """`arguments` are the exchange's; `more` are further lines of the service's configuration."""
        self.journal, self._folder = folder / "journal.jsonl", folder
        self._arguments, self._profit, self._more = (*arguments, "--journal", str(self.journal)), profit, more
        self._due: list[tuple[float, Callable[[], object]]] = []
        # Not below `folder`, whose path may be longer than that of a socket can be.
        self._sockets = TemporaryDirectory(prefix="lk-", dir="/tmp", ignore_cleanup_errors=True)
        self.paper: SimulatorProcess
        self.service: StagedService

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        self.paper = start_simulator(self._arguments, own_session=True)
        self.controls = self.paper.controls()
        self.hand = Hand(self.paper, self._pairs())
        config = self._folder / "config.yaml"
        config.write_text(self._configuration(), encoding="utf-8")
        runtime_dir = Path(self._sockets.name)
        output = self._folder / "service.out"
        self.service = StagedService(config, secrets_of(self.paper), output, str(runtime_dir))
        self.attachment = Attachment(runtime_dir)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._due.clear()
        for each in self.service.processes():
            _signal(each.pid, signal.SIGCONT)
        self.attachment.close()
        self.service.stop()
        self.paper.stop()
        self._sockets.cleanup()

    def _configuration(self) -> str:
        return configuration(
            self.paper,
            database=self._database,
            runtime_dir=Path(self._sockets.name),
            logs=self._folder / "logs",
            profit=self._profit,
            more=self._more,
        )

    @property
    def _database(self) -> Path:
        return self._folder / "lots.sqlite"

    def _pairs(self) -> Any:
        client = RestClient(self.paper.rest_url, None)
        outcome = client.exchange_info(self.paper.symbols)
        client.close()
        if not isinstance(outcome, Answered) or not isinstance(outcome.body, ExchangeInfo):
            raise DrillError(f"the embedded exchange does not tell its pairs: {outcome}")
        return outcome.body.pairs

    # The service

    def start(self, up_within_s: float = _UP_WITHIN_S) -> None:
        """The service, until it says that all is well; raises DrillError."""
        self.service.start()
        if not self.wait(self.is_well, up_within_s, every_s=_ASK_EVERY_S):
            raise DrillError(f"the service is not ready in {up_within_s:.0f} s: {self.complaint()}")

    def status(self) -> dict[str, Any] | None:
        return self.attachment.status(_STATUS_WITHIN_S)

    def is_well(self) -> bool:
        return (self.status() or {}).get("health") == "ok"

    def complaint(self) -> str:
        """What the service says is wrong with it."""
        status = self.status()
        if status is None:
            return "it does not answer; " + self.service.words()[-500:]
        return f"health is {status['health']}: " + ("; ".join(status["problems"]) or "no problem is named")

    def resume(self) -> None:
        """What was canceled or amended by hand may be sold again."""
        for symbol in self.paper.symbols:
            self.attachment.ask(ResumePair(symbol))

    # Acts

    def play(self, act: Act) -> str:
        """What came of it, in words; raises nothing that the exchange or a dead process has to say."""
        try:
            match act:
                case Trade():
                    return "" if self.hand.do(act) else "not done"
                case Break():
                    self.controls.fault(act.fault, **act.fields)
                    return ""
                case Strike():
                    return self._strike(act)
                case Outage():
                    return self._outage(act)
        except ControlRefusedError as error:
            return f"not done: {error}"

    def _strike(self, act: Strike) -> str:
        found = self.service.processes(act.title)
        if not found:
            return "no such process lives"
        victim = found[int(act.dice * len(found))]
        _signal(victim.pid, signal.SIGSTOP if act.for_s else signal.SIGKILL)
        if act.for_s:
            self._later(act.for_s, lambda: _signal(victim.pid, signal.SIGCONT))
        return f"{victim.pid} {victim.title[:40]}"

    def _outage(self, act: Outage) -> str:
        self.service.kill()
        if act.loses_database:
            for path in self._folder.glob(f"{self._database.name}*"):
                path.unlink()
        self._later(act.for_s, self.service.start)
        return ""

    def let_be(self) -> None:
        """Every fault ends, and whatever was stopped goes on."""
        self.controls.lift()
        self.controls.fault("clock-skew", ms=0)
        self.controls.fault("status", status="TRADING")
        for symbol in self.paper.symbols:
            self.hand.withdraw_bids(symbol)
        for each in self.service.processes():
            _signal(each.pid, signal.SIGCONT)

    # Time

    def wait(self, is_over: Callable[[], object], within_s: float, every_s: float = _TURN_S) -> bool:
        """Whether it came; what was left for later is done meanwhile."""
        deadline = time.monotonic() + within_s
        while not is_over():
            if time.monotonic() >= deadline:
                return False
            self.turn()
            time.sleep(every_s)
        return True

    def wait_until(self, moment: float) -> None:
        """A moment of the monotonic clock."""
        self.wait(lambda: time.monotonic() >= moment, max(0.0, moment - time.monotonic()))

    def turn(self) -> None:
        """Do what is due; a service that has ended is started again."""
        now = time.monotonic()
        due = [act for at, act in self._due if at <= now]
        self._due = [(at, act) for at, act in self._due if at > now]
        for act in due:
            act()
        if self.service.ended() is not None:
            self.service.stop()
            self._later(_AGAIN_AFTER_S, self.service.start)

    def _later(self, seconds: float, act: Callable[[], object]) -> None:
        self._due.append((time.monotonic() + seconds, act))


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
