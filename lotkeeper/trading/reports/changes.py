"""What a changed configuration would do to the standing SELLs of a lot."""

from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.policy import ExitPolicy, Market
from lotkeeper.trading.selling.age import policy_at_age
from lotkeeper.trading.selling.decide import replacements
from lotkeeper.trading.selling.decisions import Situation


@dataclass(frozen=True, slots=True)
class SellChange:
    """A standing SELL that would be placed again at another price; quantities in base asset, money in quote asset."""

    sell: SellOrder
    quantity: Decimal  # what is open of it
    price: Decimal  # that it would have
    profit: Decimal  # the net profit that would be wanted, for the quantity of the next SELL


def changes_of(lot: Lot, market: Market, policy: ExitPolicy, now_ms: int) -> tuple[SellChange, ...]:
    """The SELLs of a lot that would be placed again by this policy, the lowest price first, each by itself."""
    if lot.hold is not None:
        return ()
    found = replacements(lot, market, policy_at_age(policy, lot, now_ms), Situation(now_ms))
    return tuple(SellChange(order, order.open_quantity, step.price, step.profit) for order, step in found)
