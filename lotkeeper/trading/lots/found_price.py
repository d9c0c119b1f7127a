"""The least that a lot asks for whose costs may have been moved before the database was lost.

Where the lots of a pair are sold as a group, a cheap lot asks for more than its own cost, so that a dear one may ask
for less. With the database deleted nothing says so but the price of the cheap lot's SELL on the exchange. So a lot
never asks for less than the newest SELL of its name that was found there.
"""

from decimal import Decimal

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ZERO
from lotkeeper.trading.policy import ExitPolicy


def found_price(lot: Lot) -> Decimal:
    """The price (quote) of the newest SELL of the lot that was found on the exchange; zero for none."""
    found = (order.price for order in reversed(lot.orders) if order.was_found and not order.name.is_instructed)
    return next(found, ZERO)


def least_asked(lot: Lot, policy: ExitPolicy) -> Decimal:
    """That price where the lots of the pair are sold as a group; zero elsewhere."""
    return found_price(lot) if policy.group else ZERO
