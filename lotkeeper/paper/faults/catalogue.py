"""All kinds of faults by name, and how one is set off."""

from __future__ import annotations

from typing import Any

from lotkeeper.paper.faults import accounts, connections, events, limits, markets, replies
from lotkeeper.paper.faults.fault import Fault, FaultError
from lotkeeper.paper.faults.kinds import Kind

FAMILIES = {
    "replies": replies.KINDS,
    "events": events.KINDS,
    "connections": connections.KINDS,
    "limits": limits.KINDS,
    "markets": markets.KINDS,
    "accounts": accounts.KINDS,
}
KINDS: dict[str, Kind] = {kind.name: kind for kinds in FAMILIES.values() for kind in kinds}


def kind_of(fault: Fault) -> Kind:
    """Raises FaultError for a name that is not known, or parameters that its kind does not take."""
    kind = KINDS.get(fault.name)
    if kind is None:
        raise FaultError(f"{fault.name} is no fault; there are: {', '.join(sorted(KINDS))}")
    kind.check(fault.params)
    return kind


def described() -> dict[str, Any]:
    """What there is, by family: for whoever wants to know."""
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
