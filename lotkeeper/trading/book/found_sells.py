"""SELLs of ours that only the exchange knows: what they cover of their lot's cost."""

from decimal import Decimal

from lotkeeper.trading.lots.floors import cost_paid
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ZERO, Ratio
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.order import OrderReport, SellOrder, share_of
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.policy import ExitPolicy
from lotkeeper.trading.selling.situation import Market


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
    if market is None or policy is None:
        return share
    part = Ratio(report.quantity, lot.stock)
    return min(share, cost_paid(report.price, report.quantity, market.sell_rate, policy, part))
