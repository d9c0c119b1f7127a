"""Kills the Gateway after it has noted that the exchange took an order, and before it tells the keeper.

The next Gateway has nothing but the journal to know that the order is on the exchange. It has dice of its own, and the
other schedules are the same without it.
"""

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from tests.simulation.dice import dice_of
from tests.simulation.kill_after_send import spike_price

if TYPE_CHECKING:
    from tests.simulation.actor_process import ActorProcess
    from tests.simulation.world import World

LATEST_ORDER = 4
LOST_EVENTS = 0.5  # the least share of events that are lost: else the keeper hears of the order from the stream


@dataclass(slots=True)
class KillAfterAnswer:
    dice: Random
    order: int  # the number of the order, counted as they are accepted
    accepted: int = 0

    def begin(self, world: "World") -> None:
        world.fault_mix.event_lost = max(world.fault_mix.event_lost, LOST_EVENTS)

    def on_accepted(self, world: "World", gateway: "ActorProcess") -> None:
        """The answer is at the Gateway. If it is that of the order, the Gateway dies, and the order is sold soon."""
        self.accepted += 1
        if self.accepted == self.order:
            world.tell(gateway.name, lambda: "dies before it tells the keeper")
            gateway.dies_now = True
            world.later(self.dice.uniform(0.0, 1.0), lambda: spike_price(world, self.dice))


def draw_kill_after_answer(seed: int) -> KillAfterAnswer:
    dice = dice_of(f"answers {seed}")  # the text is part of what a seed means
    return KillAfterAnswer(dice, dice.randint(1, LATEST_ORDER))
