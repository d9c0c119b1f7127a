"""The price falls, and others trade there: so the stops of our SELLs are triggered, and some sell in part.

Drawn by dice of its own, and only where lots are sold by a stop: all other schedules stay as they were.
"""

from decimal import Decimal as D
from typing import TYPE_CHECKING

from tests.simulation.dice import dice_of
from tests.simulation.venue import SYMBOL

if TYPE_CHECKING:
    from tests.simulation.world import World

_LOWEST = D(120)  # as the trader's prices have it
_PERCENT = ("0.4", "0.9", "1.6", "3.2")


def schedule_falls(world: "World", length: float) -> None:
    """Up to six falls while the schedule goes on."""
    if world.judge.stop is None:
        return
    dice = dice_of(f"falls {world.seed}")  # the text is part of what a seed means
    for _ in range(dice.randint(1, 6)):
        percent, size = D(dice.choice(_PERCENT)), D(dice.randint(1, 300)) / 100
        world.later(dice.uniform(1.0, length), lambda percent=percent, size=size: _fall(world, percent, size))  # type: ignore[misc]


def _fall(world: "World", percent: D, size: D) -> None:
    """`size` is how much of the coin is bought there, by anybody who sells."""
    venue = world.venue
    price = max((venue.price * (1 - percent / 100)).quantize(D("0.01")), _LOWEST)
    world.tell("market", lambda: f"falls to {price}, where {size} are bought")
    venue.quote(price, size)
    venue.exchange.apply_external_take(SYMBOL, False, price, D("0.001"))
