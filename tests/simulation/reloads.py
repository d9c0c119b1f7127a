"""Reloads of the configuration in the middle of trading: the wanted profit and the ladder change, by dice of their own.

What the judge counts on stays: no SELL asks for less than half a percent, and what is kept and the steps of the age are
those of the schedule.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal as D
from random import Random
from typing import TYPE_CHECKING

from lotkeeper.trading.money import ZERO
from lotkeeper.trading.policy import ExitPolicy, Rung
from messages.lifecycle import ChangePolicy, PairSettings
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
    dice = Random(f"reloads {seed}")
    for policy in _policies(world.system.policy, dice):
        at = dice.uniform(0.0, length)
        world.later(at, lambda policy=policy: reload(world, policy))
        if dice.random() < 0.3:
            world.later(at + dice.uniform(0.0, 0.5), lambda: world.system.kill(world.system.keeper))


def reload(world: "World", policy: ExitPolicy) -> None:
    """The supervisor has the policy for the next keepers, and tells it to this one."""
    world.tell("system", lambda: f"reload: {policy.net_profit_pct} %, {len(policy.ladder)} parts")
    world.system.policy = policy
    world.system.command_keeper(ChangePolicy(PairSettings(SYMBOL, policy)))


def _policies(before: ExitPolicy, dice: Random) -> Iterator[ExitPolicy]:
    """How much is kept in coins follows from the wanted profit: there the judge needs that of the schedule."""
    for _ in range(dice.randint(1, 4)):
        profit, ladder, most = D(dice.choice(_PROFITS)), dice.choice(_LADDERS), max(4, before.max_sells)
        if before.keep_coins_pct:
            yield replace(before, max_sells=most)
        elif ladder:
            yield replace(before, net_profit_pct=D("0.5"), min_net_profit=ZERO, ladder=ladder, max_sells=most)
        else:
            yield replace(before, net_profit_pct=profit, min_net_profit=ZERO, ladder=())
