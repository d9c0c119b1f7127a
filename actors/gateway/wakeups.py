"""What wakes the Gateway, beside what is noted of its lines."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnswerNext:
    """To itself: answer the next query, after the orders that have arrived meanwhile."""


@dataclass(frozen=True, slots=True)
class EndGathering:
    """Wake-up: the queries that waited for each other are answered together."""


@dataclass(frozen=True, slots=True)
class TendLink:
    """Wake-up: the link has something to do. Only the newest one counts."""

    number: int


@dataclass(frozen=True, slots=True)
class ReportDue:
    """Wake-up: once a second."""


@dataclass(frozen=True, slots=True)
class OpenJournal:
    """Wake-up: the journal could not be opened before."""


@dataclass(frozen=True, slots=True)
class SyncTime:
    """Wake-up: read the exchange's clock."""
