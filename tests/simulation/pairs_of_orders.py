"""How the judge counts SELLs that are order lists: a target and a stop for the same coins, of which one sells."""

from collections.abc import Iterable
from decimal import Decimal as D
from fractions import Fraction

from binance_sim.matching.orders import Order

STOP = "STOP_LOSS_LIMIT"


def is_stop(order: Order) -> bool:
    return order.ticket.kind == STOP


def target_of(order: Order) -> Order:
    """The target of a stop; of any other SELL itself."""
    if not is_stop(order) or order.order_list is None:
        return order
    return order.order_list.other_leg(order) or order


def open_quantity(sells: Iterable[Order]) -> D:
    """What they may still sell: of a target and its stop it counts once."""
    return sum((_left(pair) for pair in _pairs(sells).values()), D(0))


def expected_proceeds(sells: Iterable[Order]) -> Fraction:
    """What they sold for, and the open ones at their prices. A stop counts at the price of its target: that it sells
    for less is what it was asked for.
    """
    sold = Fraction(0)
    for target, pair in _pairs(sells).items():
        for each in pair:
            sold += Fraction(each.filled * target.price) if is_stop(each) else Fraction(each.spent)
        sold += Fraction(_left(pair) * target.price)
    return sold


def _pairs(sells: Iterable[Order]) -> dict[Order, list[Order]]:
    """The orders by their targets."""
    found: dict[Order, list[Order]] = {}
    for each in sells:
        found.setdefault(target_of(each), []).append(each)
    return found


def _left(pair: list[Order]) -> D:
    """While one trades the exchange has not yet reported that the other expired: what is left of the one is what is
    left. A triggered stop may be amended.
    """
    standing = [each for each in pair if each.is_open]
    filled_by_others = sum((each.filled for each in pair if each not in standing), D(0))
    return max(min((each.remaining for each in standing), default=D(0)) - filled_by_others, D(0))
