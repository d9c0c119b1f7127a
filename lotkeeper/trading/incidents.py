"""What went wrong, as values: each from the moment it began to the moment it was over."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lotkeeper.trading.trouble_kinds import RULES, Severity, TroubleKind

# As the database and `lotkeeper incidents` have it.
SEVERITY_NAMES: Final = {Severity.INFO: "NOTICE", Severity.WARNING: "WARNING", Severity.CRITICAL: "CRITICAL"}


class IncidentEnd(StrEnum):
    """How it was known to be over."""

    OVER = "OVER"  # it was seen to be over
    NOT_FOUND = "NOT_FOUND"  # who looked first after a restart did not find it any more


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that went wrong. At most one of a kind and a subject is open at a time."""

    kind: TroubleKind  # one that has a name of incidents
    subject: str  # what it is about: the most exact of order, lot, pair, and actor or stream; never empty
    opened_ms: int  # wall clock
    text: str  # for people
    symbol: str = ""  # its pair; empty where it concerns the whole service
    ended_ms: int | None = None  # wall clock; None while it is open
    end: IncidentEnd | None = None  # None while it is open

    @property
    def key(self) -> tuple[TroubleKind, str]:
        """What it is about. Its text may change, as a quantity in it does."""
        return self.kind, self.subject

    @property
    def name(self) -> str:
        """Its kind as the database and `lotkeeper incidents` have it."""
        return RULES[self.kind].incident

    @property
    def severity(self) -> str:
        """One of SEVERITY_NAMES."""
        return SEVERITY_NAMES[RULES[self.kind].severity]
