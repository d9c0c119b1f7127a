"""Order lists: OCO, OTO, OTOCO, OPO and OPOCO (source: "Order lists", "One Pays the Other").

An OCO is a pair of which one order at most trades: a first fill of one, or its stop price, ends the other. In the other
lists a working order comes first, and those that wait for it (`pending`, one or an OCO pair) start when it is filled
whole. An OPO differs from an OTO in that the pending orders sell what the working one received.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from binance_sim.account.account import Account
from binance_sim.account.reserves import Reserve
from binance_sim.matching.orders import Order
from binance_sim.matching.states import ENDED, RENAMED, RUNNING, list_after
from binance_sim.symbols.rules import Rules


@dataclass(slots=True, eq=False)
class OrderList:
    """One list. `pair` are the two orders of which one ends the other; `proceeds` is set for an OPO."""

    list_id: int
    rules: Rules
    account: Account
    client_id: str
    created: int
    updated: int
    working: Order | None = None
    pending: tuple[Order, ...] = ()
    pair: tuple[Order, ...] = ()
    proceeds: Reserve | None = None
    status: tuple[str, str] | None = None
    reject_reason: str = "NONE"
    orders: list[Order] = field(default_factory=list)

    @property
    def contingency(self) -> str:
        """As reported: everything with a working order is an OTO."""
        return "OTO" if self.working is not None else "OCO"

    @property
    def is_open(self) -> bool:
        return self.status != ENDED

    def goes(self, what: str, now: int) -> None:
        """Take the transition that the table names."""
        self.status = list_after(self.status, what)
        self.updated = now

    def runs(self, now: int) -> None:
        self.goes(RUNNING, now)

    def renamed(self, now: int) -> None:
        self.goes(RENAMED, now)

    def other(self, order: Order) -> Order | None:
        """The order of a pair that ends when this one trades or triggers."""
        if order not in self.pair:
            return None
        return self.pair[1] if order is self.pair[0] else self.pair[0]
