"""Which lots have SELLs that follow the price: the exchange takes few of them on a pair, so the nearest lots have them.

The nearest is the lot with the lowest price, because the market has to rise to it. So no price of the market is needed,
and none that is wrong can move anything. All other lots stand as LIMIT orders at their floors. A lot takes a free slot
by having its LIMIT cancelled and placed again. Where none is free, the farthest gives up its slot, but only to a lot
that is nearer by a thousandth of the price: so the two do not take it from each other in turn.
"""

from collections.abc import Iterator
from decimal import Decimal

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.journal import Cause
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import less, plain, product
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import AWAITED, OrderState
from lotkeeper.trading.selling.decisions import CancelSell, PlaceSell
from lotkeeper.trading.selling.order_slots import PairConditions
from lotkeeper.trading.selling.overpriced import WORTH_IT
from lotkeeper.trading.selling.refused_trails import TrailStart
from lotkeeper.trading.selling.trailing import is_to_trail


def free_trails(book: PairBook) -> int | None:
    """How many more SELLs of the pair may follow the price; some slots are left to the trader. None: no limit."""
    market, policy = book.terms
    most = market.pair.max_algo_orders
    if most is None:
        return None
    ours = most - max(policy.free_algo_slots, book.other_orders.algo_count)
    return max(0, ours - len(book.lots.index.trails) - book.lots.index.stops)


def trail_start(book: PairBook, lot: Lot, known: PairConditions) -> TrailStart:
    """How the next SELL of a lot may follow the price, whether or not it is the lot's turn."""
    if free_trails(book) == 0:
        return TrailStart.NOT_NOW
    return known.refused_trails.start_of(lot.buy_order_id, known.now_ms)


def is_turn_to_trail(book: PairBook, sell: PlaceSell, known: PairConditions) -> bool:
    """Whether there is a slot for this SELL when all nearer lots have theirs."""
    free = free_trails(book)
    if free is None:
        return True
    for price, lot in _candidates(book, known):
        if free <= 0 or price >= sell.price:
            break
        free -= lot.buy_order_id != sell.name.buy_order_id
    return free > 0


def lots_to_trail(book: PairBook, known: PairConditions) -> list[int]:
    """The lots (BUY order ids), the nearest first, whose LIMIT is to be cancelled so that it follows the price."""
    if known.obstacle or known.pause or known.send_room == 0:
        return []
    free = free_trails(book)
    found: list[Lot] = []
    for _, lot in _candidates(book, known):
        if free is not None and len(found) >= free:
            break
        found.append(lot)
    return [lot.buy_order_id for lot in found if not any(order.state in AWAITED for order in lot.orders)]


def trail_to_give_up(book: PairBook, known: PairConditions) -> CancelSell | None:
    """The SELL whose slot goes to a nearer lot; one at a time."""
    if free_trails(book) != 0 or known.obstacle or known.pause or known.send_room == 0:
        return None
    nearest, farthest = next(_candidates(book, known), None), _farthest(book)
    if nearest is None or farthest is None:
        return None
    price, lot = nearest
    if less(farthest.price, price) < product(price, WORTH_IT):
        return None
    assert farthest.order_id is not None
    why = f"lot {lot.lot_id} at {plain(price)} is nearer, and follows the price in its place"
    return CancelSell(farthest.name, farthest.order_id, why, Cause.TRAIL_SLOT)


def _farthest(book: PairBook) -> SellOrder | None:
    """The farthest SELL that follows the price; None while one of them is being cancelled."""
    found = None
    for buy_order_id, generation in book.lots.index.trails.descending():
        order = book.lots.sell(SellName(buy_order_id, generation))
        if order is None or order.state is OrderState.CANCELING:
            return None
        if found is None and order.is_cancelable:
            found = order
    return found


def _candidates(book: PairBook, known: PairConditions) -> Iterator[tuple[Decimal, Lot]]:
    """The lots that stand as LIMIT and are to follow the price, the nearest first, each once, with their prices."""
    market, policy = book.terms
    seen: set[int] = set()
    for price, (buy_order_id, _) in book.lots.index.on_book.from_lowest():
        lot = book.lots[buy_order_id]
        if buy_order_id in seen or lot.hold is not None:
            continue
        seen.add(buy_order_id)
        start = known.refused_trails.start_of(buy_order_id, known.now_ms)
        if start is not TrailStart.NOT_NOW and is_to_trail(lot, market, policy):
            yield price, lot
