"""Raids: whoever knows of an order is killed right after it left, and it arrives seconds later all the same.

A raid has dice of its own, so that the other faults of a schedule are what they would be without it.
"""

from dataclasses import dataclass
from decimal import Decimal as D
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.world import World

SHARE = 0.2  # of all schedules
MOST_LATE_S = 12.0  # as `line.LATE_S`


@dataclass(slots=True)
class Raids:
    """One order of a schedule, counted as they leave; 0 for none. With `loses_notebook` the database is deleted."""

    dice: Random
    order: int
    loses_notebook: bool
    late_s: float
    sent: int = 0

    def strikes(self, world: "World") -> bool:
        """An order leaves: whether it is the one. Then its keeper and the Gateway die, and prices rise and fall."""
        self.sent += 1
        if self.sent != self.order:
            return False
        house = world.house
        world.later(self.dice.uniform(0.0, 0.01), house.notebook_is_lost if self.loses_notebook else house.pair_dies)
        for _ in range(3):
            world.later(self.dice.uniform(0.5, 20.0), lambda: self._jumps(world))
        return True

    def _jumps(self, world: "World") -> None:
        """High enough for a SELL on the book to be filled, for a while."""
        before = world.venue.price
        world.tell("people", lambda: "a raid on the market")
        world.venue.quote(D(self.dice.choice((190, 200))), D(100))
        world.later(self.dice.uniform(0.0, 0.5), lambda: world.venue.quote(before, D(50)))


def drawn_raids(seed: int) -> Raids:
    dice = Random(f"raids {seed}")
    order = dice.randint(1, 5) if dice.random() < SHARE else 0
    return Raids(dice, order, dice.random() < 0.3, dice.uniform(0.0, MOST_LATE_S))
