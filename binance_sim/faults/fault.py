"""A fault as data: its name, what it is about, when and how often it happens, and its parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]
FIELDS = ("name", "where", "times", "after", "chance", "in_s", "for_s")


class FaultError(ValueError):
    """A fault that cannot be: what is wrong, and what is allowed."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`where` names what it is about: facts of a request, an event or a connection, each by a pattern (`lk1-*`).

    Of what matches, the first `after` are spared, then each is hit with the probability `chance`, `times` in all (zero:
    until it is lifted). It is armed `in_s` seconds from now, and lifted after `for_s` more (zero: never).
    """

    name: str
    where: Mapping[str, str] = field(default_factory=dict)
    times: int = 1
    after: int = 0
    chance: float = 1.0
    in_s: float = 0.0
    for_s: float = 0.0
    params: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The fault as it is sent and kept in the journal."""
        found = {name: getattr(self, name) for name in FIELDS}
        return {**found, "where": dict(self.where)} | dict(self.params)


def read_fault(body: Json) -> Fault:
    """The fault that a JSON object describes; whatever is no field of a fault is a parameter of its kind.

    Raises FaultError.
    """
    if not isinstance(body.get("name"), str):
        raise FaultError("name is missing: which fault?")
    where = body.get("where", {})
    if not isinstance(where, dict):
        raise FaultError('where is no object such as {"method": "order.place"}')
    return Fault(
        name=body["name"],
        where={str(name): str(value) for name, value in where.items()},
        times=int(_number(body, "times", 1)),
        after=int(_number(body, "after", 0)),
        chance=_chance(body),
        in_s=_number(body, "in_s", 0.0),
        for_s=_number(body, "for_s", 0.0),
        params={name: value for name, value in body.items() if name not in FIELDS},
    )


def _number(body: Json, name: str, usual: float) -> float:
    value = body.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise FaultError(f"{name} is {value!r}, not a number from zero on")
    return value


def _chance(body: Json) -> float:
    value = _number(body, "chance", 1.0)
    if value > 1:
        raise FaultError(f"chance is {value}, not between 0 and 1")
    return value
