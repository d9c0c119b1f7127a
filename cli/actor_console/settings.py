"""How a person wants to see the actors: order, filter, pause, interval, and what the pane shows."""

from dataclasses import dataclass, replace
from enum import StrEnum

from cli.views.actor_cells import ACTOR_COLUMNS

NAME = "Actor"
INTERVALS_S = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_ORDERS = (None, NAME, *ACTOR_COLUMNS)


class Pane(StrEnum):
    """What stands beside or below the table."""

    NONE = "none"
    ACTOR = "actor"
    HANDLERS = "handlers"
    LOSSES = "losses"


@dataclass(frozen=True, slots=True)
class Settings:
    """Changes make new settings."""

    every_s: float = 2.0
    sort: str | None = None  # the title of a column; None: the tree
    is_reversed: bool = False
    wanted: str = ""  # a part of the name of a pair or an actor; empty for all
    is_paused: bool = False
    pane: Pane = Pane.NONE

    def sorted_by(self, title: str | None) -> "Settings":
        """By this column; if it is so already, the other way round."""
        return replace(self, sort=title, is_reversed=title is not None and title == self.sort and not self.is_reversed)

    def sorted_by_next(self, step: int) -> "Settings":
        """By the next column to the right, or to the left with -1; the tree stands before the first."""
        return self.sorted_by(_ORDERS[(_ORDERS.index(self.sort) + step) % len(_ORDERS)])

    def asking(self, step: int) -> "Settings":
        """At the next longer interval, or the next shorter one with -1; never beyond the ends."""
        longer = [each for each in INTERVALS_S if each > self.every_s]
        shorter = [each for each in reversed(INTERVALS_S) if each < self.every_s]
        return replace(self, every_s=next(iter(longer if step > 0 else shorter), self.every_s))

    def with_pane(self, pane: Pane) -> "Settings":
        """With this pane, or without one if it is shown already."""
        return replace(self, pane=Pane.NONE if self.pane == pane else pane)

    def filtered(self, wanted: str) -> "Settings":
        """With the actors of this pair, or whose name has this part."""
        return replace(self, wanted=wanted.strip())

    def toggled_pause(self) -> "Settings":
        """Paused, or going on."""
        return replace(self, is_paused=not self.is_paused)
