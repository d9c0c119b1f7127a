"""The running actors as a document: what two looks show, such as rates, and what one look shows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lotkeeper.engine.inspection.questions import DeadLetter, Death, HandlerTimes
from lotkeeper.engine.inspection.tree import Look, Place, SeenActor
from lotkeeper.engine.supervision import LifeState
from lotkeeper.engine.transport.addresses import path_of
from lotkeeper.service.process_usage import ProcessUsage, usage_of

_OWN_QUESTION = "AskVitals"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Before:
    """What is remembered of an actor from the last look."""

    pid: int | None
    at: float
    handled: int
    cpu_s: float
    busy_since: float | None  # it handles the same message since then, or longer


class ActorReport:
    """Makes a document of each look; the first one has no rates yet."""

    def __init__(self, usage: Callable[[int], ProcessUsage | None] = usage_of) -> None:
        self._usage = usage
        self._before: dict[Place, _Before] = {}

    def document(self, look: Look) -> Json:
        """Plain values: times in seconds or milliseconds as named, memory in bytes, moments in ISO 8601 (UTC)."""
        boxes = _mailboxes(look)
        names = _names_by_pid(look)
        actors = [self._actor(each, look.at, boxes) for each in look.actors]
        seen = {each.place for each in look.actors}
        self._before = {place: before for place, before in self._before.items() if place in seen}
        return {
            "actors": actors,
            "deaths": [_death(each) for each in _deaths(look)],
            "dead_letters": {
                "counts": dict(sorted(look.letters.counts.items())),
                "last": [_letter(each, names) for each in look.letters.last],
            },
        }

    def _actor(self, seen: SeenActor, at: float, boxes: dict[str, tuple[int, float]]) -> Json:
        child, vitals = seen.child, seen.vitals
        pid = vitals.pid if vitals is not None else child.pid if child is not None else None
        usage = None if pid is None else self._usage(pid)
        now = self._now(seen, pid, at, usage)
        before = self._before.get(seen.place)
        self._before[seen.place] = now
        waiting, oldest_s = boxes.get(path_of(seen.address), (0, 0.0)) if seen.address is not None else (0, 0.0)
        in_hand = "" if child is None or child.in_hand.startswith(_OWN_QUESTION) else child.in_hand
        return {
            "name": _name(seen),
            "depth": len(seen.place),
            "actor": vitals.actor if vitals is not None else None,
            "state": _state(seen),
            "pid": pid,
            "age_seconds": None if usage is None else round(usage.age_s, 1),
            "restarts": child.restarts if child is not None else 0,
            "incarnation": child.incarnation if child is not None else None,
            "reason": child.reason if child is not None else "",
            "mailbox": waiting,
            "oldest_seconds": round(oldest_s, 3),
            "handled": now.handled,
            "cpu_seconds": None if usage is None else usage.cpu_s,
            **_rates(before, now),
            "in_hand": in_hand,
            "busy_seconds": None if now.busy_since is None else round(at - now.busy_since, 3),
            "pss_bytes": None if usage is None else usage.pss_bytes,
            "handlers": [_handler(each) for each in (vitals.handlers if vitals is not None else ())],
            "undelivered": dict(vitals.undelivered) if vitals is not None else {},
            "unknown": list(vitals.unknown) if vitals is not None else [],
        }

    def _now(self, seen: SeenActor, pid: int | None, at: float, usage: ProcessUsage | None) -> _Before:
        before, child = self._before.get(seen.place), seen.child
        handled = seen.vitals.handled if seen.vitals is not None else child.handled if child is not None else 0
        is_busy = child is not None and pid is not None and not child.is_waiting and seen.vitals is None
        is_same = before is not None and before.pid == pid and before.handled == handled
        since = before.busy_since if before is not None and is_same and before.busy_since is not None else at
        return _Before(pid, at, handled, usage.cpu_s if usage is not None else 0.0, since if is_busy else None)


def _rates(before: _Before | None, now: _Before) -> Json:
    """Of one process: a new one has none yet."""
    if before is None or before.pid != now.pid or now.at <= before.at:
        return {"per_second": None, "cpu_pct": None}
    seconds = now.at - before.at
    return {
        "per_second": round((now.handled - before.handled) / seconds, 1),
        "cpu_pct": round(max(0.0, now.cpu_s - before.cpu_s) / seconds * 100, 1),
    }


def _state(seen: SeenActor) -> str:
    """Idle, busy, stuck (it does not answer), stopped, lost (it will be started again) or given up."""
    child = seen.child
    if child is not None and (child.state != LifeState.RUNNING or seen.address is None):
        return child.state
    if child is not None and child.is_stopped:
        return "stopped"
    if seen.vitals is None:
        return "stuck"
    is_idle = child is None or child.is_waiting or child.in_hand.startswith(_OWN_QUESTION)
    return "idle" if is_idle else "busy"


def _name(seen: SeenActor) -> str:
    return seen.place[-1] if seen.place else "guardian"


def _mailboxes(look: Look) -> dict[str, tuple[int, float]]:
    """How many messages wait for each receiver, and how long the oldest has waited, as their senders know it."""
    boxes: dict[str, tuple[int, float]] = {}
    for box in (box for each in look.actors if each.vitals is not None for box in each.vitals.mailboxes):
        count, oldest_s = boxes.get(box.path, (0, 0.0))
        boxes[box.path] = count + box.unhandled, max(oldest_s, box.oldest_s)
    return boxes


def _names_by_pid(look: Look) -> dict[int, str]:
    """The names of the processes, dead ones too."""
    names = {death.pid: death.key for death in _deaths(look)}
    running = ((each.vitals.pid, each) for each in look.actors if each.vitals is not None)
    return names | {pid: _name(each) for pid, each in running}


def _deaths(look: Look) -> list[Death]:
    """The newest first."""
    found: Iterable[Death] = (death for each in look.actors if each.vitals is not None for death in each.vitals.deaths)
    return sorted(found, key=lambda each: -each.at_ms)


def _death(death: Death) -> Json:
    return {
        "at": _iso(death.at_ms),
        "name": death.key,
        "pid": death.pid,
        "incarnation": death.incarnation,
        "how": death.how,
        "in_hand": death.in_hand,
        "ran_seconds": death.ran_s,
    }


def _letter(letter: DeadLetter, names: dict[int, str]) -> Json:
    pid = letter.path.rpartition("/")[2][1:].partition("-")[0]
    known = names.get(int(pid), f"process {pid}") if pid.isdigit() else letter.path
    return {"at": _iso(letter.at_ms), "to": known, "message": letter.message}


def _handler(times: HandlerTimes) -> Json:
    return {
        "message": times.message,
        "count": times.count,
        "p50_ms": times.p50_ms,
        "p99_ms": times.p99_ms,
        "max_ms": times.max_ms,
    }


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")
