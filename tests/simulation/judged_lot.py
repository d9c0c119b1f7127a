"""A lot as the judge sees it: a BUY, the SELLs that name it, and the arithmetic of its cost."""

from dataclasses import dataclass, field
from decimal import Decimal as D
from fractions import Fraction
from math import ceil
from typing import Any

from binance_sim.matching.orders import AccountTrade, Order
from lotkeeper.trading.orders.client_ids import is_ours, sell_name
from lotkeeper.trading.policy import ExitPolicy
from tests.simulation.operator_purchases import from_free_coins
from tests.simulation.pairs_of_orders import expected_proceeds, open_quantity
from tests.simulation.venue import BASE, BNB_BID, RULES, SYMBOL

RATE = Fraction(1, 1000)
PROFIT = Fraction(1, 200)
RULE = RULES[SYMBOL]
MOST_DUST = max(RULE.min_qty, RULE.min_notional / 100) + RULE.step  # of one lot


@dataclass(slots=True)
class Lot:
    """A BUY and the SELLs whose client ids name it."""

    buy: Order
    sells: list[Order] = field(default_factory=list)
    most_offered: D = D(0)

    @property
    def received(self) -> D:
        return sum((received_by(each) for each in self.buy.trades), D(0))

    @property
    def offered(self) -> D:
        """Sold, or in open SELLs."""
        return sum((each.filled for each in self.sells), open_quantity(self.sells))

    @property
    def dust_taken(self) -> D:
        """The least dust of other lots that it has had: so much more than it received was sold or in open SELLs."""
        return max(self.most_offered - self.received, D(0))

    @property
    def is_unsold(self) -> bool:
        return sum((each.filled for each in self.sells), D(0)) < self.received

    @property
    def instructed(self) -> list[Order]:
        """The SELLs that a person asked for by instruction."""
        return [each for each in self.sells if (name := sell_name(each.ticket.client_id)) and name.is_instructed]

    @property
    def offered_by_instruction(self) -> D:
        return sum((each.filled + (each.remaining if each.is_open else 0) for each in self.instructed), D(0))

    @property
    def from_free_coins(self) -> D:
        """So much of the BUY's fee the exchange took from coins that were no lot's, or another's."""
        return from_free_coins(self.sells, self.received)

    @property
    def uncovered(self) -> D:
        return self.received + self.from_free_coins - self.offered


def kept_by(policy: ExitPolicy, lot: Lot) -> D:
    """So much of the coins as is worth the kept part of the profit, at the price of the lot."""
    cost = sum(map(cost_of, lot.buy.trades), Fraction(0))
    profit = max(cost * Fraction(policy.net_profit_pct) / 100, Fraction(policy.min_net_profit))
    kept = Fraction(lot.received) * Fraction(policy.keep_coins_pct) / 100 * profit / (cost + profit)
    return int(kept / Fraction(RULE.step)) * RULE.step


def is_named(sell: Order) -> bool:
    """Whether the SELL still bears its name: a cancel by hand takes it away."""
    return is_ours(sell.client_id)


def received_by(trade: AccountTrade) -> D:
    return trade.qty - (trade.commission if trade.commission_asset == BASE else 0)


def cost_of(trade: AccountTrade) -> Fraction:
    in_bnb = Fraction(trade.commission) * Fraction(BNB_BID) if trade.commission_asset == "BNB" else Fraction(0)
    return Fraction(trade.quote) + in_bnb


def is_sellable(lot: Lot, left: D) -> bool:
    """Whether this quantity of a lot is enough for a SELL of its own."""
    return left >= least_sellable(lot)


def least_sellable(lot: Lot) -> D:
    """The smallest quantity that a SELL of the lot's own can have: more than zero, in whole steps."""
    unit = sum(map(cost_of, lot.buy.trades), Fraction(0)) / Fraction(lot.received)
    worth = Fraction(RULE.min_notional) * (1 - RATE) / (unit * (1 + PROFIT))
    steps = ceil(max(worth, Fraction(RULE.min_qty)) / Fraction(RULE.step))
    return max(steps, 1) * RULE.step


def unit_cost(trade: AccountTrade) -> Fraction:
    return cost_of(trade) / Fraction(received_by(trade))


def least_cost(lot: Lot, quantity: Fraction) -> Fraction:
    """The least that this quantity of a lot can have cost: events get lost, so the keeper may not know every fill."""
    cost = Fraction(0)
    for trade in sorted(lot.buy.trades, key=unit_cost):
        part = min(quantity, Fraction(received_by(trade)))
        if part <= 0:
            break
        cost, quantity = cost + part * unit_cost(trade), quantity - part
    return cost


def least_wanted(lot: Any, quantity: Fraction) -> Fraction:
    return least_cost(lot, quantity) * (1 + PROFIT)


def proceeds_without_instructed(lot: Lot) -> Fraction:
    """What its SELLs sold for, and its open SELLs at their prices; without those that a person asked for."""
    instructed = lot.instructed
    return expected_proceeds([each for each in lot.sells if each not in instructed])


def dust_of(lot: Lot) -> D:
    """The quantity that may have moved to another lot: less than can be sold alone, and once more as much for each SELL
    that a person made smaller or cancelled: what that leaves may be too small as well.
    """
    return max(D(0), min(lot.uncovered, MOST_DUST * (1 + _cuts_by_hand(lot))))


def is_cut_by_hand(lot: Lot) -> bool:
    """Whether a person made one of its SELLs smaller, and cancelled what was left of it."""
    return _cuts_by_hand(lot) > 1


def _cuts_by_hand(lot: Lot) -> int:
    return sum(bool(each.amends) + (not is_named(each)) for each in lot.sells)


def numbers_of(lot: Lot) -> str:
    names = ", ".join(f"{each.ticket.client_id} ({each.order_id}, {each.status})" for each in lot.sells)
    sold = sum((each.filled for each in lot.sells), D(0))
    numbers = f"received {lot.received}, sold {sold}, offered {lot.offered - sold}"
    return f"lot {lot.buy.order_id}: {numbers}; {names or 'no SELL'}"
