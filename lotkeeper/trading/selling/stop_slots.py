"""Which SELLs of a pair have a stop where not all can: the exchange takes few orders that wait for a price.

The lots that cost the most are the nearest to their stops, and have the highest SELLs. A lot that asks for no stop, as
its break-even is not armed, takes no part. A stop goes from a SELL to
another only where that one is nearer by a thousandth of the price, and is never missing for it: its SELL is placed
again as a LIMIT, and the nearer one takes the slot afterwards.
"""

from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ZERO, less, product
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.selling.decisions import Situation
from lotkeeper.trading.selling.order_slots import free_slots
from lotkeeper.trading.selling.overpriced import WORTH_IT
from lotkeeper.trading.selling.stop_loss import could_have_stop, lacks_stop


@dataclass(frozen=True, slots=True)
class StopSlots:
    """Who may have a stop."""

    stop_from: Decimal | None = ZERO  # quote; SELLs at this price or above may have one; None: none may
    gives_up: SellOrder | None = None  # the SELL whose stop goes to a nearer lot


def most_stops(pair: TradePair) -> int | None:
    """How many stops the pair has room for, those of the trader among them; None: no limit."""
    limits = [each for each in (pair.max_algo_orders, pair.max_lists) if each is not None]
    return min(limits, default=None)


def stop_slots(book: PairBook, now_ms: int, buy_order_id: int, bid: Decimal | None = None) -> StopSlots:
    """Who may have a stop now, as the lot of this BUY has to know it; a look along the SELLs, the highest first.

    `bid` is the best bid (quote) if it is known.
    """
    market, now = book.terms[0], Situation(now_ms, bid=bid)
    most, free = most_stops(market.pair), free_slots(book)
    rooms = [
        *([most - _algo_orders(book)] if most is not None else []),
        *([free - 1] if free is not None else []),  # it takes two order slots
    ]
    if not rooms:
        return StopSlots()
    room = min(rooms)
    standing, lowest = _standing(book, now, max(room, 1))
    if room > 0:
        prices = sorted([*standing, *_between(book, now, buy_order_id)], reverse=True)
        return StopSlots(prices[room - 1] if len(prices) >= room else ZERO)
    is_nearer = standing and lowest and less(standing[0], lowest.price) >= product(lowest.price, WORTH_IT)
    return StopSlots(None, lowest if is_nearer else None)


def _algo_orders(book: PairBook) -> int:
    """How many orders wait for a price on the pair, as far as is known: stops, SELLs that follow it, the trader's."""
    return book.lots.index.stops + len(book.lots.index.trails) + book.other_orders.algo_count


def _standing(book: PairBook, now: Situation, wanted: int) -> tuple[list[Decimal], SellOrder | None]:
    """The prices of the highest SELLs without a stop, as many as wanted, and the lowest SELL that may give one up."""
    without: list[Decimal] = []
    lowest: SellOrder | None = None
    left = book.lots.index.stops
    for buy_order_id, generation in book.lots.index.on_book.descending():
        lot = book.lots[buy_order_id]
        order = _order(lot, generation)
        if order.stop is not None:
            lowest, left = order if order.is_cancelable else lowest, left - 1
        elif len(without) < wanted and lacks_stop(order, lot, *book.terms, now):
            without.append(order.price)
        if len(without) >= wanted and left <= 0:
            break
    return without, lowest


def _between(book: PairBook, now: Situation, but: int) -> list[Decimal]:
    """The prices of SELLs that were cancelled to be placed again, and are not yet: they may be about to have a stop."""
    lots = (lot for lot in book.lots.open() if lot.buy_order_id != but and lot.hold is None and lot.orders)
    newest = ((lot, lot.orders[-1]) for lot in lots)
    between = ((lot, order) for lot, order in newest if order.state is OrderState.CANCELED and not order.was_found)
    return [order.price for lot, order in between if could_have_stop(order, lot, *book.terms, now)]


def _order(lot: Lot, generation: int) -> SellOrder:
    return next(order for order in lot.orders if order.name.generation == generation)
