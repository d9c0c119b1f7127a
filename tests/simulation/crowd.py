"""Many lots and few order slots: BUYs come faster than the exchange allows orders, and the book has room for few SELLs.

It has dice of its own, so that the other faults of a schedule are the same with and without it.
"""

from dataclasses import dataclass
from decimal import Decimal as D
from random import Random
from typing import TYPE_CHECKING

from binance_sim.symbols.catalogue import default_document
from binance_sim.symbols.rules import SymbolRules, rules_of
from tests.simulation.dice import dice_of

if TYPE_CHECKING:
    from tests.simulation.trader import SimulatedTrader
    from tests.simulation.world import World

EVERY = 10  # of so many schedules one is crowded
_SELL_OUT_S = 900.0  # longer than the orders of all lots take, and a stop that is refused takes two more


@dataclass(slots=True)
class Crowd:
    """How crowded a schedule is."""

    dice: Random
    buys: int  # further BUYs of the trader
    slots: int  # open orders that the exchange allows on the pair
    orders_in_10_s: int  # that the exchange allows

    def rules(self, symbol: str) -> SymbolRules:
        """The rules of the pair with few order slots."""
        document = default_document(symbol)
        for each in document["filters"]:
            if each["filterType"] == "MAX_NUM_ORDERS":
                each["maxNumOrders"] = self.slots
        return rules_of(document)

    def schedule_buys(self, trader: "SimulatedTrader", length_s: float) -> None:
        """Schedules the further BUYs, each at another price."""
        for _ in range(self.buys):
            trader.world.later(self.dice.uniform(0.0, length_s), lambda: self._buy(trader))

    def _buy(self, trader: "SimulatedTrader") -> None:
        price = D(self.dice.randint(14_600, 15_400)) / 100
        trader.buy_at(price, D(self.dice.choice((40, 50, 140, 700)) + self.dice.randint(0, 99)) / 1000)

    def sell_out(self, world: "World") -> None:
        """The price is high for so long that each lot comes to the book and is sold there."""
        end = world.now + _SELL_OUT_S
        while world.now < end and world.judge.has_unsold_lots():
            world.venue.quote(D(220), D(1000))
            world.run(5.0)
            if world.venue.has_waiting_orders:  # they follow the price up, and are sold when it falls
                world.venue.quote(D(215), D(1000))
                world.run(1.0)


def draw_crowd(seed: int) -> Crowd | None:
    """How crowded the schedule of this seed is; None if it is not."""
    if seed % EVERY != EVERY - 4:
        return None
    dice = dice_of(f"crowd {seed}")  # the text is part of what a seed means
    return Crowd(dice, dice.randint(15, 60), dice.choice((3, 6, 12, 25, 40)), dice.choice((4, 8, 15, 50)))
