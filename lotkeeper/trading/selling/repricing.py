"""SELLs that ask for more than their lot wants by now: more was bought since, which shares the wanted profit."""

from decimal import Decimal

from lotkeeper.trading.lots.floors import claim_on, rounded_up
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import Ratio, floor_to, less, product, total
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import ExitPolicy

_WORTH_IT = Decimal("0.001")  # of the price: what a place on the book is given up for


def dear_sells(lot: Lot, pair: TradePair, policy: ExitPolicy) -> tuple[SellOrder, ...]:
    """The SELLs of the lot that could be placed anew for less by a thousandth, or more.

    While the BUY goes on, for half the profit or less: so a BUY in a thousand parts makes few cancels. Only
    `min_net_profit` is shared; a profit in percent is each SELL's own.
    """
    if not policy.min_net_profit:
        return ()
    dust = less(lot.remainder, floor_to(lot.remainder, pair.step))
    whole = less(lot.stock, dust)
    return tuple(order for order in lot.orders if order.is_cancelable and _is_dear(order, whole, lot.buy_ended, policy))


def _is_dear(order: SellOrder, whole: Decimal, buy_ended: bool, policy: ExitPolicy) -> bool:
    if order.profit is None or whole < order.quantity:
        return False
    fair = rounded_up(claim_on(Ratio(order.cost), Ratio(order.quantity, whole), policy).profit)
    is_far = buy_ended or total((fair, fair)) <= order.profit
    return is_far and less(order.profit, fair) >= product(total((order.cost, order.profit)), _WORTH_IT)
