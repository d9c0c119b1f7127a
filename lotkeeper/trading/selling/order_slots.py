"""Which lots have SELLs on the book where not all can: the nearest to being sold, by their floors.

The lots that wait stand in an order that is kept (`BookIndex.queue`), as do the SELLs on the book
(`BookIndex.on_book`). So each question here looks at the ends of these orders, however many lots there are.

Two things keep SELLs from being put on the book and taken off again in turn. A SELL gives up its slot only to one that
is nearer by a thousandth of the price. And while BUYs come, and lots wait, the last slots are a reserve: a lot that is
nearer than the SELLs on the book finds a slot at once, others do not get them, and the reserve is made up again by
cancels beside it, not before the SELL. Between its two limits the reserve changes without a cancel and without an
order.
"""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.journal import Cause
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ZERO, less, plain, product
from lotkeeper.trading.orders.client_ids import SellName, client_order_id
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.selling.decisions import CancelSell, PlaceSell, Queue
from lotkeeper.trading.selling.overpriced import WORTH_IT
from lotkeeper.trading.selling.refused_trails import NONE_REFUSED, RefusedTrails

# Of the order slots that are ours: lots that are no nearer than those on the book leave so many free, ...
_RESERVE_MOST = 20  # one of so many
# ... and where fewer are free, the farthest SELL is cancelled.
_RESERVE_LEAST = 40  # one of so many


class PairConditions(NamedTuple):
    """What is known of the moment beside the book; None: not known. A tuple, because one is made for each decision."""

    now_ms: int
    obstacle: str = ""  # why nothing can be sent now, for as long as it takes; empty for none
    pause: str = ""  # why nothing can be sent for a moment, so that lots wait for their turn; empty for none
    free_balance: Decimal | None = None  # base asset that no order has locked
    reference_price: Decimal | None = None  # quote; the exchange measures the prices of orders by it
    send_room: int | None = None  # how many SELLs may be sent now, whatever the order slots; None: any number
    resumed_ms: int = 0  # when a person resumed the pair last, by the clock of `now_ms`; 0: never
    begun_ms: int = 0  # when the keeper began, by the clock of `now_ms`
    ended_price: Decimal = ZERO  # quote; the exchange ended SELLs up to this price at once, unsold
    ended_until_ms: int = 0  # no SELL up to that price is tried before
    ended_why: str = ""  # why it did that, for people
    is_busy: bool = False  # whether BUYs were filled of late
    refused_trails: RefusedTrails = NONE_REFUSED  # SELLs that were to follow the price
    holds_stops_back: bool = False  # whether the exchange refused the last SELLs with a stop
    bid: Decimal | None = None  # quote; the best bid if it is known and new
    arms_trail_of: int | None = None  # the lot (BUY order id) whose turn it is to follow the price
    group_prices: Mapping[int, Decimal] = MappingProxyType({})  # what the group wants of lots (BUY order ids)


