"""What is done in a drill, as data. `text` is how an action reads in a table."""

from dataclasses import dataclass, field
from typing import Any

TRADER_ACTIONS = {
    "buy": "BUY at the market",
    "bid": "BUY below the market",
    "sell": "SELL free coins manually",
    "cancel-bid": "cancel a BUY",
    "cancel-sell": "cancel one of our SELLs",
    "sell-freed": "cancel one of our SELLs and sell its coins manually",
    "amend-sell": "amend one of our SELLs to half",
    "amend-bid": "amend a BUY to half",
}


@dataclass(frozen=True, slots=True)
class TraderAction:
    """Something that the trader does on a pair."""

    at_s: float  # after the start of the round, as in all actions
    kind: str  # of TRADER_ACTIONS
    symbol: str
    dice: float  # 0 to 1; chooses among the open orders
    quote: str = ""  # amount in the quote asset

    @property
    def text(self) -> str:
        worth = f" for {self.quote}" if self.quote else ""
        return f"{self.symbol}: {TRADER_ACTIONS[self.kind]}{worth}"


@dataclass(frozen=True, slots=True)
class ExchangeFault:
    """A fault of the exchange, set off through its control API."""

    at_s: float
    fault: str
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return " ".join((self.fault, *(f"{name} {value}" for name, value in self.fields.items())))


@dataclass(frozen=True, slots=True)
class ProcessFault:
    """A process of the service is killed, or stopped (SIGSTOP) for a while."""

    at_s: float
    title: str  # the beginning of the process's title
    dice: float = 0.0  # 0 to 1; chooses among the processes with this title
    for_s: float = 0.0  # how long it is stopped; 0: it is killed

    @property
    def text(self) -> str:
        return f"stop {self.title} for {self.for_s:g} s" if self.for_s else f"kill {self.title}"


@dataclass(frozen=True, slots=True)
class SystemOutage:
    """The whole service is killed, and started again later."""

    at_s: float
    for_s: float
    loses_database: bool = False

    @property
    def text(self) -> str:
        lost = ", the database deleted" if self.loses_database else ""
        return f"kill the whole system for {self.for_s:g} s{lost}"


Action = TraderAction | ExchangeFault | ProcessFault | SystemOutage
