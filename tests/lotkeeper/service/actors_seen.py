"""Looks at a system with a Guardian, a Ledger and a pair, for the tests of what is made of them."""

from typing import Any

from thespian.actors import ActorAddress

from lotkeeper.engine.inspection.questions import (
    ChildVitals,
    DeadLetter,
    DeadLetters,
    Death,
    HandlerTimes,
    Mailbox,
    Vitals,
)
from lotkeeper.engine.inspection.tree import Look, Place, SeenActor
from lotkeeper.engine.transport.addresses import address_of

NOW_MS = 1_796_000_000_000
_PIDS = {(): 10, ("ledger",): 11, ("BTCUSDT",): 12, ("BTCUSDT", "BTCUSDT keeper"): 13, ("ETHUSDT",): 14}
_CLASSES = {
    "ledger": "Ledger",
    "BTCUSDT": "PairSupervisor",
    "ETHUSDT": "PairSupervisor",
    "BTCUSDT keeper": "PairKeeper",
}


def path(pid: int) -> str:
    return f"/run/a{pid}-1-abc.sock"


def address(pid: int) -> ActorAddress:
    return address_of(path(pid))


def child(place: Place, **changes: Any) -> ChildVitals:
    pid = _PIDS[place]
    values: dict[str, Any] = {
        "key": place[-1],
        "address": address(pid),
        "pid": pid,
        "state": "running",
        "incarnation": 5,
        "restarts": 0,
        "reason": "",
        "handled": 100,
        "is_waiting": True,
        "is_stopped": False,
        "in_hand": "",
    }
    return ChildVitals(**{**values, **changes})


def vitals(place: Place, **changes: Any) -> Vitals:
    actor = _CLASSES[place[-1]] if place else "Guardian"
    return Vitals(**{"actor": actor, "pid": _PIDS[place], "handled": 100, "mailboxes": (), **changes})


def actor(place: Place, *, answers: bool = True, seen: dict[str, Any] | None = None, **said: Any) -> SeenActor:
    """`seen` changes what its supervisor sees, `said` what it says itself."""
    of_parent = child(place, **(seen or {})) if place else None
    where = of_parent.address if of_parent is not None else address(_PIDS[place])
    return SeenActor(place, where, of_parent, vitals(place, **said) if answers else None)


def look(*actors: SeenActor, at: float = 100.0, letters: DeadLetters | None = None) -> Look:
    known = {each.place: each for each in (*map(actor, _PIDS), *actors)}
    return Look(at, tuple(known.values()), letters or DeadLetters({}, ()))


def death(**changes: Any) -> Death:
    values: dict[str, Any] = {
        "key": "BTCUSDT keeper",
        "pid": 9,
        "incarnation": 4,
        "how": "was killed by SIGKILL",
        "in_hand": "OrderReported symbol=BTCUSDT",
        "at_ms": NOW_MS,
        "ran_s": 12.5,
    }
    return Death(**{**values, **changes})


def letters(pid: int) -> DeadLetters:
    return DeadLetters({"SellPlaced": 3}, (DeadLetter(NOW_MS, path(pid), "SellPlaced"),))


def times(message: str, count: int, p50_ms: float, max_ms: float) -> HandlerTimes:
    return HandlerTimes(message, count, p50_ms, max_ms, max_ms)


def mailbox(pid: int, unhandled: int, oldest_s: float) -> Mailbox:
    return Mailbox(path(pid), unhandled, oldest_s)
