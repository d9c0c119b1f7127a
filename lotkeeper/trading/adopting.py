"""SELLs of ours that only the exchange knows: what they cover of their lot's cost."""

from dataclasses import replace
from decimal import Decimal

from lotkeeper.trading.client_ids import SellName
from lotkeeper.trading.floors import cost_paid
from lotkeeper.trading.lots import Lot, with_order
from lotkeeper.trading.money import ZERO, Ratio, less, total
from lotkeeper.trading.order_states import OrderState
from lotkeeper.trading.orders import OrderReport, SellOrder, share_of
from lotkeeper.trading.policy import ExitPolicy
from lotkeeper.trading.situation import Market


def adopted(
    lot: Lot, name: SellName, report: OrderReport, market: Market | None, policy: ExitPolicy | None
) -> SellOrder:
    """The SELL of the report as it was when it was sent; without market and policy it takes its plain share."""
    return SellOrder(
        symbol=lot.symbol,
        name=name,
        price=report.price,
        quantity=report.quantity,
        cost=_cost(lot, report, market, policy),
        state=OrderState.PLACING,
        sent_ms=report.time_ms,
    )


def _cost(lot: Lot, report: OrderReport, market: Market | None, policy: ExitPolicy | None) -> Decimal:
    """Its share of what none covers, but no more than it pays for: the SELLs to come bring the rest."""
    if lot.remainder <= 0:
        return ZERO
    share = share_of(lot.cost_of_remainder, report.quantity, lot.remainder)
    is_last = lot.buy_ended and is_too_small(less(lot.remainder, report.quantity), market)
    if market is None or policy is None or is_last:
        return share  # nothing is known to work with, or nothing is left that could bring it
    part = Ratio(report.quantity, lot.stock)
    return min(share, cost_paid(report.price, report.quantity, market.sell_rate, policy, part))


def evened(lot: Lot) -> Lot:
    """The lot whose newest SELL covers its share of what is left, too: nothing else is left that could bring it."""
    sells = (order for order in reversed(lot.orders) if order.is_live or order.executed == order.quantity)
    sell = next(sells, None)
    if sell is None or lot.remainder < 0:
        return lot
    cost = total((sell.cost, lot.cost_of_remainder))
    share = share_of(cost, sell.quantity, total((sell.quantity, lot.remainder)))
    return with_order(lot, replace(sell, cost=share))


def is_too_small(quantity: Decimal, market: Market | None) -> bool:
    """Whether a rest (base) is certain to make no order of its own."""
    return quantity <= 0 or (market is not None and quantity < market.pair.min_quantity)
