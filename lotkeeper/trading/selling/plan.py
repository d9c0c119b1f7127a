"""Decides about the lots of a pair together: which lot comes first, and the situation of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.money import floor_to, product, total
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import Dust, ExitPolicy, Market
from lotkeeper.trading.selling.decide import decide, next_sell, sellable
from lotkeeper.trading.selling.decisions import Decision, PlaceSell, Queue, Situation
from lotkeeper.trading.selling.dust import can_give_dust


@dataclass(frozen=True, slots=True)
class PairConditions:
    """What is known of the moment beside the book; None: not known."""

    now_ms: int
    obstacle: str = ""  # why nothing can be sent now; empty for none
    free_balance: Decimal | None = None  # base asset that no order has locked
    reference_price: Decimal | None = None  # quote; the exchange measures the prices of orders by it


def decide_lot(book: PairBook, buy_order_id: int, known: PairConditions) -> tuple[Decision, ...]:
    """The next steps for one lot of the book. Carry them out in the book before you decide about another lot."""
    market, policy = _terms(book)
    lot = book.lots[buy_order_id]
    return decide(lot, market, policy, situation_of(book, lot, known))


def lots_in_order(book: PairBook, buy_order_ids: Iterable[int], known: PairConditions) -> list[int]:
    """The lots to decide about, in order: lots whose SELLs cover more than they received first, so that no other lot
    gets the dust they need.

    If order slots are scarce, the queued lots are included, and the lowest floor, which is the nearest to being sold,
    comes first.
    """
    wanted = {*buy_order_ids} | book.lots.index.deficits
    slots = _free_slots(book)
    if slots is None or slots >= len(wanted | book.lots.index.queued_floors.keys()):
        return sorted(
            wanted | book.lots.index.queued_floors.keys(), key=lambda each: (each not in book.lots.index.deficits, each)
        )
    return sorted(
        wanted | book.lots.index.queued_floors.keys() if slots else wanted,
        key=lambda each: (each not in book.lots.index.deficits, _floor(book, each, known), each),
    )


def situation_of(book: PairBook, lot: Lot, known: PairConditions) -> Situation:
    """The situation of a lot now."""
    slots = _free_slots(book)
    is_full = slots is not None and slots <= 0
    number = lot.buy_order_id
    return Situation(
        now_ms=known.now_ms,
        obstacle=known.obstacle,
        free_balance=known.free_balance,
        reference_price=known.reference_price,
        dust=_dust(book, lot),
        remainders=_remainders(book, lot) if lot.remainder < 0 else (),
        free_slots=slots,
        farthest_sell=_farthest_sell(book) if is_full else None,
        slots_being_freed=book.lots.index.canceling if is_full else 0,
        queued_floors=tuple(price for each, price in book.lots.index.queued_floors.items() if each != number)
        if is_full
        else (),
    )


def _terms(book: PairBook) -> tuple[Market, ExitPolicy]:
    assert book.market is not None
    assert book.policy is not None
    return book.market, book.policy


def _free_slots(book: PairBook) -> int | None:
    """How many more orders of ours the pair has room for; some of its slots are left to the trader. None: no limit."""
    market, policy = _terms(book)
    most = market.pair.max_orders
    if most is None:
        return None
    ours = most - min(policy.free_order_slots, most // 2)
    return max(0, min(ours, most - len(book.other_open_orders)) - book.lots.index.live_sells)


def _dust(book: PairBook, lot: Lot) -> tuple[Lot, ...]:
    """The other lots that are dust, the oldest first; none if their dust and the lot's own make no whole step together.

    While the SELLs of some lot cover more than it received, the dust is kept for that lot.
    """
    market, policy = _terms(book)
    deficits, numbers = (
        book.lots.index.deficits,
        [each for each in sorted(book.lots.index.remainders) if each != lot.buy_order_id],
    )
    if not numbers or policy.dust is Dust.WRITE_OFF or (deficits and lot.buy_order_id not in deficits):
        return ()
    rest, step = lot.remainder, market.pair.step
    together = total((rest, *(book.lots.index.remainders[each] for each in numbers)))
    if rest >= 0 and floor_to(together, step) == floor_to(rest, step):
        return ()
    return tuple(book.lots[each] for each in numbers if is_dust(book.lots[each], market, policy))


def _remainders(book: PairBook, lot: Lot) -> tuple[Lot, ...]:
    """The other lots with a final remainder that is more than dust, the oldest first."""
    market, policy = _terms(book)
    lots = (book.lots[each] for each in sorted(book.lots.index.remainders) if each != lot.buy_order_id)
    return tuple(each for each in lots if not is_dust(each, market, policy))


def _farthest_sell(book: PairBook) -> SellOrder | None:
    """Our SELL farthest from being sold that could be cancelled, and placed again afterwards."""
    pair = _terms(book)[0].pair
    orders = (order for lot in book.lots.values() for order in lot.orders)
    sells = (order for order in orders if order.is_cancelable and _is_an_order(order, pair))
    return max(sells, key=lambda order: (order.price, order.name.buy_order_id), default=None)


def _is_an_order(sell: SellOrder, pair: TradePair) -> bool:
    """Whether what is left of the SELL would still be an order, and not dust."""
    rest = sell.open_quantity
    return rest >= pair.min_quantity and product(rest, sell.price) >= pair.min_notional


def _floor(book: PairBook, buy_order_id: int, known: PairConditions) -> Decimal:
    """The price at which the lot's SELL would be placed; zero if its next step takes no order slot."""
    steps = decide_lot(book, buy_order_id, known)
    return next((each.price for each in steps if isinstance(each, PlaceSell | Queue)), Decimal(0))


def is_dust(lot: Lot, market: Market, policy: ExitPolicy) -> bool:
    """Whether the remainder of a lot goes to the next lot: it is final, and too little to be sold alone."""
    if policy.dust is Dust.WRITE_OFF or not can_give_dust(lot):
        return False
    quantity = floor_to(lot.remainder, market.pair.step)
    if lot.state is LotState.CLOSED or not sellable(lot, market.pair):
        return True
    sell, _ = next_sell(lot, market, policy, Situation(0), quantity)
    return product(sell.price, quantity) < market.pair.min_notional
