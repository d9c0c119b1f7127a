"""What is told of each service of a fleet: a few fields of its status, or why it could not be read."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from lotkeeper.service.errors import ServiceError, ServiceNotRunningError
from lotkeeper.service.fleet.asking import Asked, shown

Json = Mapping[str, Any]
_MOST_PROBLEMS: Final = 20
_WEIGHT: Final = "REQUEST_WEIGHT"


class FleetHealth(StrEnum):
    """Of a service: what its status says, or what is known without one."""

    OK = "ok"
    STANDBY = "standby"  # another host has its turn
    STARTING = "starting"
    DEGRADED = "degraded"
    NOT_RUNNING = "not running"
    UNREADABLE = "unreadable"  # no answer, or one that is no status


_GOOD: Final = (FleetHealth.OK, FleetHealth.STANDBY, FleetHealth.STARTING)
_CODES: Final = {FleetHealth.DEGRADED: ServiceError.exit_code, FleetHealth.UNREADABLE: ServiceError.exit_code}


def fleet_document(asked: Iterable[Asked]) -> dict[str, Any]:
    """The document of `lotkeeper fleet status`."""
    services = [_row(each) for each in asked]
    return {"well": all(row["health"] in _GOOD for row in services), "services": services}


def exit_code(document: Json) -> int:
    """The worst: 0 all well, 1 something is wrong or cannot be read, 3 a service does not run."""
    codes = (_code(FleetHealth(row["health"])) for row in document["services"])
    return max(codes, default=0)


def _code(health: FleetHealth) -> int:
    if health is FleetHealth.NOT_RUNNING:
        return ServiceNotRunningError.exit_code
    return _CODES.get(health, 0)


def _row(asked: Asked) -> dict[str, Any]:
    status: Json = asked.document or {}
    health = _health(asked)
    pairs = _mapping(status.get("pairs"))
    problems = [shown(each) for each in _list(status.get("problems"))[:_MOST_PROBLEMS]]
    is_known = bool(asked.document) and health is not FleetHealth.UNREADABLE
    return {
        "name": asked.place.name,
        "host": asked.place.host or None,
        "config": asked.place.config or None,
        "health": str(health),
        "reason": asked.trouble or _reason(status, health),
        "problems": problems,
        "todo": len(_list(status.get("todo"))) if is_known else None,
        "uptime_seconds": _number(status.get("uptime_seconds")),
        "pairs": len(pairs) if is_known else None,
        "lots_open": sum(_count(_mapping(pair).get("lots_open")) for pair in pairs.values()) if is_known else None,
        "budget": _budget(_mapping(status.get("gateway"))),
    }


def _health(asked: Asked) -> FleetHealth:
    if asked.document is None:
        is_down = asked.exit_code == ServiceNotRunningError.exit_code
        return FleetHealth.NOT_RUNNING if is_down else FleetHealth.UNREADABLE
    try:
        return FleetHealth(str(asked.document.get("health")))
    except ValueError:
        return FleetHealth.UNREADABLE


def _reason(status: Json, health: FleetHealth) -> str:
    if health is FleetHealth.UNREADABLE:
        return "what it printed is no status"
    return shown(status.get("waits", "")) if health is FleetHealth.STANDBY else ""


def _budget(gateway: Json) -> dict[str, Any] | None:
    """How much of a minute's weight the address has used, and what of it is this service's share."""
    limit = next((_mapping(each) for each in _list(gateway.get("limits")) if _name(each) == _WEIGHT), None)
    if limit is None:
        return None
    broker = _mapping(gateway.get("broker"))
    mine = next((each for each in map(_mapping, _list(broker.get("shares"))) if _is_mine(each, broker)), {})
    return {
        "used": _count(limit.get("used")),
        "most": _count(limit.get("most")),
        "broker": bool(broker.get("connected")) if broker else None,
        "share": _count(mine.get("share")) if mine else None,
        "spent": _count(mine.get("spent")) if mine else None,
        "waits": shown(broker.get("waits", "")),
    }


def _is_mine(share: Json, broker: Json) -> bool:
    return share.get("service") == broker.get("service") and share.get("limit") == _WEIGHT


def _name(limit: object) -> object:
    return _mapping(limit).get("name")


def _mapping(found: object) -> Json:
    return found if isinstance(found, dict) else {}


def _list(found: object) -> list[Any]:
    return found if isinstance(found, list) else []


def _count(found: object) -> int:
    return found if type(found) is int and found >= 0 else 0


def _number(found: object) -> float | None:
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None
