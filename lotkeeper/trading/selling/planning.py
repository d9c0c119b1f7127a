"""Deciding about the lots of a pair together: who comes first, and what stands around each."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import floor_to, product, total
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import Dust, ExitPolicy
from lotkeeper.trading.selling.deciding import decide
from lotkeeper.trading.selling.decisions import Decision, PlaceSell, Queue
from lotkeeper.trading.selling.dust import is_dust
from lotkeeper.trading.selling.situation import Market, Situation


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the moment beside the book; see Situation."""

    now_ms: int
    obstacle: str = ""
    free: Decimal | None = None
    reference: Decimal | None = None


def decided(book: PairBook, buy_order_id: int, known: Known) -> tuple[Decision, ...]:
    """The next steps for one lot of the book. To be carried out in the book before the next lot is decided about."""
    market, policy = _terms(book)
    lot = book.lots[buy_order_id]
    return decide(lot, market, policy, situation_of(book, lot, known))


def in_order(book: PairBook, buy_order_ids: Iterable[int], known: Known) -> list[int]:
    """The lots to decide about, in their order: first those whose SELLs cover what nobody knows they received.

    For their dust must not go to another. Where order slots are short, those that wait for one come along, and the
    lowest floor, which is the nearest to being sold, comes first.
    """
    wanted = {*buy_order_ids} | book.index.deficits
    slots = _slots(book)
    if slots is None or slots >= len(wanted | book.index.queue.keys()):
        return sorted(wanted | book.index.queue.keys(), key=lambda each: (each not in book.index.deficits, each))
    return sorted(
        wanted | book.index.queue.keys() if slots else wanted,
        key=lambda each: (each not in book.index.deficits, _floor(book, each, known), each),
    )


def situation_of(book: PairBook, lot: Lot, known: Known) -> Situation:
    """What stands around a lot now."""
    slots = _slots(book)
    is_full = slots is not None and slots <= 0
    number = lot.buy_order_id
    return Situation(
        now_ms=known.now_ms,
        obstacle=known.obstacle,
        free=known.free,
        reference=known.reference,
        dust=_dust(book, lot),
        rests=_rests(book, lot) if lot.remainder < 0 else (),
        slots=slots,
        farthest=_farthest(book) if is_full else None,
        coming=book.index.canceling if is_full else 0,
        queue=tuple(price for each, price in book.index.queue.items() if each != number) if is_full else (),
    )


def _terms(book: PairBook) -> tuple[Market, ExitPolicy]:
    assert book.market is not None
    assert book.policy is not None
    return book.market, book.policy


def _slots(book: PairBook) -> int | None:
    """How many more orders of ours the pair has room for; some of its slots are the trader's."""
    market, policy = _terms(book)
    most = market.pair.max_orders
    if most is None:
        return None
    ours = most - min(policy.free_order_slots, most // 2)
    return max(0, min(ours, most - len(book.others)) - book.index.live_sells)


def _dust(book: PairBook, lot: Lot) -> tuple[Lot, ...]:
    """The dust of the others, the oldest first; none where it makes no whole step together with the lot's own.

    While the SELLs of some lot cover what nobody knows it received, dust is kept for that one.
    """
    market, policy = _terms(book)
    deficits, numbers = book.index.deficits, [each for each in sorted(book.index.rests) if each != lot.buy_order_id]
    if not numbers or policy.dust is Dust.WRITE_OFF or (deficits and lot.buy_order_id not in deficits):
        return ()
    rest, step = lot.remainder, market.pair.step
    together = total((rest, *(book.index.rests[each] for each in numbers)))
    if rest >= 0 and floor_to(together, step) == floor_to(rest, step):
        return ()
    return tuple(book.lots[each] for each in numbers if is_dust(book.lots[each], market, policy))


def _rests(book: PairBook, lot: Lot) -> tuple[Lot, ...]:
    """The others with a rest that is certain and is no dust, the oldest first."""
    market, policy = _terms(book)
    lots = (book.lots[each] for each in sorted(book.index.rests) if each != lot.buy_order_id)
    return tuple(each for each in lots if not is_dust(each, market, policy))


def _farthest(book: PairBook) -> SellOrder | None:
    """Our SELL that is the farthest from being sold and could be cancelled, and placed anew afterwards."""
    pair = _terms(book)[0].pair
    orders = (order for lot in book.lots.values() for order in lot.orders)
    sells = (order for order in orders if order.is_cancelable and _is_an_order(order, pair))
    return max(sells, key=lambda order: (order.price, order.name.buy_order_id), default=None)


def _is_an_order(sell: SellOrder, pair: TradePair) -> bool:
    """Whether what is left of it would make an order; too little of it would be dust."""
    rest = sell.open_quantity
    return rest >= pair.min_quantity and product(rest, sell.price) >= pair.min_notional


def _floor(book: PairBook, buy_order_id: int, known: Known) -> Decimal:
    """The price at which a lot would be placed; zero where something else is to be done, which takes no slot."""
    steps = decided(book, buy_order_id, known)
    return next((each.price for each in steps if isinstance(each, PlaceSell | Queue)), Decimal(0))