def our_slots(book: PairBook) -> int | None:
    """How many orders of ours the pair has room for; some of its slots are left to the trader. None: no limit."""
    market, policy = book.terms
    most = market.pair.max_orders
    if most is None:
        return None
    ours = most - min(policy.free_order_slots, most // 2)
    return min(ours, most - len(book.other_orders.ids))


def free_slots(book: PairBook) -> int | None:
    """How many more orders of ours the pair has room for; None: no limit."""
    return _free_of(our_slots(book), book)


def _free_of(ours: int | None, book: PairBook) -> int | None:
    return None if ours is None else max(0, ours - book.lots.index.live_sells)


def may_place_any(book: PairBook, known: PairConditions) -> bool:
    """Whether a SELL may be placed now, if it is near enough."""
    return not known.pause and known.send_room != 0 and free_slots(book) != 0


def may_place(book: PairBook, price: Decimal, known: PairConditions) -> bool:
    """Whether a SELL at this price (quote) may be placed now, if none that waits is nearer.

    The last slots are for a SELL that is nearer than the farthest on the book, unless all that wait have room.
    """
    ours = our_slots(book)
    free = _free_of(ours, book)
    if known.pause or known.send_room == 0 or free == 0:
        return False
    most, least = _reserve(ours, known)
    if free is None or free > most or len(book.lots.index.queue) + 1 + least <= free:
        return True
    farthest = farthest_sell(book)
    return farthest is not None and _is_nearer(price, farthest)


def with_turn(book: PairBook, lot: Lot, sell: PlaceSell, known: PairConditions) -> PlaceSell | Queue:
    """The SELL, if it is the lot's turn; else the lot waits."""
    queue = book.lots.index.queue
    first = next((each for each in (queue.at(0), queue.at(1)) if each and each[1] != lot.buy_order_id), None)
    is_first = first is None or (sell.price, lot.buy_order_id) <= first
    if is_first and may_place(book, sell.price, known):
        return sell
    return Queue(sell.price, _why_it_waits(book, sell.price, known, is_first=is_first))


def next_slot_step(book: PairBook, known: PairConditions) -> int | CancelSell | None:
    """What is to be done next about the lots that wait: the BUY order id of the lot whose turn it is, or the SELL that
    gives up its slot; None if all have to wait.

    Carry it out in the book before you ask again.
    """
    queue = book.lots.index.queue
    first = queue.at(0)
    if first is None or known.obstacle or known.pause:
        return None
    price, number = first
    return number if may_place(book, price, known) else _slot_to_free(book, known)


def may_replace(book: PairBook, known: PairConditions) -> bool:
    """Whether a SELL may be cancelled to be placed again at another price: no more of them than SELLs may be sent."""
    return not known.pause and (known.send_room is None or book.lots.index.canceling < known.send_room)


def room(book: PairBook, known: PairConditions) -> int | None:
    """How many SELLs may be placed now, nearest first; None: any number."""
    free = free_slots(book)
    if known.pause or known.send_room == 0 or free == 0:
        return 0
    limits = [each for each in (free, known.send_room) if each is not None]
    return min(limits, default=None)


def farthest_sell(book: PairBook) -> SellOrder | None:
    """Our SELL farthest from being sold that could be cancelled, and placed again afterwards."""
    market, _ = book.terms
    for buy_order_id, generation in book.lots.index.on_book.descending():
        order = _order(book.lots[buy_order_id], generation)
        if order.is_cancelable and _is_an_order(order, market.pair):
            return order
    return None


def _slot_to_free(book: PairBook, known: PairConditions) -> CancelSell | None:
    """The farthest SELL, if its slot is worth more to a lot that waits, or the reserve is used up.

    No more slots are being freed than SELLs may be sent at once: a slot must not stand idle for want of orders.
    """
    free, farthest = free_slots(book), farthest_sell(book)
    canceling, queue = book.lots.index.canceling, book.lots.index.queue
    if free is None or farthest is None or (known.send_room is not None and canceling >= known.send_room):
        return None
    coming = free + canceling
    next_one = queue.at(coming)  # those before it have a slot, or one is being freed for them
    if next_one is not None and _is_nearer(next_one[0], farthest):
        return _cancel(farthest, f"its order slot goes to the nearer {_next_name(book.lots[next_one[1]])}")
    if coming < _reserve(our_slots(book), known)[1]:
        return _cancel(farthest, "its order slot is kept for what is bought next")
    return None


def _reserve(ours: int | None, known: PairConditions) -> tuple[int, int]:
    """How many slots are free at most and at least before lots that wait get one, or the farthest SELL loses its own.

    None are while no BUYs come.
    """
    return (0, 0) if ours is None or not known.is_busy else (ours // _RESERVE_MOST, ours // _RESERVE_LEAST)


def _is_nearer(price: Decimal, farthest: SellOrder) -> bool:
    return less(farthest.price, price) >= product(price, WORTH_IT)


def _why_it_waits(book: PairBook, price: Decimal, known: PairConditions, *, is_first: bool) -> str:
    """For people."""
    sold = f"it is sold at {plain(price)}"
    if free_slots(book) == 0:
        return f"every order slot is taken; {sold} when one is free"
    if known.send_room == 0 or not is_first:
        return f"nearer lots come first; {sold} when it is its turn"
    return f"the last order slots are kept for nearer lots; {sold} when more are free"


def _cancel(sell: SellOrder, why: str) -> CancelSell:
    assert sell.standing_id is not None
    return CancelSell(sell.name, sell.standing_id, why, Cause.ORDER_SLOT)


def _next_name(lot: Lot) -> str:
    return client_order_id(SellName(lot.buy_order_id, lot.next_generation))


def _order(lot: Lot, generation: int) -> SellOrder:
    return next(order for order in lot.orders if order.name.generation == generation)


def _is_an_order(sell: SellOrder, pair: TradePair) -> bool:
    """Whether what is left of the SELL would still be an order, and not dust."""
    rest = sell.open_quantity
    return rest >= pair.min_quantity and product(rest, sell.price) >= pair.min_notional
