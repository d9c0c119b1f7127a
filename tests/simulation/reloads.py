"""Reloads of the configuration in the middle of trading: another way of selling or another profit, by own dice.

The judge is told of each policy that may come into force.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal as D
from random import Random
from typing import TYPE_CHECKING

from lotkeeper.trading.money import ZERO
from lotkeeper.trading.policy import ExitPolicy, Rung
from messages.lifecycle import ChangePolicy, PairSettings
from tests.simulation.dice import dice_of
from tests.simulation.exits import without_exits
from tests.simulation.venue import SYMBOL

if TYPE_CHECKING:
    from tests.simulation.world import World

_PROFITS = ("0.5", "0.7", "1", "3")
_LADDERS: tuple[tuple[Rung, ...], ...] = (
    (),
    (),
    (Rung(D(50), D("0.5")), Rung(D(50), D(2))),
    (Rung(D(20), D("0.6")), Rung(D(30), D(1)), Rung(D(50), D(5))),
)


def schedule_reloads(world: "World", seed: int, length: float) -> None:
    """Schedules one to four of them within so many seconds; sometimes the keeper dies a moment later."""
    dice = dice_of(f"reloads {seed}")
    for policy in list(_policies(world, dice)):
        world.judge.policies = (*world.judge.policies, policy)
        at = dice.uniform(0.0, length)
        world.later(at, lambda policy=policy: reload(world, policy))
        if dice.random() < 0.3:
            world.later(at + dice.uniform(0.0, 0.5), lambda: world.system.kill(world.system.keeper))


def reload(world: "World", policy: ExitPolicy) -> None:
    """The supervisor has the policy for the next keepers, and tells it to this one."""
    world.tell("system", lambda: f"reload: {policy.net_profit_pct} %, {len(policy.ladder)} parts")
    world.system.policy = policy
    world.system.command_keeper(ChangePolicy(PairSettings(SYMBOL, policy)))


def _policies(world: "World", dice: Random) -> Iterator[ExitPolicy]:
    """Those that the schedule has anyway, and one price or a ladder in their place."""
    before = without_exits(world.system.policy)
    for _ in range(dice.randint(1, 4)):
        profit, ladder = D(dice.choice(_PROFITS)), dice.choice(_LADDERS)
        is_grouped = world.system.policy.group
        other = replace(before, net_profit_pct=profit, min_net_profit=ZERO, group=is_grouped)
        parts = replace(other, net_profit_pct=D("0.5"), ladder=ladder, max_sells=max(4, before.max_sells))
        yield dice.choice((*world.judge.policies, other, parts if ladder and not is_grouped else other))
