"""The faults that have a name: what each does to the exchange or the service, and how long it lasts by itself."""

import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lotkeeper.verification.drill.actions import Act, Break, Outage, Strike
from lotkeeper.verification.drill.environment import Theatre

_AWAY_S = 2.0
_OURS = {"method": "order.place", "newClientOrderId": "lk1-*"}


@dataclass(frozen=True, slots=True)
class Named:
    """`text` says it in a line. `is_settled_first`: all that was bought has its SELL, and nobody buys meanwhile."""

    text: str
    play: Callable[[Theatre], None]
    lasts_s: float = 0.0
    is_settled_first: bool = False
    seen_within_s: float = 5.0  # what nobody has noticed by then harmed nothing that anybody heard of


def _acts(text: str, *acts: Act, lasts_s: float = 0.0, is_settled_first: bool = False) -> Named:
    def play(theatre: Theatre) -> None:
        for act in acts:
            theatre.play(act)

    return Named(text, play, lasts_s, is_settled_first)


def _fault(text: str, name: str, lasts_s: float = 0.0, **fields: Any) -> Named:
    return _acts(text, Break(0, name, fields), lasts_s=lasts_s)


def _both(text: str, name: str, lasts_s: float = 0.0, **fields: Any) -> Named:
    """On the account's socket and on those of the markets."""
    return _acts(text, *(Break(0, name, {"socket": each, **fields}) for each in ("user", "market")), lasts_s=lasts_s)


def _kill(title: str) -> Named:
    return _acts(f"{title} is killed (SIGKILL)", Strike(0, title))


def _hang(title: str, seconds: float) -> Named:
    """Who handles nothing for ten seconds is killed."""

    def play(theatre: Theatre) -> None:
        theatre.play(Strike(0, title, for_s=seconds))

    return Named(f"{title} stands still for {seconds:.0f} s (SIGSTOP)", play, seen_within_s=15.0)


def _mute(theatre: Theatre) -> None:
    for each in ("user", "market"):
        theatre.controls.fault("mute", socket=each, seconds=3600.0)


def _half_open(theatre: Theatre) -> None:
    os.kill(theatre.paper.pid, signal.SIGSTOP)
    time.sleep(30)
    os.kill(theatre.paper.pid, signal.SIGCONT)


def _halt(theatre: Theatre) -> None:
    theatre.controls.fault("status", status="HALT")
    theatre.controls.fault("status", status="TRADING", in_s=5.0)


CONNECTIONS: Mapping[str, Named] = {
    "drop": _both("all sockets end without a closing frame", "cut", how="drop"),
    "abort": _both("all sockets are reset", "cut", how="abort"),
    "close": _both("all sockets are closed with code 1008", "cut", how="close", code=1008),
    "refuse": _acts(
        "all sockets are cut, new ones refused for 30 s",
        Break(0, "refuse-connection", {"times": 0, "for_s": 30.0}),
        Break(0, "cut", {"socket": "user"}),
        Break(0, "cut", {"socket": "market"}),
        lasts_s=30,
    ),
    "half-open": Named("the exchange is there and answers nothing for 30 s", _half_open, 30),
    "server-shutdown": _fault("serverShutdown, all sockets closed 10 s later", "server-shutdown", seconds=10.0),
    "too-many-requests": _fault("every request is answered 429 for 10 s", "too-many-requests", 10, seconds=10.0),
    "ban": _fault("every request is answered 418 for 10 s, the account's socket is cut", "ban", 10, seconds=10.0),
    "garbage": _both("1,000 frames that mean nothing on each socket", "garbage", frames=1000),
    "mute": Named("all sockets stand and nothing goes through", _mute, seen_within_s=80.0),
}

REQUESTS: Mapping[str, Named] = {
    "lose-reply": _fault("the next three SELLs are accepted, their replies lost", "lose-reply", where=_OURS, times=3),
    "time-out": _fault("the next three SELLs are answered -1007", "lose-reply", where=_OURS, times=3, how="-1007"),
    "refuse-sells": _fault("the next three SELLs are answered 503 -1008", "refuse", where=_OURS, times=3),
    "late": _fault("the next SELL reaches the exchange after 4 s", "accept-late", where=_OURS, seconds=4.0),
    "lose-events": _fault(
        "the account's stream keeps ten events to itself",
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
    "halt": Named("no pair trades for 5 s", _halt, 5),
    "maintenance": _fault("the exchange expires all open orders", "maintenance-cancel"),
}

PROCESSES: Mapping[str, Named] = {
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
    "kill-system": _acts(
        f"every process is killed at once, and started again {_AWAY_S:.0f} s later", Outage(0, _AWAY_S), lasts_s=_AWAY_S
    ),
    "delete-database": _acts(
        f"every process is killed, the database deleted; started again {_AWAY_S:.0f} s later",
        Outage(0, _AWAY_S, loses_database=True),
        lasts_s=_AWAY_S,
        is_settled_first=True,
    ),
}

NAMED: Mapping[str, Named] = {**CONNECTIONS, **REQUESTS, **PROCESSES}
