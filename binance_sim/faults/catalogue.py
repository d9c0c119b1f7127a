"""All kinds of faults by name."""

from __future__ import annotations

from typing import Any

from binance_sim.faults import accounts, connections, events, garbage, limits, markets, replies
from binance_sim.faults.effects import Seam
from binance_sim.faults.fault import Fault, FaultError
from binance_sim.faults.kinds import FaultKind

ONLY_ARMED = ("where", "times", "after", "chance", "for_s")
FAMILIES = {
    "replies": replies.KINDS,
    "events": events.KINDS,
    "connections": connections.KINDS,
    "garbage": garbage.KINDS,
    "limits": limits.KINDS,
    "markets": markets.KINDS,
    "accounts": accounts.KINDS,
}
KINDS: dict[str, FaultKind] = {kind.name: kind for kinds in FAMILIES.values() for kind in kinds}


def kind_of(fault: Fault) -> FaultKind:
    """The kind of a fault; raises FaultError for an unknown name or unknown parameters."""
    kind = KINDS.get(fault.name)
    if kind is None:
        raise FaultError(f"{fault.name} is not a fault; there are: {', '.join(sorted(KINDS))}")
    kind.check(fault.params)
    if kind.seam == Seam.NOW:
        _refuse_conditions(fault)
    return kind


def _refuse_conditions(fault: Fault) -> None:
    """A fault that happens at once has no conditions: it happens once, and lasts until another fault reverses it."""
    usual = Fault(fault.name)
    given = [name for name in ONLY_ARMED if getattr(fault, name) != getattr(usual, name)]
    if given:
        raise FaultError(f"{fault.name} happens at once (or after in_s seconds): it takes no {', '.join(given)}")


def describe_kinds() -> dict[str, Any]:
    """All kinds of faults with their parameters, by family."""
    return {
        family: {
            kind.name: {
                "does": kind.does,
                "seam": kind.seam,
                "takes": {n.lstrip("*"): t for n, t in kind.takes.items()},
            }
            for kind in kinds
        }
        for family, kinds in FAMILIES.items()
    }
