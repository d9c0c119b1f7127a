"""The floor of what a lot has not sold: one figure for a list of lots."""

from decimal import Decimal

from lotkeeper.trading.lots.floors import floor_price, required_proceeds
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ONE, Ratio, less
from lotkeeper.trading.policy import Terms
from lotkeeper.trading.reports.profit import cost_left


def open_floor(lot: Lot, terms: Terms) -> Decimal | None:
    """The lowest price (quote) at which all that the lot has not sold brings its cost and the wanted profit.

    SELLs that stand may have other floors: each covers a part, or was placed on earlier terms. None where nothing is
    left, or where the fee leaves nothing.
    """
    quantity = less(lot.stock, lot.sold)
    if quantity <= 0 or terms.market.sell_rate >= ONE:
        return None
    required = required_proceeds(Ratio(cost_left(lot)), Ratio(quantity, lot.stock), terms.policy)
    return floor_price(required, quantity, terms.market.sell_rate, terms.market.pair.tick)
