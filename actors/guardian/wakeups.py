"""What the Guardian wakes itself for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PairsDue:
    """Wake-up: start the next pairs."""


@dataclass(frozen=True, slots=True)
class HaltsDue:
    """Wake-up: what a person has halted could not be put on file before."""


@dataclass(frozen=True, slots=True)
class PairEndDue:
    """Wake-up: the keeper of a pair that is taken out has had its time."""

    symbol: str


@dataclass(frozen=True, slots=True)
class LeavingDue:
    """Wake-up: ask again the keepers whose last comparison a Guardian before did not see."""


@dataclass(frozen=True, slots=True)
class MarketStreamsDue:
    """Wake-up: start the market streams, for by now the keepers are started."""
