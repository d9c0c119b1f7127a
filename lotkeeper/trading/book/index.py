"""What is known of all lots of a pair at once: kept up to date with each change instead of counted again.

An event may concern one lot of a thousand, so what is decided after it costs as much as that lot, and not as all.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from lotkeeper.trading.book.price_order import PriceOrder
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.money import ZERO, less, total
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import AWAITED, ON_BOOK, OrderState
from lotkeeper.trading.selling.dust import can_give_dust

SellKey = tuple[int, int]  # a SELL: the BUY order id of its lot, and its generation


@dataclass(frozen=True, slots=True)
class _Counts:
    """What the SELLs of one lot add to the sums over all lots."""

    live: int = 0  # order slots that they take
    stops: int = 0  # live SELLs with a stop
    canceling: int = 0
    placing: int = 0
    on_book: tuple[tuple[SellKey, Decimal], ...] = ()  # with their prices (quote)
    trails: tuple[tuple[SellKey, Decimal], ...] = ()  # those that follow the price, also without an answer


_NOTHING = _Counts()


class DustLots:
    """Which lots are dust, the oldest first. Whether one is takes arithmetic: once for each change of it."""

    def __init__(self) -> None:
        self.undecided: set[int] = set()  # lots with a remainder of which it is not known whether it is dust
        self.total = ZERO  # base
        self._quantities: dict[int, Decimal] = {}
        self._numbers: list[int] = []  # in order

    @property
    def numbers(self) -> list[int]:
        return self._numbers

    def quantity_of(self, buy_order_id: int) -> Decimal:
        """What a lot has of the dust (base)."""
        return self._quantities.get(buy_order_id, ZERO)

    def note_changed(self, buy_order_id: int, *, is_certain: bool) -> None:
        """The lot changed; `is_certain` if it has a remainder that is final."""
        quantity = self._quantities.pop(buy_order_id, None)
        if quantity is not None:
            del self._numbers[bisect_left(self._numbers, buy_order_id)]
            self.total = less(self.total, quantity)
        (self.undecided.add if is_certain else self.undecided.discard)(buy_order_id)

    def decide(self, buy_order_id: int, quantity: Decimal | None) -> None:
        """The remainder of the lot (base) is dust; None if it is not."""
        self.undecided.discard(buy_order_id)
        if quantity is not None:
            self._quantities[buy_order_id] = quantity
            insort(self._numbers, buy_order_id)
            self.total = total((self.total, quantity))

    def forget(self, remainders: dict[int, Decimal]) -> None:
        """The rules have changed: nothing is known of these remainders."""
        self.total, self._quantities, self._numbers = ZERO, {}, []
        self.undecided = set(remainders)


@dataclass(slots=True)
class BookIndex:
    """Sums and look-ups over all lots; where nothing else is said, the keys are the BUY order ids of lots."""

    live_sells: int = 0  # how many order slots our SELLs take, those included whose outcome is not known
    stops: int = 0  # how many of our SELLs have a stop, those included whose outcome is not known
    canceling: int = 0  # how many of our SELLs are being cancelled
    placing: int = 0  # how many of our SELLs were sent and have no answer yet
    lot_of_order: dict[int, int] = field(default_factory=dict)  # the lot of each SELL, by the SELL's order id
    remainders: dict[int, Decimal] = field(default_factory=dict)  # quantity (base) of those that may be dust
    deficits: set[int] = field(default_factory=set)  # lots whose SELLs cover more than they received
    awaited: set[int] = field(default_factory=set)  # lots with a request of which no outcome is known
    unvalued: set[int] = field(default_factory=set)  # lots with a fee that has no value in quote yet
    closed: set[int] = field(default_factory=set)  # lots that are closed and still in the book
    disposed: set[int] = field(default_factory=set)  # lots that coins have left otherwise than by our SELLs
    queue: PriceOrder[int] = field(default_factory=PriceOrder)  # lots that wait to be sold, by their floors (quote)
    on_book: PriceOrder[SellKey] = field(default_factory=PriceOrder)  # SELLs believed to stand on the exchange's book
    trails: PriceOrder[SellKey] = field(default_factory=PriceOrder)  # live SELLs that follow the price
    dust: DustLots = field(default_factory=DustLots)
    _counts: dict[int, _Counts] = field(default_factory=dict)
    _changed: set[int] = field(default_factory=set)  # since they were taken the last time
    _newly_closed: set[int] = field(default_factory=set)  # closed lots that changed since they were taken

    def update_lot(self, lot: Lot) -> None:
        """Takes the newest state of a lot."""
        number, remainder = lot.buy_order_id, lot.remainder
        self._changed.add(number)
        self.add_orders(lot)
        self._count(number, _counts_of(lot))
        is_certain = remainder > 0 and can_give_dust(lot)
        if is_certain:
            self.remainders[number] = remainder
        else:
            self.remainders.pop(number, None)
        self.dust.note_changed(number, is_certain=is_certain)
        is_closed = lot.state is LotState.CLOSED
        for numbers, is_in in (
            (self.deficits, remainder < 0),
            (self.awaited, any(order.state in AWAITED for order in lot.orders)),
            (self.unvalued, lot.unvalued_fills()),
            (self.closed, is_closed),
            (self._newly_closed, is_closed),
            (self.disposed, any(each.quantity for each in lot.disposals)),
        ):
            (numbers.add if is_in else numbers.discard)(number)

    def add_orders(self, lot: Lot) -> None:
        """Remembers which SELLs are the lot's, also those that it will not have any more."""
        for order in lot.orders:
            for order_id in order.order_ids:
                self.lot_of_order[order_id] = lot.buy_order_id

    def forget_orders(self, orders: Iterable[SellOrder]) -> None:
        """Their lot does not keep them, and no news of them can come."""
        for order in orders:
            for order_id in order.order_ids:
                self.lot_of_order.pop(order_id, None)

    def add_to_queue(self, buy_order_id: int, floor: Decimal) -> None:
        """The lot waits, to be sold at `floor` (quote)."""
        self.queue.put(buy_order_id, floor)

    def remove_from_queue(self, buy_order_id: int) -> None:
        """The lot does not wait any more."""
        self.queue.remove(buy_order_id)

    def remove_lot(self, buy_order_id: int) -> None:
        """The lot has left the book. Which SELLs were its SELLs stays known, for late reports of them."""
        self._changed.add(buy_order_id)
        self._count(buy_order_id, _NOTHING)
        self.remainders.pop(buy_order_id, None)
        self.dust.note_changed(buy_order_id, is_certain=False)
        self.queue.remove(buy_order_id)
        for each in (self.deficits, self.awaited, self.unvalued, self.closed, self._newly_closed, self.disposed):
            each.discard(buy_order_id)

    def take_changed(self) -> set[int]:
        """The lots that changed, came or left since this was called the last time."""
        changed, self._changed = self._changed, set()
        return changed

    def take_closed(self, *, is_complete: bool) -> list[int]:
        """The closed lots in order: all of them, or those that changed since this was called the last time."""
        changed, self._newly_closed = self._newly_closed, set()
        return sorted(self.closed if is_complete else changed)

    def _count(self, number: int, now: _Counts) -> None:
        before = self._counts.get(number, _NOTHING)
        if now == before:
            return
        self.live_sells += now.live - before.live
        self.stops += now.stops - before.stops
        self.canceling += now.canceling - before.canceling
        self.placing += now.placing - before.placing
        for key, _ in before.on_book:
            self.on_book.remove(key)
        for key, price in now.on_book:
            self.on_book.put(key, price)
        if before.trails or now.trails:
            self._count_trails(before, now)
        if now == _NOTHING:
            del self._counts[number]
        else:
            self._counts[number] = now

    def _count_trails(self, before: _Counts, now: _Counts) -> None:
        for key, _ in before.trails:
            self.trails.remove(key)
        for key, price in now.trails:
            self.trails.put(key, price)


def key_of(name: SellName) -> SellKey:
    """The key of a SELL in the order of prices."""
    return name.buy_order_id, name.generation


def _counts_of(lot: Lot) -> _Counts:
    if not lot.orders:
        return _NOTHING
    states = [order.state for order in lot.orders]
    live = [order for order in lot.orders if order.is_live]
    return _Counts(
        live=sum(order.slots for order in live),
        stops=sum(order.stop is not None for order in live),
        canceling=states.count(OrderState.CANCELING),
        placing=states.count(OrderState.PLACING),
        on_book=tuple(_key_and_price(order) for order in lot.orders if order.state in ON_BOOK),
        trails=tuple(_key_and_price(order) for order in live if order.trail is not None),
    )


def _key_and_price(order: SellOrder) -> tuple[SellKey, Decimal]:
    return key_of(order.name), order.price
