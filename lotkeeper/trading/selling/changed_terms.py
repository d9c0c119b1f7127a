"""Standing SELLs that the present terms would price otherwise: a step of a lot's age was reached, or the configuration
was changed.

One rule: a SELL whose wanted profit is not the one that is wanted now is cancelled and placed again, if that changes
its price by a thousandth or more; and so is one that follows the price by another distance than is wanted now. What was
bought since a SELL was placed does not change what it asks for, nor does a fee.
"""

from collections.abc import Iterator
from decimal import Decimal

from lotkeeper.trading.lots.floors import required_proceeds, round_profit_up
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ONE, ZERO, Ratio, less, product, total
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.policy import ExitPolicy, Market
from lotkeeper.trading.replacing import replace
from lotkeeper.trading.selling.ladder import at_rung, part_of
from lotkeeper.trading.selling.overpriced import WORTH_IT
from lotkeeper.trading.selling.trailing import wants_another_trail


def sells_to_replace(lot: Lot, market: Market, policy: ExitPolicy) -> Iterator[SellOrder]:
    """The SELLs on the book that want another profit than is wanted now, the lowest price first."""
    standing = (order for order in lot.orders if order.is_cancelable and not order.name.is_instructed)
    for order in sorted(standing, key=lambda each: each.price):
        if wants_another_trail(order, policy) or _wants_another_profit(order, market, policy):
            yield order


def is_worth_it(before: Decimal, price: Decimal) -> bool:
    """Whether a SELL at this price (quote) is worth the place of one at the price `before`."""
    return less(before, price).copy_abs() >= product(before, WORTH_IT)


def _wants_another_profit(order: SellOrder, market: Market, policy: ExitPolicy) -> bool:
    """Whose terms are not known, because it was found on the exchange, keeps its price. Only one that its BUY pays for
    sells the whole lot: what its price brings beyond the cost is its profit.

    The least profit in quote is shared by all SELLs of a lot, and what one of them wants too much of it is another
    rule's; so beside it only a percentage that is higher now counts.
    """
    profit = order.profit
    if profit is None and order.name.is_paid:
        profit = less(product(order.price, order.quantity, less(ONE, market.sell_rate)), order.cost)
    if profit is None:
        return False
    own = at_rung(policy, policy.ladder[part_of(order, market, policy)]) if policy.ladder else policy
    by_percentage = replace(own, min_net_profit=ZERO) if own.min_net_profit else own
    wanted = round_profit_up(required_proceeds(Ratio(order.cost), Ratio(ONE), by_percentage).profit)
    more = less(wanted, profit)
    gap = more if policy.min_net_profit else more.copy_abs()
    return gap >= product(total((order.cost, profit)), WORTH_IT)
