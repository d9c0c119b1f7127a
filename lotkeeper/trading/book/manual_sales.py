"""SELLs that no lot of ours has: their trades, which of them a person made, and whose coins those sold.

The rule for a manual sale: it sold the coins that no SELL of ours held when the trade happened, those of the lot that
was bought first before others. What a SELL of ours holds is locked on the exchange and cannot have been sold by hand.
What is left of the sale after that came from coins that no lot has.
"""

from collections.abc import Collection, Container, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from lotkeeper.trading.book.coin_debts import CoinDebts
from lotkeeper.trading.lots.lot import Lot, fee_in
from lotkeeper.trading.lots.transfers import Disposal, DisposalKind, DustTransfer
from lotkeeper.trading.money import ZERO, less, product, total
from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.orders.order import SellOrder, share_of
from lotkeeper.trading.orders.states import IN_FLIGHT, NEVER_ON_BOOK


@dataclass(slots=True)
class ManualSales:
    """SELL orders that are not known to be ours, by order id, and their trades."""

    # SELLs that a person made.
    order_ids: set[int] = field(default_factory=set)
    # Their trades by trade id, until it is settled which lots they were sold from: an order that was in flight when the
    # trade happened may turn out never to have held its coins.
    unsettled_trades: dict[int, Fill] = field(default_factory=dict)
    # Trades of SELLs of which it is not known yet whose they are: reconciliation asks for the orders.
    unattributed: dict[int, list[Fill]] = field(default_factory=dict)
    # SELLs that no lot here has: those made by hand, and finished ones of lots that were lost with the database.
    dismissed_ids: set[int] = field(default_factory=set)
    # SELLs of finished lots of ours that were heard of late: they sold coins of other lots, as a person may.
    _late_ids: set[int] = field(default_factory=set)
    # The trade id up to which an earlier process has accounted for all trades.
    _accounted_up_to: int = -1
    # What lots owe for these trades, because SELLs of ours stand on coins that were sold by hand.
    debts: CoinDebts = field(default_factory=CoinDebts)
    # What finished lots gave, by trade id.
    _finished_disposals: dict[int, list[Disposal]] = field(default_factory=dict)

    def add_fill(self, fill: Fill) -> None:
        """A trade of a SELL that no lot has."""
        if fill.order_id in self.order_ids:
            self.unsettled_trades[fill.trade_id] = fill
        elif fill.order_id not in self.dismissed_ids:
            fills = self.unattributed.setdefault(fill.order_id, [])
            if all(known.trade_id != fill.trade_id for known in fills):
                fills.append(fill)

    def pop_unattributed(self, order_id: int) -> list[Fill]:
        """The trades of an order that turned out to be a SELL of ours."""
        return self.unattributed.pop(order_id, [])

    def record_order(self, order_id: int) -> None:
        """A person made this SELL."""
        self.order_ids.add(order_id)
        self.unsettled_trades.update({fill.trade_id: fill for fill in self.unattributed.get(order_id, ())})
        self.dismiss(order_id)

    def record_late_sell(self, order_id: int) -> None:
        """A SELL of ours was heard of for the first time after its lot was finished."""
        self._late_ids.add(order_id)
        self.record_order(order_id)

    def begin_after(self, cursor: int | None) -> None:
        """An earlier process has accounted for the trades up to this id; None for none."""
        self._accounted_up_to = -1 if cursor is None else cursor

    def is_accounted_for(self, sale: Fill) -> bool:
        """Whether it is a SELL of a finished lot that an earlier process knew as such: no other lot gives for it."""
        return sale.order_id in self._late_ids and 0 <= sale.trade_id <= self._accounted_up_to

    def dismiss(self, order_id: int) -> None:
        """No lot here has this SELL: nobody asks about its trades again."""
        self.dismissed_ids.add(order_id)
        self.unattributed.pop(order_id, None)

    def restore(self, order_id: int) -> None:
        """The lot of this SELL is here after all."""
        self.dismissed_ids.discard(order_id)

    def reclaim(self, order_id: int) -> None:
        """The SELL is one of ours after all."""
        self.restore(order_id)
        self.order_ids.discard(order_id)
        self.debts.cancel(order_id)
        self.settle([fill.trade_id for fill in self.unsettled_trades.values() if fill.order_id == order_id])

    def settle(self, trade_ids: Iterable[int]) -> None:
        """What the lots did not give for these trades was sold from coins that no lot has."""
        for trade_id in trade_ids:
            self.unsettled_trades.pop(trade_id, None)

    def settle_before(self, time_ms: int, proven: int) -> None:
        """Settles the trades from before that moment, up to the trade id before which no BUY can be missing."""
        known = self.unsettled_trades.values()
        self.settle([fill.trade_id for fill in known if fill.time_ms < time_ms and fill.trade_id <= proven])

    def note_finished(self, disposals: Iterable[Disposal]) -> None:
        """Lots with these disposals are finished, and not in the book any more."""
        for each in disposals:
            if each.kind is DisposalKind.SOLD_BY_HAND:
                self._finished_disposals.setdefault(each.number, []).append(each)

    def given_by_finished(self, trade_id: int, here: Container[int]) -> Decimal:
        """What finished lots gave for this trade (base), except for those that are `here` again (BUY order ids)."""
        found = self._finished_disposals.get(trade_id, ())
        return total(each.quantity for each in found if each.buy_order_id not in here)

    def disposals_of_finished(self, buy_order_id: int) -> Iterator[Disposal]:
        """What a finished lot gave, which a late copy of a report brings back."""
        of_all = (each for found in self._finished_disposals.values() for each in found)
        return (each for each in of_all if each.buy_order_id == buy_order_id)

    def concerns_any(self, disposals: Iterable[Disposal]) -> bool:
        """Whether one of them is for a trade that is not settled: without its lot, another lot would give again."""
        return any(
            each.kind is DisposalKind.SOLD_BY_HAND and each.number in self.unsettled_trades for each in disposals
        )

    def trades_without_lots(self) -> Iterator[Fill]:
        """The trades that lots may still have to give coins for, or that may be of a SELL of ours."""
        yield from self.unsettled_trades.values()
        for fills in self.unattributed.values():
            yield from fills


