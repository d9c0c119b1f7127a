"""Decides about the lots of a pair together: which lot comes first, and the situation of each."""

from collections.abc import Iterable
from decimal import Decimal

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.money import floor_to, less, product, total
from lotkeeper.trading.policy import Dust, ExitPolicy, Market
from lotkeeper.trading.selling.age import policy_at_age
from lotkeeper.trading.selling.changed_terms import sells_to_replace
from lotkeeper.trading.selling.decide import decide
from lotkeeper.trading.selling.decisions import Decision, PlaceSell, Queue, Situation
from lotkeeper.trading.selling.dust import can_give_dust, has_final_remainder, may_give_later
from lotkeeper.trading.selling.kept_coins import coins_to_keep
from lotkeeper.trading.selling.next_sell import next_sell, sellable
from lotkeeper.trading.selling.order_slots import PairConditions, may_place_any, may_replace, with_turn
from lotkeeper.trading.selling.refused_trails import TrailStart
from lotkeeper.trading.selling.stop_loss import asks_for_stop, stop_changes
from lotkeeper.trading.selling.stop_slots import StopSlots, stop_slots
from lotkeeper.trading.selling.trailing_slots import is_turn_to_trail, trail_start

ANY_STOP, NO_STOP_NOW = StopSlots(), StopSlots(stop_from=None)


def decide_lot(book: PairBook, buy_order_id: int, known: PairConditions) -> tuple[Decision, ...]:
    """The next steps for one lot of the book. Carry them out in the book before you decide about another lot.

    A lot that waits for its turn takes no dust, unless its SELLs cover more than it received.
    """
    market, policy = book.terms
    lot = book.lots[buy_order_id]
    situation = situation_of(book, lot, known)
    steps = decide(lot, market, policy, situation)
    if not isinstance(steps[-1], PlaceSell):
        return steps
    if steps[-1].trail is not None and not is_turn_to_trail(book, steps[-1], known):
        steps = decide(lot, market, policy, situation._replace(trail_start=TrailStart.NOT_NOW))
    placed = steps[-1]
    if not isinstance(placed, PlaceSell):
        return steps
    last = with_turn(book, lot, placed, known)
    is_without_dust = isinstance(last, Queue) and lot.remainder >= 0
    return (last,) if is_without_dust else (*steps[:-1], last)


def waits_to_replace(book: PairBook, buy_order_id: int, known: PairConditions) -> bool:
    """Whether a SELL of the lot would be priced otherwise now, and has to wait because too many are being cancelled."""
    market, policy = book.terms
    lot = book.lots.get(buy_order_id)
    if lot is None or not lot.orders or may_replace(book, known):
        return False
    group_price, aged = known.group_prices.get(buy_order_id), policy_at_age(policy, lot, known.now_ms)
    return any(sells_to_replace(lot, market, aged, group_price)) or _changes_stop(book, lot, known)


def _changes_stop(book: PairBook, lot: Lot, known: PairConditions) -> bool:
    market, policy = book.terms
    is_concerned = asks_for_stop(lot, policy) or any(order.stop is not None for order in lot.orders)
    return is_concerned and any(stop_changes(lot, market, policy, situation_of(book, lot, known)))


def lots_in_order(book: PairBook, buy_order_ids: Iterable[int]) -> list[int]:
    """The lots to decide about, in order: lots whose SELLs cover more than they received first, so that no other lot
    gets the dust they need.
    """
    deficits = book.lots.index.deficits
    return sorted({*buy_order_ids} | deficits, key=lambda each: (each not in deficits, each))


