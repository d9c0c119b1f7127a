"""What is done in a drill, as data: each act says how it reads in a table."""

from dataclasses import dataclass, field
from typing import Any

TRADES = {
    "buy": "BUY at the market",
    "bid": "BUY below the market",
    "sell": "SELL by hand of free coins",
    "cancel-bid": "cancel a BUY",
    "cancel-sell": "cancel one of our SELLs",
    "sell-freed": "cancel one of our SELLs and sell its coins by hand",
    "amend-sell": "amend one of our SELLs to half",
    "amend-bid": "amend a BUY to half",
}


@dataclass(frozen=True, slots=True)
class Trade:
    """Something that the trader does on a pair; `dice` (0 to 1) chooses among the orders that are there then."""

    at_s: float
    kind: str
    symbol: str
    dice: float
    quote: str = ""

    @property
    def text(self) -> str:
        worth = f" for {self.quote}" if self.quote else ""
        return f"{self.symbol}: {TRADES[self.kind]}{worth}"


@dataclass(frozen=True, slots=True)
class Break:
    """A fault of the exchange, by its control API."""

    at_s: float
    fault: str
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        told = (f"{name} {value}" for name, value in self.fields.items())
        return " ".join((self.fault, *told))


@dataclass(frozen=True, slots=True)
class Strike:
    """A process of the service whose title begins so is killed, or stopped (SIGSTOP) for `for_s` seconds."""

    at_s: float
    title: str
    dice: float = 0.0
    for_s: float = 0.0

    @property
    def text(self) -> str:
        return f"stop {self.title} for {self.for_s:g} s" if self.for_s else f"kill {self.title}"


@dataclass(frozen=True, slots=True)
class Outage:
    """The whole system is killed, and started again `for_s` seconds later; its database may be gone by then."""

    at_s: float
    for_s: float
    loses_database: bool = False

    @property
    def text(self) -> str:
        lost = ", the database deleted" if self.loses_database else ""
        return f"kill the whole system for {self.for_s:g} s{lost}"


Act = Trade | Break | Strike | Outage