def given_for(sale: Fill, lots: Iterable[Lot]) -> Decimal:
    """What these lots gave for a manual sale (base)."""
    return total(each.quantity for lot in lots for each in lot.disposals if _is_for(each, sale))


@dataclass(slots=True)
class Claim:
    """What a manual sale takes from lots."""

    disposals: list[Disposal] = field(default_factory=list)
    owed: Decimal = ZERO  # base: what lots had, have covered with a SELL since, and no lot has left
    covered_ms: int = 0  # when the last SELL that stands on others' coins locked them: they were bought before


def claim_on(lots: Iterable[Lot], sale: Fill, base: str, given_by_others: Decimal, seller: int | None = None) -> Claim:
    """What the lots have to give for a manual sale, beyond what they and other lots (base) gave for it already.

    `seller` is the lot (BUY order id) that the sale is of, because both are in one order list: it gives first.

    A lot that had the coins may have covered them since with a SELL that stands on the coins of another lot. It then
    owes them, and they are taken from what the lots have left, whichever lot that is: together the lots never count
    coins that are not there.
    """
    lots, claim = list(lots), Claim()
    sold = total((sale.quantity, fee_in(sale, base)))
    left = less(sold, given_by_others, given_for(sale, lots))
    if left <= 0:  # the rule in short, because this is asked after each event until the sale is settled
        return claim
    known = sorted(lots, key=lambda each: (each.buy_order_id != seller, each.opened_ms, each.buy_order_id))
    remainders = {lot.buy_order_id: max(lot.remainder, ZERO) for lot in known}
    parts: dict[int, Decimal] = dict.fromkeys(remainders, ZERO)
    for lot in known:
        had = min(left, unlocked_quantity_at(lot, sale.time_ms, remainders.keys()))
        parts[lot.buy_order_id] = min(had, remainders[lot.buy_order_id])
        left, missing = less(left, had), less(had, parts[lot.buy_order_id])
        if missing > 0:
            claim.owed = total((claim.owed, missing))
            claim.covered_ms = max(claim.covered_ms, _last_lock_ms([lot]))
    claim.covered_ms = _last_cover_ms(known, claim.covered_ms)
    for lot in known:
        more = min(claim.owed, less(remainders[lot.buy_order_id], parts[lot.buy_order_id]))
        claim.owed, parts[lot.buy_order_id] = less(claim.owed, more), total((parts[lot.buy_order_id], more))
        if parts[lot.buy_order_id] > 0:
            claim.disposals.append(disposal_of(lot, sale, parts[lot.buy_order_id], base))
    return claim