def situation_of(book: PairBook, lot: Lot, known: PairConditions) -> Situation:
    """The situation of a lot now."""
    can_place = may_place_any(book, known)
    stops = _stops(book, lot, known)
    gives_up = stops.gives_up.name if stops.gives_up is not None else None
    return Situation(
        now_ms=known.now_ms,
        obstacle=known.obstacle,
        pause=known.pause,
        free_balance=known.free_balance,
        reference_price=known.reference_price,
        dust=_dust(book, lot) if can_place or lot.remainder < 0 else (),
        remainders=_remainders(book, lot) if lot.remainder < 0 else (),
        is_more_to_come=lot.remainder < 0 and _is_more_to_come(book, lot),
        resumed_ms=known.resumed_ms if known.resumed_ms <= known.now_ms else 0,  # the clock was set back
        begun_ms=known.begun_ms,
        ended_price=known.ended_price,
        ended_until_ms=known.ended_until_ms,
        ended_why=known.ended_why,
        may_replace=may_replace(book, known),
        trail_start=trail_start(book, lot, known) if book.terms[1].trailing_bips else TrailStart.NOT_NOW,
        arms_trail=known.arms_trail_of == lot.buy_order_id,
        bid=known.bid,
        can_place=can_place,
        group_price=known.group_prices.get(lot.buy_order_id),
        stop_from=stops.stop_from,
        gives_up_stop=gives_up.generation if gives_up and gives_up.buy_order_id == lot.buy_order_id else None,
    )


def _stops(book: PairBook, lot: Lot, known: PairConditions) -> StopSlots:
    """Looked at only where stops are wanted: this stands between a fill and its SELL."""
    _, policy = book.terms
    if known.holds_stops_back:
        return NO_STOP_NOW
    return stop_slots(book, known.now_ms, lot.buy_order_id, known.bid) if asks_for_stop(lot, policy) else ANY_STOP


def _dust(book: PairBook, lot: Lot) -> tuple[Lot, ...]:
    """The other lots that are dust, the oldest first; none if their dust and the lot's own make no whole step together.

    While the SELLs of some lot cover more than it received, the dust is kept for that lot.
    """
    market, policy = book.terms
    number, rest, step = lot.buy_order_id, lot.remainder, market.pair.step
    deficits, dust = book.lots.index.deficits, book.lots.index.dust
    if policy.dust is Dust.WRITE_OFF or (deficits and number not in deficits):
        return ()
    find_dust(book, but=number)
    together = total((rest, less(dust.total, dust.quantity_of(number))))
    if rest >= 0 and floor_to(together, step) == floor_to(rest, step):
        return ()
    return tuple(book.lots[each] for each in dust.numbers if each != number)


def write_off_dust(book: PairBook, missing: Decimal, at_ms: int) -> list[Lot]:
    """The account lacks so many coins of the lots (base): dust is written off, the oldest first; the lots as they are.

    None if that is more than all dust: then more left than a conversion of dust takes, and may come back.
    """
    find_dust(book)
    dust = book.lots.index.dust
    if missing > dust.total:
        return []
    changed = []
    for number in list(dust.numbers):
        part = min(missing, book.lots[number].remainder)
        if part > 0:
            changed.append(book.lots.write_off(number, part, at_ms))
        missing = less(missing, part)
    return changed


def find_dust(book: PairBook, but: int | None = None) -> None:
    """Decides which of the lots that changed are dust: all, or all but one."""
    index = book.lots.index
    for number in [each for each in index.dust.undecided if each != but]:
        is_one = is_dust(book.lots[number], *book.terms)
        index.dust.decide(number, index.remainders[number] if is_one else None)


def _remainders(book: PairBook, lot: Lot) -> tuple[Lot, ...]:
    """The other lots with a final remainder that is more than dust, queued ones too, the oldest first."""
    market, policy = book.terms
    index = book.lots.index
    lots = (book.lots[each] for each in sorted({*index.remainders, *index.queue.descending()} - {lot.buy_order_id}))
    return tuple(each for each in lots if has_final_remainder(each) and not is_dust(each, market, policy))


def _is_more_to_come(book: PairBook, lot: Lot) -> bool:
    """Whether other lots may have something left later: an order of theirs is in doubt, or something holds them."""
    return any(may_give_later(each) for each in book.lots.open() if each.buy_order_id != lot.buy_order_id)


def is_dust(lot: Lot, market: Market, policy: ExitPolicy) -> bool:
    """Whether the remainder of a lot goes to the next lot: it is final, and too little to be sold alone."""
    if policy.dust is Dust.WRITE_OFF or not can_give_dust(lot):
        return False
    if policy.keep_coins_pct and coins_to_keep(lot, market.pair, policy):
        return False
    quantity = floor_to(lot.remainder, market.pair.step)
    if lot.state is LotState.CLOSED or not sellable(lot, market.pair):
        return True
    sell, _ = next_sell(lot, market, policy, Situation(0), quantity)
    return product(sell.price, quantity) < market.pair.min_notional
