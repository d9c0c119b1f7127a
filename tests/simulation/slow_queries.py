"""Queries that are behind the matching by up to a minute, and lists of trades in which rows are missing at first.

Replies and events are lost meanwhile, and the price jumps, so that SELLs are sold of which nothing is heard. It has
dice of its own, and the other schedules are the same without it.
"""

from dataclasses import dataclass
from decimal import Decimal as D
from random import Random
from typing import TYPE_CHECKING

from tests.simulation.dice import dice_of
from tests.simulation.kill_after_send import Victims

if TYPE_CHECKING:
    from tests.simulation.world import World

EVERY, AMONG = 20, (7, 8, 13)  # of so many schedules these
LONGEST_LAG_S = 60.0
SHOWN_AFTER_S = 1.5  # a row that is missing is there again so long after it was missed the first time


@dataclass(slots=True)
class SlowQueries:
    """How far the exchange's queries are behind, and until when."""

    dice: Random
    lag_s: float
    until_s: float  # of the schedule's time
    lost_rows: float  # the share of trades that are missing at first
    jumps: int  # of the price
    _missed_at: dict[int, float]  # by trade id: when it was missing first; all trades that were drawn to be missing
    _drawn: dict[int, bool]

    def lag_us(self, now_s: float) -> int:
        """How far behind an answer is now (microseconds)."""
        return int(self.lag_s * 1_000_000) if now_s < self.until_s else 0

    def lacks_row(self, trade_id: int, now_s: float) -> bool:
        """Whether the answer lacks this trade."""
        if trade_id not in self._drawn:
            self._drawn[trade_id] = now_s < self.until_s and self.dice.random() < self.lost_rows
        if not self._drawn[trade_id]:
            return False
        return now_s - self._missed_at.setdefault(trade_id, now_s) < SHOWN_AFTER_S

    def begin(self, world: "World", length_s: float) -> None:
        """Makes replies and events get lost more often, and the price jump. The database is not lost.

        What the exchange does not show cannot be rebuilt from it.
        """
        if world.kill_after_send.loses_database:
            world.kill_after_send.victims = Victims.PAIR
        mix = world.fault_mix
        mix.reply_lost, mix.event_lost = max(mix.reply_lost, 0.3), max(mix.event_lost, 0.4)
        for _ in range(self.jumps):
            world.later(self.dice.uniform(1.0, length_s), lambda: self._jump(world))

    def _jump(self, world: "World") -> None:
        before = world.venue.price
        world.tell("trader", lambda: "the price jumps")
        world.venue.quote(D(self.dice.choice((170, 190))), D(100))
        world.later(self.dice.uniform(0.0, 5.0), lambda: world.venue.quote(before, D(50)))


def is_slow(seed: int) -> bool:
    """Whether the schedule of this seed has slow queries."""
    return seed % EVERY in AMONG


def draw_slow_queries(seed: int, *, always: bool = False) -> SlowQueries | None:
    """The slow queries of the schedule of this seed; None if it has none."""
    if not always and not is_slow(seed):
        return None
    dice = dice_of(f"slow queries {seed}")  # the text is part of what a seed means
    lost_rows = dice.choice((0.0, 0.2, 0.5))
    return SlowQueries(
        dice, dice.uniform(8.0, LONGEST_LAG_S), dice.uniform(20.0, 90.0), lost_rows, dice.randint(1, 4), {}, {}
    )
