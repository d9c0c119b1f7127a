"""What a page shows, as values. Times are seconds after the beginning of the story."""

from dataclasses import dataclass, field
from enum import StrEnum


class Lane(StrEnum):
    """Who does something. The values are the headings of the page."""

    FAULT = "Faults"
    HAND = "People and market"
    SERVICE = "Service"
    MESSAGE = "Messages"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened."""

    at_s: float
    lane: Lane
    text: str


class Tone(StrEnum):
    """How a stage is coloured."""

    WAITS = "waits"  # bought, and not offered as a whole
    STANDS = "stands"  # on the book
    PART = "part"  # filled in part
    DONE = "done"  # filled, or sold as a whole
    ENDED = "ended"  # ended without being filled


@dataclass(frozen=True, slots=True)
class Stage:
    """How an order or a lot is from a moment on, until its next stage."""

    at_s: float
    tone: Tone
    text: str  # for people


@dataclass(frozen=True, slots=True)
class Track:
    """An order or a lot over time."""

    name: str
    is_lot: bool
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class StoryPage:
    title: str
    about: tuple[str, ...]  # one paragraph each
    broken: tuple[str, ...]  # how the promise was broken; empty if it was kept
    marks: tuple[Mark, ...]
    tracks: tuple[Track, ...] = field(default=())
