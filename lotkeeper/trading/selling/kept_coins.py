"""Coins that are not sold because the owner keeps a part of the wanted profit in them.

The SELLs stand at the price of the whole lot's net profit, and sell less than the lot. What they bring after the fee is
the cost of all of it, and the part of the profit that is wanted in quote. The rest leaves the lot at its share of the
cost, as coins that are released do.
"""

from decimal import Decimal

from lotkeeper.trading.lots.floors import required_proceeds
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.transfers import Disposal, DisposalKind
from lotkeeper.trading.money import ONE, ZERO, Ratio, floor_to, less, product, ratio_floor_to, total
from lotkeeper.trading.orders.order import share_of
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import ExitPolicy

_HUNDRED = Decimal(100)
_NUMBER = 0  # all coins that a lot keeps are one disposal, which grows with the lot


def coins_to_keep(lot: Lot, pair: TradePair, policy: ExitPolicy) -> Decimal:
    """How much more of a lot (base, in whole steps) is to be kept, of what no SELL covers.

    It follows from the whole lot and from what was kept before, so that nothing is kept twice; and a lot whose SELL was
    found on the exchange keeps what its lost record had kept.
    """
    if not policy.keep_coins_pct or lot.remainder <= 0:
        return ZERO
    kept = [each for each in lot.disposals if each.kind is DisposalKind.KEPT]
    quantity = total((lot.stock, *(each.quantity for each in kept)))
    cost = total((lot.stock_cost, *(each.cost for each in kept)))
    wanted = _share_of_profit(cost, quantity, policy, pair.step)
    missing = less(wanted, *(each.quantity for each in kept))
    return max(min(missing, floor_to(lot.remainder, pair.step)), ZERO)


def disposal_of_kept(lot: Lot, quantity: Decimal, now_ms: int) -> Disposal:
    """So much of what no SELL of the lot covers (base) becomes the owner's own."""
    cost = share_of(lot.inventory_cost, quantity, lot.remainder)
    kind = DisposalKind.KEPT
    return Disposal(lot.symbol, lot.buy_order_id, kind, _NUMBER, 0, quantity, cost, ZERO, now_ms)


def _share_of_profit(cost: Decimal, quantity: Decimal, policy: ExitPolicy, step: Decimal) -> Decimal:
    """How many of all coins of a lot (base, in whole steps) are worth the kept part of its profit at its price."""
    required = required_proceeds(Ratio(cost), Ratio(ONE), policy)
    net = required.net
    if net.numerator <= 0:
        return ZERO
    profit = required.profit
    kept = Ratio(product(profit.numerator, policy.keep_coins_pct), product(profit.denominator, _HUNDRED))
    part = kept.divided_by(net)
    return ratio_floor_to(Ratio(product(quantity, part.numerator), part.denominator), step)
