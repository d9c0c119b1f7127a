"""A fault as data: its name, what it applies to, when and how often it happens, and its parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]
FIELDS = ("name", "where", "times", "after", "chance", "in_s", "for_s")


class FaultError(ValueError):
    """A fault is not possible: the text says what is wrong and what is allowed."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault as it was requested."""

    name: str
    # Facts of the requests, events or connections that it applies to, each with a pattern such as `order-*`.
    where: Mapping[str, str] = field(default_factory=dict)
    times: int = 1  # how often it happens; zero: until it is lifted
    after: int = 0  # how many matches are spared first
    chance: float = 1.0  # the probability that a match is hit
    in_s: float = 0.0  # armed after this many seconds
    for_s: float = 0.0  # lifted this many seconds later; zero: never
    params: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The fault as it is requested and written to the journal."""
        found = {name: getattr(self, name) for name in FIELDS}
        return {**found, "where": dict(self.where)} | dict(self.params)


def read_fault(body: Json) -> Fault:
    """The fault that a JSON object describes; raises FaultError.

    Keys that are no fields of a fault are parameters of its kind.
    """
    if not isinstance(body.get("name"), str):
        raise FaultError("name is missing")
    where = body.get("where", {})
    if not isinstance(where, dict):
        raise FaultError('where is not an object such as {"method": "order.place"}')
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
        raise FaultError(f"{name} is {value!r}, not a number of zero or more")
    return value


def _chance(body: Json) -> float:
    value = _number(body, "chance", 1.0)
    if value > 1:
        raise FaultError(f"chance is {value}, not between 0 and 1")
    return value
