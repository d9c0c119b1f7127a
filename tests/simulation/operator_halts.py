"""An operator who turns the kill switch on and off in the middle of trading, by dice of its own.

The supervisors keep how it is, as the Guardian does: a Gateway that starts is told. No order may leave a Gateway that
has been told, and when it is off for good every lot has to get its SELL.
"""

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from lotkeeper.trading.halts import NO_HALT, Halt
from messages.lifecycle import ChangeKillSwitch
from tests.simulation.dice import dice_of
from tests.simulation.judge import BrokenPromiseError

if TYPE_CHECKING:
    from tests.simulation.world import World


@dataclass(slots=True)
class OperatorHalts:
    dice: Random
    halt: Halt = NO_HALT
    _told_at: dict[str, float] = field(default_factory=dict)  # by Gateway: when it has been told that it is on
    _broken: str = ""
    _is_over: bool = False

    def schedule(self, world: "World", length_s: float) -> None:
        """One to four times, for a moment or for long."""
        for _ in range(self.dice.randint(1, 4)):
            begin_s = self.dice.uniform(0.0, length_s)
            world.later(begin_s, lambda: self._set(world, is_on=True))
            world.later(begin_s + self.dice.choice((0.01, 0.5, 3.0, 20.0)), lambda: self._set(world, is_on=False))

    def end(self, world: "World") -> None:
        """It is off from now on, whatever was planned."""
        self._is_over = True
        self._set(world, is_on=False)

    def _set(self, world: "World", *, is_on: bool) -> None:
        if is_on and self._is_over:
            return
        world.tell("operator", lambda: f"turns the kill switch {'on' if is_on else 'off'}")
        self.halt, self._told_at = Halt(is_on, max(world.wall_ms, self.halt.at_ms + 1)), {}
        gateway = world.system.gateway
        if gateway is not None:
            world.post(world.system, gateway.address, ChangeKillSwitch(self.halt))
            self.note_told(world, gateway)

    def note_told(self, world: "World", gateway: Any) -> None:
        """A message that says how it is was just sent to this Gateway."""
        if self.halt.is_on:
            self._told_at[gateway.name] = world.arrives_at(world.system, gateway.address)

    def on_order(self, world: "World", gateway: Any) -> None:
        """An order leaves this Gateway. What is raised here would be taken for a fault of the Gateway's."""
        if self.halt.is_on and world.now > self._told_at.get(gateway.name, world.now):
            self._broken = f"an order left {gateway.name} at {world.now:.3f} s while the kill switch was on"

    def check(self) -> None:
        """Raises BrokenPromiseError if an order left although it was forbidden."""
        if self._broken:
            raise BrokenPromiseError(self._broken)


def draw_halts(seed: int) -> OperatorHalts:
    """The operator of the schedule of this seed."""
    return OperatorHalts(dice_of(f"halts {seed}"))  # the text is part of what a seed means
