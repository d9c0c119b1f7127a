"""SELLs made by hand: whose coins they sold.

The rule: of the coins that no SELL of ours held when the trade happened, those of the lot that was bought first. What a
SELL of ours holds is locked on the exchange and cannot have been sold; what is left over was none of the lots'.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from lotkeeper.trading.lots.disposal import Disposal, Way
from lotkeeper.trading.lots.dust_transfer import DustTransfer
from lotkeeper.trading.lots.lot import Lot, fee_in
from lotkeeper.trading.money import ZERO, less, product, total
from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.orders.order import SellOrder, share_of
from lotkeeper.trading.orders.states import IN_FLIGHT, OrderState


@dataclass(slots=True)
class SalesByHand:
    """The orders made by hand, and those of their trades that lots may still have to answer for, by trade id.

    One stays until all is settled that it may have been sold from: an order that was in flight when it happened may
    turn out never to have held its coins.
    """

    orders: set[int] = field(default_factory=set)
    trades: dict[int, Fill] = field(default_factory=dict)

    def concerns(self, disposals: Iterable[Disposal]) -> bool:
        """Whether one is for a trade that is not settled: were it forgotten, another lot would answer for it anew."""
        return any(each.way is Way.SOLD_BY_HAND and each.number in self.trades for each in disposals)

    def settled(self, trade_ids: Iterable[int]) -> None:
        """What is left of these trades was sold from coins that no lot has."""
        for trade_id in trade_ids:
            self.trades.pop(trade_id, None)

    def taken_back(self, order_id: int) -> None:
        """The order is one of ours after all."""
        self.orders.discard(order_id)
        self.settled([fill.trade_id for fill in self.trades.values() if fill.order_id == order_id])


def disposals(lots: Iterable[Lot], sale: Fill, base: str) -> Iterator[Disposal]:
    """What the lots have to give for a sale by hand, beyond what any of them gave for it already.

    A lot that had the coins and covers them with a SELL since, which stands on those of another lot, owes them:
    that is taken from what the lots have left, whenever it was bought. Together they never believe in more than is
    there.
    """
    known = sorted(lots, key=lambda each: (each.opened_ms, each.buy_order_id))
    gone = total((sale.quantity, fee_in(sale, base)))
    left = less(gone, *(each.quantity for lot in known for each in lot.disposals if _is_for(each, sale)))
    owed, rests = ZERO, {lot.buy_order_id: max(lot.remainder, ZERO) for lot in known}
    parts: dict[int, Decimal] = dict.fromkeys(rests, ZERO)
    for lot in known:
        had = min(left, free_at(lot, sale.time_ms, rests.keys()))
        parts[lot.buy_order_id] = min(had, rests[lot.buy_order_id])
        left, owed = less(left, had), total((owed, less(had, parts[lot.buy_order_id])))
    for lot in known:
        more = min(owed, less(rests[lot.buy_order_id], parts[lot.buy_order_id]))
        owed, parts[lot.buy_order_id] = less(owed, more), total((parts[lot.buy_order_id], more))
        if parts[lot.buy_order_id] > 0:
            yield _disposal(lot, sale, parts[lot.buy_order_id], gone, base)


def free_at(lot: Lot, at_ms: int, known: Collection[int]) -> Decimal:
    """What of a lot (base) no SELL of ours held at that moment: its remainder, with what changed since undone.

    Dust that it took since was its giver's, where that is `known` (BUY order ids) to answer for it. Local times and the
    exchange's meet here, which may be off by as much as the clocks are.
    """
    if not lot.buys or lot.opened_ms > at_ms:
        return ZERO
    sent_since = (
        order.covered for order in lot.orders if order.holds_since_ms > at_ms and order.state not in IN_FLIGHT
    )
    left: tuple[DustTransfer | Disposal, ...] = (*lot.given, *lot.disposals)
    given_since = (each.quantity for each in left if each.time_ms > at_ms)
    freed_since = (less(order.quantity, order.executed) for order in lot.orders if _held_at(order, at_ms))
    bought_since = (less(fill.quantity, fee_in(fill, lot.base)) for fill in lot.buys if fill.time_ms > at_ms)
    taken_since = (each.quantity for each in lot.taken if each.time_ms > at_ms and each.source in known)
    then = less(total((lot.remainder, *sent_since, *given_since)), *freed_since, *bought_since, *taken_since)
    return max(then, ZERO)


def _held_at(order: SellOrder, at_ms: int) -> bool:
    """Whether it stood then and ended unsold since; one that was refused never held anything."""
    is_over = not order.is_live and order.state is not OrderState.REFUSED
    return is_over and order.holds_since_ms <= at_ms < order.updated_ms


def _is_for(disposal: Disposal, sale: Fill) -> bool:
    return disposal.way is Way.SOLD_BY_HAND and disposal.number == sale.trade_id


def _disposal(lot: Lot, sale: Fill, part: Decimal, gone: Decimal, base: str) -> Disposal:
    net = less(sale.quote_quantity, fee_in(sale, lot.quote), product(fee_in(sale, base), sale.price))
    return Disposal(
        symbol=lot.symbol,
        buy_order_id=lot.buy_order_id,
        way=Way.SOLD_BY_HAND,
        number=sale.trade_id,
        order_id=sale.order_id,
        quantity=part,
        cost=share_of(lot.cost_of_rest, part, lot.remainder),
        proceeds=share_of(net, part, gone),
        time_ms=sale.time_ms,
    )
