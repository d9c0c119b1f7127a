"""Kills actors that know of an order right after it was sent; the order arrives seconds later all the same.

It has dice of its own, so that the other faults of a schedule are the same with and without it.
"""

from dataclasses import dataclass
from decimal import Decimal as D
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING

from tests.simulation.dice import dice_of

if TYPE_CHECKING:
    from tests.simulation.world import World

SHARE = 0.3  # of all schedules
MAX_LATE_S = 12.0  # as `exchange_link.LATE_S`


class Victims(StrEnum):
    """Who dies."""

    GATEWAY = "the Gateway"
    KEEPER = "the keeper"
    PAIR = "both"
    SYSTEM = "the whole system, and its database is deleted"


@dataclass(slots=True)
class KillAfterSend:
    dice: Random
    order: int  # the number of the order, counted as they are sent; 0: none
    victims: Victims
    late_s: float  # when the order arrives after all
    sent: int = 0

    def on_order(self, world: "World") -> bool:
        """Whether the order that is sent is the one. If so, the victims die, and the price jumps."""
        self.sent += 1
        if self.sent != self.order:
            return False
        world.later(self.dice.uniform(0.0, 0.01), lambda: self._kill(world))
        for _ in range(3):
            world.later(self.dice.uniform(0.5, 20.0), lambda: spike_price(world, self.dice))
        return True

    @property
    def loses_database(self) -> bool:
        return self.victims is Victims.SYSTEM

    def _kill(self, world: "World") -> None:
        system = world.system
        match self.victims:
            case Victims.GATEWAY:
                system.kill(system.gateway)
            case Victims.KEEPER:
                system.kill(system.keeper)
            case Victims.PAIR:
                system.kill(system.gateway, system.keeper)
            case Victims.SYSTEM:
                system.lose_database()


def spike_price(world: "World", dice: Random) -> None:
    """So high that a SELL on the book is filled, for a moment."""
    before = world.venue.price
    world.tell("trader", lambda: "the price jumps")
    world.venue.quote(D(dice.choice((190, 200))), D(100))
    world.later(dice.uniform(0.0, 0.5), lambda: world.venue.quote(before, D(50)))


def draw_kill_after_send(seed: int) -> KillAfterSend:
    dice = dice_of(f"raids {seed}")  # the text is part of what a seed means
    order = dice.randint(1, 5) if dice.random() < SHARE else 0
    return KillAfterSend(dice, order, dice.choice(list(Victims)), dice.uniform(0.0, MAX_LATE_S))
