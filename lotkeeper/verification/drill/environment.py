"""Where a drill takes place: exchange, service and trader, with everything that can break or kill them."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from binance_sim.control.client import ControlRefusedError
from lotkeeper.exchange.rest.exchange_info import parse_exchange_info
from lotkeeper.verification.drill.actions import Action, ExchangeFault, ProcessFault, SystemOutage, TraderAction
from lotkeeper.verification.drill.exits import Exits
from lotkeeper.verification.drill.trader_client import TraderClient
from lotkeeper.verification.staging.round_trip import NO_DISTANCE, RoundTrip
from lotkeeper.verification.staging.system import StagedSystem
from lotkeeper.verification.staging.waiting import StagingError
from messages.pair_commands import ResumePair

JOURNAL = "journal.jsonl"  # in the folder of the drill
_UP_WITHIN_S = 40.0
_STATUS_WITHIN_S = 1.0
_TURN_S = 0.02
_HEALTH_EVERY_S = 0.2
_RESTART_AFTER_S = 1.0  # as a service manager restarts a service that has ended


@contextmanager
def drill_environment(
    folder: Path,
    exchange_arguments: Sequence[str],
    *,
    profit_pct: str,
    exits: Exits | None = None,
    more_config: str = "",
    round_trip: RoundTrip = NO_DISTANCE,
) -> Iterator["DrillEnvironment"]:
    """Inside it the exchange runs, with its journal in `folder`, and the service can be started."""
    journal = folder / JOURNAL
    arguments = [*exchange_arguments, *round_trip.options(), "--journal", str(journal)]
    with StagedSystem(folder, arguments, profit_pct=profit_pct, exits=exits, more_config=more_config) as system:
        environment = DrillEnvironment(system, journal)
        try:
            yield environment
        finally:
            environment.continue_processes()  # a stopped process could not end


class DrillEnvironment:
    """Carries actions out, and restarts the service after it has ended."""

    def __init__(self, system: StagedSystem, journal: Path) -> None:
        self.journal = journal
        self.exchange, self.controls, self.service = system.exchange, system.controls, system.service
        self.trader = TraderClient(system.exchange, parse_exchange_info(system.exchange_info).pairs)
        self._system = system
        self._due: list[tuple[float, Callable[[], object]]] = []  # by the monotonic clock

    # The service

    def start(self, up_within_s: float = _UP_WITHIN_S) -> None:
        """Starts the service and waits until its health is ok; raises StagingError."""
        self.service.start()
        if not self.wait(self.is_well, up_within_s, every_s=_HEALTH_EVERY_S):
            raise StagingError(f"the service is not ready in {up_within_s:.0f} s: {self.complaint()}")

    def status(self) -> dict[str, Any] | None:
        """None while the service does not answer."""
        return self._system.client.status(_STATUS_WITHIN_S)

    def is_well(self) -> bool:
        return (self.status() or {}).get("health") == "ok"

    def complaint(self) -> str:
        """What is wrong with the service, by its status or its output."""
        return self._system.complaint(self.status())

    def resume_pairs(self) -> None:
        """Lets the service sell again what the trader's cancels and amendments left without a SELL."""
        for symbol in self.exchange.symbols:
            self._system.client.ask(ResumePair(symbol))

    # Actions

    def perform(self, action: Action) -> str:
        """A sentence on the result. What the exchange refuses, or a process that is gone, is a result and no error."""
        try:
            match action:
                case TraderAction():
                    return "" if self.trader.perform(action) else "not done"
                case ExchangeFault():
                    self.controls.fault(action.fault, **action.fields)
                    return ""
                case ProcessFault():
                    return self._break_process(action)
                case SystemOutage():
                    return self._break_system(action)
        except ControlRefusedError as error:
            return f"not done: {error}"

    def _break_process(self, fault: ProcessFault) -> str:
        found = self.service.processes(fault.title)
        if not found:
            return "there is no such process"
        victim = found[int(fault.dice * len(found))]
        _signal(victim.pid, signal.SIGSTOP if fault.for_s else signal.SIGKILL)
        if fault.for_s:
            self._schedule(fault.for_s, lambda: _signal(victim.pid, signal.SIGCONT))
        return f"{victim.pid} {victim.title[:40]}"

    def _break_system(self, outage: SystemOutage) -> str:
        self.service.kill()
        if outage.loses_database:
            database = self._system.database
            for path in database.parent.glob(f"{database.name}*"):
                path.unlink()
        self._schedule(outage.for_s, self.service.start)
        return ""

    def end_faults(self, lag_s: float = 0.0) -> None:
        """Ends every fault, cancels the trader's BUYs, and continues every stopped process.

        With `lag_s` all queries are so far behind the matching for so long from now.
        """
        self.controls.lift()
        if lag_s:
            self.controls.fault("lag", seconds=lag_s, times=0, for_s=lag_s)
        self.controls.fault("clock-skew", ms=0)
        self.controls.fault("status", status="TRADING")
        for symbol in self.exchange.symbols:
            self.trader.cancel_buys(symbol)
        self.continue_processes()

    def continue_processes(self) -> None:
        """Continues (SIGCONT) every process of the service that was stopped."""
        for each in self.service.processes():
            _signal(each.pid, signal.SIGCONT)

    # Time

    def wait(self, is_over: Callable[[], object], within_s: float, every_s: float = _TURN_S) -> bool:
        """Whether `is_over` became true in time. Scheduled actions are carried out meanwhile."""
        deadline = time.monotonic() + within_s
        while not is_over():
            if time.monotonic() >= deadline:
                return False
            self.run_due()
            time.sleep(every_s)
        return True

    def wait_until(self, moment: float) -> None:
        """Until a moment of the monotonic clock."""
        self.wait(lambda: time.monotonic() >= moment, max(0.0, moment - time.monotonic()))

    def run_due(self) -> None:
        """Carries out what is due, and schedules a restart of a service that has ended."""
        now = time.monotonic()
        due = [action for at, action in self._due if at <= now]
        self._due = [(at, action) for at, action in self._due if at > now]
        for action in due:
            action()
        if self.service.exit_code() is not None:
            self.service.stop()
            self._schedule(_RESTART_AFTER_S, self.service.start)

    def _schedule(self, after_s: float, action: Callable[[], object]) -> None:
        self._due.append((time.monotonic() + after_s, action))


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
