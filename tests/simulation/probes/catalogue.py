"""All probes, by family: each cell of the tables of orders, lots and holds, each decision, cause, todo and incident."""

from itertools import product

from lotkeeper.trading.journal import Cause, DecisionKind
from lotkeeper.trading.lots.states import HoldEvent, HoldReason, LotEvent, LotState
from lotkeeper.trading.orders.states import OrderEvent, OrderState
from lotkeeper.trading.trouble_kinds import RULES
from tests.simulation.probes.counting import IMPOSSIBLE

Probe = tuple[str, str]  # its family and its name
_AXES = {
    "order": (OrderState, OrderEvent),
    "lot": (LotState, LotEvent),
    "hold": ((None, *HoldReason), HoldEvent),
}
_NAMES = {
    "decision": [each.name for each in DecisionKind],
    "cause": [each.name for each in Cause],
    "todo": [kind.name for kind, rule in RULES.items() if rule.needs_a_person],
    "incident": [rule.incident for rule in RULES.values() if rule.incident],
}
FAMILIES = {
    "order": "States of an order",
    "lot": "States of a lot",
    "hold": "Why a lot is held",
    "decision": "Decisions",
    "cause": "Their causes",
    "todo": "What needs a person",
    "incident": "Incidents",
}


def cell(state: object, event: object) -> str:
    return f"{state or 'not held'} / {event}"


CELLS = {(family, cell(*pair)): (family, pair) for family, axes in _AXES.items() for pair in product(*axes)}
PROBES: tuple[Probe, ...] = (*CELLS, *((family, name) for family, names in _NAMES.items() for name in names))


def why_impossible(probe: Probe) -> str:
    """What the table itself says of a cell that cannot be; empty for any other probe."""
    if probe not in CELLS:
        return ""
    family, pair = CELLS[probe]
    return IMPOSSIBLE[family].get(pair, "")
