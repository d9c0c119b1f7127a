"""The named faults: what each does to the exchange or the service, and how long it lasts."""

import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lotkeeper.verification.drill.actions import Action, ExchangeFault, ProcessFault, SystemOutage
from lotkeeper.verification.drill.environment import DrillEnvironment

_OUTAGE_S = 2.0
_OURS = {"method": "order.place", "newClientOrderId": "lk1-*"}


@dataclass(frozen=True, slots=True)
class FaultScenario:
    text: str  # in one line
    play: Callable[[DrillEnvironment], None]
    lasts_s: float = 0.0
    is_settled_first: bool = False  # before the fault everything bought has its SELL, and the trader stops buying
    seen_within_s: float = 5.0  # a fault that the status does not show by then did no harm


def _perform(text: str, *actions: Action, lasts_s: float = 0.0, is_settled_first: bool = False) -> FaultScenario:
    def play(environment: DrillEnvironment) -> None:
        for action in actions:
            environment.perform(action)

    return FaultScenario(text, play, lasts_s, is_settled_first)


def _fault(text: str, name: str, lasts_s: float = 0.0, **fields: Any) -> FaultScenario:
    return _perform(text, ExchangeFault(0, name, fields), lasts_s=lasts_s)


def _fault_on_all_sockets(text: str, name: str, lasts_s: float = 0.0, **fields: Any) -> FaultScenario:
    """On the sockets of the user stream and of the market streams."""
    return _perform(
        text, *(ExchangeFault(0, name, {"socket": each, **fields}) for each in ("user", "market")), lasts_s=lasts_s
    )


def _kill(title: str) -> FaultScenario:
    return _perform(f"{title} is killed (SIGKILL)", ProcessFault(0, title))


def _hang(title: str, seconds: float) -> FaultScenario:
    """The engine kills an actor that handles nothing for ten seconds.

    It looks every five seconds, every twenty where nothing happens, and at least twice: some 15 to 35 s after the hang.
    """

    def play(environment: DrillEnvironment) -> None:
        environment.perform(ProcessFault(0, title, for_s=seconds))

    return FaultScenario(f"{title} is stopped for {seconds:.0f} s (SIGSTOP)", play, seen_within_s=40.0)


def _mute(environment: DrillEnvironment) -> None:
    for each in ("user", "market"):
        environment.controls.fault("mute", socket=each, seconds=3600.0)


def _half_open(environment: DrillEnvironment) -> None:
    os.kill(environment.exchange.pid, signal.SIGSTOP)
    time.sleep(30)
    os.kill(environment.exchange.pid, signal.SIGCONT)


def _halt(environment: DrillEnvironment) -> None:
    environment.controls.fault("status", status="HALT")
    environment.controls.fault("status", status="TRADING", in_s=5.0)


CONNECTION_FAULTS: Mapping[str, FaultScenario] = {
    "drop": _fault_on_all_sockets("all sockets end without a closing frame", "cut", how="drop"),
    "abort": _fault_on_all_sockets("all sockets are reset", "cut", how="abort"),
    "close": _fault_on_all_sockets("all sockets are closed with code 1008", "cut", how="close", code=1008),
    "refuse": _perform(
        "all sockets are cut, new ones refused for 30 s",
        ExchangeFault(0, "refuse-connection", {"times": 0, "for_s": 30.0}),
        ExchangeFault(0, "cut", {"socket": "user"}),
        ExchangeFault(0, "cut", {"socket": "market"}),
        lasts_s=30,
    ),
    "half-open": FaultScenario("the exchange keeps its connections and answers nothing for 30 s", _half_open, 30),
    "server-shutdown": _fault("serverShutdown, all sockets closed 10 s later", "server-shutdown", seconds=10.0),
    "too-many-requests": _fault("every request is answered 429 for 10 s", "too-many-requests", 10, seconds=10.0),
    "ban": _fault("every request is answered 418 for 10 s, the user stream's socket is cut", "ban", 10, seconds=10.0),
    "garbage": _fault_on_all_sockets("1,000 frames of garbage on each socket", "garbage", frames=1000),
    "mute": FaultScenario("all sockets stay open, and nothing is sent on them", _mute, seen_within_s=80.0),
}

REQUEST_FAULTS: Mapping[str, FaultScenario] = {
    "lose-reply": _fault("the next three SELLs are accepted, their replies lost", "lose-reply", where=_OURS, times=3),
    "time-out": _fault("the next three SELLs are answered -1007", "lose-reply", where=_OURS, times=3, how="-1007"),
    "refuse-sells": _fault("the next three SELLs are answered 503 -1008", "refuse", where=_OURS, times=3),
    "late": _fault("the next SELL reaches the exchange after 4 s", "accept-late", where=_OURS, seconds=4.0),
    "lose-events": _fault(
        "ten events of the user stream are lost",
        "lose-event",
        where={"e": "executionReport"},
        times=10,
    ),
    "repeat-events": _fault(
        "ten events come twice, the second time a second later",
        "duplicate-event",
        where={"e": "executionReport"},
        times=10,
        seconds=1.0,
    ),
    "clock": _fault("the exchange's clock is 6 s ahead from now on", "clock-skew", ms=6000),
    "halt": FaultScenario("no pair trades for 5 s", _halt, 5),
    "maintenance": _fault("the exchange expires all open orders", "maintenance-cancel"),
}

PROCESS_FAULTS: Mapping[str, FaultScenario] = {
    "kill-keeper": _kill("PairKeeper"),
    "kill-gateway": _kill("Gateway"),
    "kill-user-stream": _kill("UserStream"),
    "kill-market-stream": _kill("MarketStream"),
    "kill-ledger": _kill("Ledger"),
    "kill-supervisor": _kill("PairSupervisor"),
    "kill-guardian": _kill("Guardian"),
    "kill-admin": _kill("lotkeeper-admin"),
    "hang-keeper": _hang("PairKeeper", 60),
    "hang-gateway": _hang("Gateway", 60),
    "kill-system": _perform(
        f"every process is killed at once, and started again {_OUTAGE_S:.0f} s later",
        SystemOutage(0, _OUTAGE_S),
        lasts_s=_OUTAGE_S,
    ),
    "delete-database": _perform(
        f"every process is killed, the database deleted; started again {_OUTAGE_S:.0f} s later",
        SystemOutage(0, _OUTAGE_S, loses_database=True),
        lasts_s=_OUTAGE_S,
        is_settled_first=True,
    ),
}

SCENARIOS: Mapping[str, FaultScenario] = {**CONNECTION_FAULTS, **REQUEST_FAULTS, **PROCESS_FAULTS}
