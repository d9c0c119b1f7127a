"""The price rises above the cost of a lot, and falls again: so break-even is armed, and its stops are reached.

Drawn by dice of its own, and only where lots are sold at break-even: all other schedules stay as they were.
"""

from decimal import Decimal as D
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING

from tests.simulation.dice import dice_of
from tests.simulation.venue import SYMBOL

if TYPE_CHECKING:
    from tests.simulation.judged_lot import Lot
    from tests.simulation.world import World

_LOWEST, _HIGHEST = D(120), D(190)  # as the trader's prices have it
_TICK = D("0.01")
_ABOVE_COST = ("0.7", "1.1", "1.4", "2")  # percent; between the levels and most targets
_AROUND_COST = ("0.05", "0", "-0.1", "-0.4", "-1.2")


def schedule_rises(world: "World", length: float) -> None:
    """Up to nine rises while the schedule goes on; most of them are followed by a fall to the cost, some at once."""
    if not world.has_break_even:
        return
    dice = dice_of(f"rises {world.seed}")  # the text is part of what a seed means
    for _ in range(dice.randint(3, 9)):
        at = dice.uniform(1.0, length)
        world.later(at, lambda: _move(world, dice, dice.choice(_ABOVE_COST)))
        if dice.random() < 0.7:
            after_s = dice.choice((0.02, 0.5, 3.0, 6.0))
            world.later(at + after_s, lambda: _move(world, dice, dice.choice(_AROUND_COST)))


def _move(world: "World", dice: Random, percent: str) -> None:
    """The bid comes to so many percent above the cost of a lot that is not sold, and others trade there."""
    lots = [lot for lot in world.judge.lots.values() if lot.is_unsold and lot.received]
    if not lots:
        return
    price = _price(dice.choice(lots), Fraction(percent) / 100)
    size = D(dice.randint(1, 200)) / 100
    world.tell("market", lambda: f"moves to {price}, where {size} are bought")
    world.venue.quote(price, size)
    world.venue.exchange.apply_external_take(SYMBOL, False, price, D("0.001"))


def _price(lot: "Lot", gain: Fraction) -> D:
    paid = sum((Fraction(each.quote) for each in lot.buy.trades), Fraction(0))
    exact = paid / Fraction(lot.received) * (1 + gain)
    return min(max(D(int(exact / Fraction(_TICK))) * _TICK, _LOWEST), _HIGHEST)
