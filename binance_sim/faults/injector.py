"""Faults that were requested: they happen at once, are armed, or are kept for later."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from binance_sim.faults.armed import ArmedFaults, RecordFault
from binance_sim.faults.catalogue import kind_of
from binance_sim.faults.effects import Seam
from binance_sim.faults.fault import Fault, FaultError, read_fault
from binance_sim.faults.kinds import FaultKind
from binance_sim.faults.targets import FaultTargets


class FaultInjector:
    """Carries out requests for faults. Use it inside a running event loop."""

    def __init__(self, armed: ArmedFaults, targets: FaultTargets, record: RecordFault) -> None:
        self.armed = armed
        self._targets, self._record = targets, record

    def inject(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Cause the fault that a JSON object describes; returns its number and what it did. Raises FaultError."""
        return self.inject_fault(read_fault(body))

    def inject_fault(self, fault: Fault) -> dict[str, Any]:
        """Cause a fault; raises FaultError."""
        kind = kind_of(fault)
        effect = kind.make(fault.params) if kind.make is not None else None
        number = self.armed.take_number()
        answer: dict[str, Any] = {"id": number}
        if fault.in_s:
            asyncio.get_running_loop().call_later(fault.in_s, self._begin_late, number, fault, kind, effect)
            return answer
        return answer | self._begin(number, fault, kind, effect)

    def _begin_late(self, number: int, fault: Fault, kind: FaultKind, effect: Any) -> None:
        """The request was answered before: an error stands in the journal."""
        try:
            self._begin(number, fault, kind, effect)
        except FaultError as error:
            self._record("fault-failed", id=number, name=fault.name, text=str(error))

    def _begin(self, number: int, fault: Fault, kind: FaultKind, effect: Any) -> dict[str, Any]:
        if kind.seam == Seam.NOW:
            return self._act(number, fault, kind)
        self.armed.arm(number, fault, kind.seam, effect)
        if fault.for_s:
            asyncio.get_running_loop().call_later(fault.for_s, self.armed.lift, number)
        return {}

    def _act(self, number: int, fault: Fault, kind: FaultKind) -> dict[str, Any]:
        assert kind.act is not None
        self._record("fault-fired", id=number, name=fault.name, fault=fault.as_dict())
        return kind.act(self._targets, fault.params)

    def lift_all(self) -> int:
        """Disarm all faults; returns how many were armed."""
        return sum(self.armed.lift(each.number) for each in self.armed)
