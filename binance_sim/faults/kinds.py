"""A kind of fault: its seam, its parameters and what it does. Reading parameters."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from binance_sim.api.keys import ALL_PERMISSIONS
from binance_sim.faults.effects import FaultEffect, Seam
from binance_sim.faults.fault import FaultError
from binance_sim.faults.targets import FaultTargets
from binance_sim.numbers import AmountError, parse_amount

if TYPE_CHECKING:
    pass

PERMISSIONS = sorted(ALL_PERMISSIONS)
FaultParams = Mapping[str, Any]
MakeEffect = Callable[[FaultParams], FaultEffect]
ActAtOnce = Callable[[FaultTargets, FaultParams], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One kind of fault: kinds of the seam NOW have `act`, others `make` an effect that is kept until it is due."""

    name: str
    seam: Seam
    does: str
    takes: Mapping[str, str]  # parameters with their meaning; those with `*` are required
    make: MakeEffect | None = None
    act: ActAtOnce | None = None

    def check(self, params: FaultParams) -> None:
        """Raises FaultError for a parameter that is missing or unknown."""
        known = {name.lstrip("*") for name in self.takes}
        for name in params:
            if name not in known:
                allowed = ", ".join(sorted(known)) or "none"
                raise FaultError(f"{self.name} has no parameter {name}; it takes: {allowed}")
        for name in self.takes:
            if name.startswith("*") and name[1:] not in params:
                raise FaultError(f"{self.name} needs {name[1:]}: {self.takes[name]}")


def read_seconds(params: FaultParams, name: str, usual: float | None = None) -> float:
    """A duration of zero or more; raises FaultError."""
    value = params.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise FaultError(f"{name} is {value!r}, not a number of seconds of zero or more")
    return float(value)


def read_whole(params: FaultParams, name: str, usual: int | None = None) -> int:
    value = params.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int):
        raise FaultError(f"{name} is {value!r}, not a whole number")
    return value


def read_text(params: FaultParams, name: str, usual: str | None = None) -> str:
    value = params.get(name, usual)
    if not isinstance(value, str) or not value:
        raise FaultError(f"{name} is {value!r}, not a text")
    return value


def read_decimal(params: FaultParams, name: str, usual: str | None = None) -> Decimal:
    """A decimal number, positive or negative; raises FaultError."""
    try:
        return parse_amount(str(params.get(name, usual)))
    except AmountError as error:
        raise FaultError(f"{name}: {error}") from error


def read_object(params: FaultParams, name: str, usual: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A JSON object with at least one field, unless there is a usual one; raises FaultError."""
    value = params.get(name, usual)
    if not isinstance(value, Mapping) or (not value and usual is None):
        raise FaultError(f'{name} is {value!r}, not an object such as {{"status": "FROZEN"}}')
    return dict(value)


def read_permissions(params: FaultParams, usual: Collection[str]) -> frozenset[str]:
    """The permissions of a key; raises FaultError."""
    value = params.get("permissions", usual)
    if isinstance(value, Collection) and not isinstance(value, str) and all(each in PERMISSIONS for each in value):
        return frozenset(value)
    raise FaultError(f"permissions are a list of {', '.join(PERMISSIONS)}, not {value!r}")


def read_choice(params: FaultParams, name: str, allowed: tuple[str, ...], usual: str | None = None) -> str:
    value = read_text(params, name, usual or allowed[0])
    if value not in allowed:
        raise FaultError(f"{name} is {value!r}, not one of {', '.join(allowed)}")
    return value
