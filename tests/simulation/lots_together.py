"""How the judge sees lots that are sold as a group: no lot has to bring its own cost, all have to bring that of all.

What was sold counts for what it brought, what stands for its price. Coins of a lot that no SELL offers now count at the
price of its newest SELL or at those of the SELLs that offered them last, because the lot asks for no less afterwards,
or at their own floor: whichever is most. So a lot that is sold for less than it cost has to find another one that asks
for more, at every moment.

Dust goes from lot to lot, and nobody here knows whose it was: dust that is sold may have cost as little as any coin,
and dust that is left as much as any.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal as D
from fractions import Fraction
from typing import Protocol

from binance_sim.matching.orders import Order
from tests.simulation.pairs_of_orders import expected_proceeds

LITTLE = Fraction(1, 10**6)  # so few coins that any lot has them
Cost = Callable[["LotOfGroup", Fraction], Fraction]  # the least that so much of a lot can have cost, with its profit


class LotOfGroup(Protocol):
    """What the judge knows of a lot."""

    sells: list[Order]
    most_offered: D  # that it had sold or in open SELLs at one time, dust of other lots too

    @property
    def received(self) -> D: ...
    @property
    def offered(self) -> D: ...


@dataclass(frozen=True, slots=True)
class Market:
    """What the judge knows of the market."""

    rate: Fraction  # the fee of a SELL
    step: Fraction  # of a quantity
    most_dust: Fraction  # of one lot


def lack_of_all(lots: Iterable[LotOfGroup], cost: Cost, on: Market, sold_manually: Fraction) -> Fraction:
    """What all lots together ask for too little (quote); zero or less if it is enough.

    A SELL that sells dust of others leaves less than a step to its own lot, of the cheap coins or of the dear ones; it
    may have been taken before all of the BUY was known. Of a lot whose coins were sold manually, a SELL of no more than
    was received may offer dust of others too.
    """
    bought = [lot for lot in lots if lot.received]
    known = [lot for lot in bought if lot.sells]
    if not known:
        return Fraction(0)
    cheapest = min(cost(lot, LITTLE) / LITTLE for lot in bought)
    dearest = max(_dearest(lot, cost) for lot in bought)
    dust_sold = sum((max(Fraction(lot.most_offered - lot.received), Fraction(0)) for lot in known), Fraction(0))
    due = sum((cost(lot, Fraction(lot.received)) for lot in known), dust_sold * cheapest)
    dust = sum((min(Fraction(lot.received), on.most_dust) for lot in bought), Fraction(0))
    slack = (len(known) * on.step + min(sold_manually, dust)) * (dearest - cheapest)
    return due - slack - sum((_asked(lot, cost, on, dearest) for lot in known), Fraction(0))


def _dearest(lot: LotOfGroup, cost: Cost) -> Fraction:
    received = Fraction(lot.received)
    return (cost(lot, received) - cost(lot, received - LITTLE)) / LITTLE


def _asked(lot: LotOfGroup, cost: Cost, on: Market, dearest: Fraction) -> Fraction:
    offered, received = Fraction(lot.offered), Fraction(lot.received)
    left = max(received, Fraction(lot.most_offered)) - offered
    newest = left * Fraction(max(lot.sells, key=lambda sell: sell.order_id).price)
    own = cost(lot, received) - cost(lot, min(offered, received))
    standing = max(newest, _last_asked(lot.sells, left)) * (1 - on.rate)
    return expected_proceeds(lot.sells) * (1 - on.rate) + max(standing, own, min(left, on.most_dust) * dearest)


def _last_asked(sells: list[Order], left: Fraction) -> Fraction:
    """What the SELLs that ended last asked for the coins that are left, as far as they offered them."""
    asked = Fraction(0)
    for sell in sorted((each for each in sells if not each.is_open), key=lambda each: -each.updated):
        back = min(left, Fraction(sell.remaining))
        asked, left = asked + back * Fraction(sell.price), left - back
    return asked
