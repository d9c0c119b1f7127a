"""Which SELLs on the book ask for more than they need since more of their BUY was filled."""

from decimal import Decimal

from lotkeeper.trading.lots.floors import required_proceeds, round_profit_up
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import Ratio, floor_to, less, product, total
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import ExitPolicy

WORTH_IT = Decimal("0.001")  # of the price: a SELL gives up its place on the book for a gain of at least this


def overpriced_sells(lot: Lot, pair: TradePair, policy: ExitPolicy) -> tuple[SellOrder, ...]:
    """The SELLs of the lot that could be placed again at a price lower by a thousandth or more.

    While the BUY is still being filled, only those that could do with half the profit: so a BUY of a thousand fills
    causes few cancels. Only `min_net_profit` is shared among SELLs; a profit in percent is each SELL's own.
    """
    if not policy.min_net_profit:
        return ()
    dust = less(lot.remainder, floor_to(lot.remainder, pair.step))
    whole = less(lot.stock, dust)
    return tuple(
        order for order in lot.orders if order.is_cancelable and _is_overpriced(order, whole, lot.buy_ended, policy)
    )


def _is_overpriced(order: SellOrder, whole: Decimal, buy_ended: bool, policy: ExitPolicy) -> bool:
    if order.profit is None or order.name.is_instructed or whole < order.quantity:
        return False
    fair = round_profit_up(required_proceeds(Ratio(order.cost), Ratio(order.quantity, whole), policy).profit)
    is_far = buy_ended or total((fair, fair)) <= order.profit
    return is_far and less(order.profit, fair) >= product(total((order.cost, order.profit)), WORTH_IT)
