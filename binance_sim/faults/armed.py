"""Armed faults, and which of them are due for a request, event or connection."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from binance_sim.faults.effects import FaultEffect, Seam
from binance_sim.faults.fault import Fault

Facts = Mapping[str, Any]
# Writes the journal line of a fault that is armed, fires or is lifted.
RecordFault = Callable[..., None]


@dataclass(slots=True, eq=False)
class ArmedFault:
    """One armed fault and its random numbers: the same seed and the same matches give the same hits."""

    number: int
    fault: Fault
    seam: Seam
    effect: FaultEffect
    dice: random.Random
    matched: int = 0
    fired: int = 0
    _patterns: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._patterns = list(self.fault.where.items())

    def meets(self, facts: Facts) -> bool:
        return all(name in facts and fnmatchcase(str(facts[name]), pattern) for name, pattern in self._patterns)

    def hits(self) -> bool:
        """Count a match; returns whether the fault happens."""
        self.matched += 1
        if self.matched <= self.fault.after or self.is_spent:
            return False
        if self.fault.chance < 1 and self.dice.random() >= self.fault.chance:
            return False
        self.fired += 1
        return True

    @property
    def is_spent(self) -> bool:
        return bool(self.fault.times) and self.fired >= self.fault.times

    def as_dict(self) -> dict[str, Any]:
        return {"id": self.number, **self.fault.as_dict(), "matched": self.matched, "fired": self.fired}


class ArmedFaults:
    """All armed faults, the oldest first. It is falsy without faults, so that a seam costs next to nothing."""

    def __init__(self, seed: str, record: RecordFault) -> None:
        self._seed, self._record = seed, record
        self._armed: dict[int, ArmedFault] = {}
        self._next = 1

    def __bool__(self) -> bool:
        return bool(self._armed)

    def __iter__(self) -> Iterator[ArmedFault]:
        return iter(tuple(self._armed.values()))

    def take_number(self) -> int:
        self._next += 1
        return self._next - 1

    def arm(self, number: int, fault: Fault, seam: Seam, effect: FaultEffect) -> ArmedFault:
        dice = random.Random(f"{self._seed}/{number}/{fault.name}")
        armed = self._armed[number] = ArmedFault(number, fault, seam, effect, dice)
        self._record("fault-armed", id=number, fault=fault.as_dict())
        return armed

    def lift(self, number: int) -> bool:
        """Disarm a fault; returns False if there is none of that number."""
        found = self._armed.pop(number, None)
        if found is not None:
            self._record("fault-lifted", id=number, name=found.fault.name, fired=found.fired)
        return found is not None

    def due(self, seam: Seam, facts: Facts) -> list[FaultEffect]:
        """The effects on a request, event or connection with these facts."""
        effects: list[FaultEffect] = []
        for armed in self:
            if armed.seam != seam or not armed.meets(facts) or not armed.hits():
                continue
            effects.append(armed.effect)
            self._record("fault-fired", id=armed.number, name=armed.fault.name, count=armed.fired, met=dict(facts))
            if armed.is_spent:
                self.lift(armed.number)
        return effects