def _last_cover_ms(lots: Iterable[Lot], covered_ms: int) -> int:
    """When coins of a lot that is not known were locked at the latest: by the SELL of a lot that owes, which locked
    coins before `covered_ms`, or by that of a lot whose coins it took, and so on.
    """
    known = list(lots)
    while covered_ms < (later_ms := _last_lock_ms(lot for lot in known if lot.opened_ms <= covered_ms)):
        covered_ms = later_ms
    return covered_ms


def _last_lock_ms(lots: Iterable[Lot]) -> int:
    """When the last of their SELLs locked its coins; zero if none ever did."""
    locked_ms = (order.locks_coins_since_ms for lot in lots for order in lot.orders if order.state not in NEVER_ON_BOOK)
    return max(locked_ms, default=0)


def unlocked_quantity_at(lot: Lot, at_ms: int, known: Collection[int]) -> Decimal:
    """What of a lot (base) no SELL of ours held at that moment: its remainder, with what changed since undone.

    Dust that it took since then was its giver's, if the giver is one of the `known` lots (BUY order ids). Local times
    are compared with the exchange's here, so the result is as exact as the two clocks agree.
    """
    if not lot.buys or lot.opened_ms > at_ms:
        return _dust_of_forgotten_lots(lot, known)
    sent_since = (
        order.covered_quantity
        for order in lot.orders
        if order.locks_coins_since_ms > at_ms and order.state not in IN_FLIGHT
    )
    left: tuple[DustTransfer | Disposal, ...] = (*lot.dust_given, *lot.disposals)
    given_since = (each.quantity for each in left if each.time_ms > at_ms)
    freed_since = (less(order.quantity, order.executed) for order in lot.orders if _held_at(order, at_ms))
    bought_since = (less(fill.quantity, fee_in(fill, lot.base)) for fill in lot.buys if fill.time_ms > at_ms)
    taken_since = (each.quantity for each in lot.dust_taken if each.time_ms > at_ms and each.source in known)
    then = less(total((lot.remainder, *sent_since, *given_since)), *freed_since, *bought_since, *taken_since)
    return max(then, ZERO)


def _dust_of_forgotten_lots(lot: Lot, known: Collection[int]) -> Decimal:
    """What of the lot (base) a sale from before its BUY can have sold: dust that it took from finished, older lots.

    Nothing else of what the lot has was there at that time. So what it gave for such sales already was this dust.
    """
    taken = (each.quantity for each in lot.dust_taken if each.source not in known)
    given = (each.quantity for each in lot.disposals if each.time_ms < lot.opened_ms)
    return max(less(total(taken), *given), ZERO)


def _held_at(order: SellOrder, at_ms: int) -> bool:
    """Whether it stood then and ended unsold since; one that was never on the book never held anything."""
    is_over = not order.is_live and order.state not in NEVER_ON_BOOK
    return is_over and order.locks_coins_since_ms <= at_ms < order.updated_ms


def _is_for(disposal: Disposal, sale: Fill) -> bool:
    return disposal.kind is DisposalKind.SOLD_BY_HAND and disposal.number == sale.trade_id


def disposal_of(lot: Lot, sale: Fill, part: Decimal, base: str) -> Disposal:
    """The part (base) of a manual sale that a lot gives, with its share of the lot's cost and of the proceeds."""
    sold = total((sale.quantity, fee_in(sale, base)))
    net = less(sale.quote_quantity, fee_in(sale, lot.quote), product(fee_in(sale, base), sale.price))
    return Disposal(
        symbol=lot.symbol,
        buy_order_id=lot.buy_order_id,
        kind=DisposalKind.SOLD_BY_HAND,
        number=sale.trade_id,
        order_id=sale.order_id,
        quantity=part,
        cost=share_of(lot.inventory_cost, part, lot.remainder),
        proceeds=share_of(net, part, sold),
        time_ms=sale.time_ms,
    )
