"""Which lots have SELLs on the book where not all can."""

from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.orders.states import CANCELABLE, OrderEvent, OrderState
from lotkeeper.trading.selling.decide import decide
from lotkeeper.trading.selling.decisions import CancelSell, PlaceSell, Queue, Situation
from lotkeeper.trading.selling.order_slots import PairConditions, free_slots, next_slot_step, our_slots, room
from lotkeeper.trading.selling.plan import lots_in_order
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.selling.slots import (
    KNOWN,
    NOW,
    accepted,
    book,
    bought,
    carry_out,
    comes,
    decided,
    slots_filled,
    stands,
)

BUSY = KNOWN._replace(is_busy=True)


def kinds(decisions):
    return [type(each) for each in decisions]


def sells(decisions):
    return [each.name.buy_order_id for each in decisions if isinstance(each, PlaceSell)]


def cancels(decisions):
    return [each.name.buy_order_id for each in decisions if isinstance(each, CancelSell)]


# Few slots


def test_a_lot_that_waits_is_placed_when_a_slot_is_free():
    kept = book(slots=1)
    bought(kept, 7, "80")
    stands(kept, 7)
    assert kinds(comes(kept, 8, "90")) == [Queue]
    assert kept.lots.index.queue.ascending() == [(D("90.1"), 8)]
    kept.apply_report(make.sell_report(kept.lots[7].orders[0], 701, "FILLED", executed="1"))
    assert sells(slots_filled(kept)) == [8]
    assert len(kept.lots.index.queue) == 0


def test_the_nearest_is_placed_first():
    kept = book(slots=1)
    bought(kept, 7, "80")
    stands(kept, 7)
    for number, price in ((8, "90"), (9, "85"), (10, "95")):
        comes(kept, number, price)
    kept.apply_report(make.sell_report(kept.lots[7].orders[0], 701, "FILLED", executed="1"))
    assert sells(slots_filled(kept)) == [9]


def test_a_lot_does_not_come_before_a_nearer_one_that_waits():
    kept = book(slots=1)
    bought(kept, 7, "80")
    stands(kept, 7)
    comes(kept, 8, "90")
    kept.apply_report(make.sell_report(kept.lots[7].orders[0], 701, "FILLED", executed="1"))
    bought(kept, 9, "95")
    assert kinds(decided(kept, 9)) == [Queue]
    assert sells(slots_filled(kept)) == [8]


def test_a_farther_floor_waits_and_says_why():
    kept = book(slots=1)
    bought(kept, 7, "80")
    stands(kept, 7)
    (found,) = comes(kept, 8, "90")
    # 90 / 0.999 = 90.0900...
    assert found == Queue(D("90.1"), "every order slot is taken; it is sold at 90.1 when one is free")


def test_a_nearer_floor_takes_the_slot_of_the_farthest():
    kept = book(slots=2)
    for number, price in ((7, "110"), (8, "120")):
        bought(kept, number, price)
        stands(kept, number)
    queue, cancel = comes(kept, 9, "90")
    assert isinstance(queue, Queue)
    assert (cancel.name.buy_order_id, cancel.order_id) == (8, 801)
    assert cancel.why == "its order slot goes to the nearer lk1-9-1"


def test_no_slot_is_taken_from_what_would_be_too_little_for_an_order_of_its_own():
    """The farthest has sold all but 0.04 of its 1, which at 120.13 are worth less than 5: cancelled it were dust."""
    kept = book(slots=2)
    for number, price in ((7, "110"), (8, "120")):
        bought(kept, number, price)
        stands(kept, number)
    kept.apply_report(make.sell_report(kept.lots[8].orders[0], 801, "PARTIALLY_FILLED", executed="0.96"))
    bought(kept, 9, "90")
    decided(kept, 9)
    assert next_slot_step(kept, KNOWN).name.buy_order_id == 7
    kept.apply_report(make.sell_report(kept.lots[7].orders[0], 701, "PARTIALLY_FILLED", executed="0.995"))
    assert next_slot_step(kept, KNOWN) is None


def test_while_its_slot_is_being_freed_nothing_more_is_cancelled_for_it():
    kept = book(slots=2)
    for number, price in ((7, "110"), (8, "120")):
        bought(kept, number, price)
        stands(kept, number)
    assert cancels(comes(kept, 9, "90")) == [8]
    assert slots_filled(kept) == []
    assert cancels(comes(kept, 10, "91")) == [7]  # the next one takes the next slot
    assert slots_filled(kept) == []


def test_two_that_are_as_near_have_a_slot_each():
    kept = book(slots=2)
    for number, price in ((7, "110"), (8, "120")):
        bought(kept, number, price)
        stands(kept, number)
    assert cancels(comes(kept, 9, "90")) == [8]
    assert cancels(comes(kept, 10, "90")) == [7]


@pytest.mark.parametrize(("price", "takes_it"), [("100", False), ("99.91", False), ("99.85", True)])
def test_a_slot_is_not_taken_for_less_than_a_thousandth(price, takes_it):
    kept = book(slots=1)
    bought(kept, 7, "100")
    stands(kept, 7)
    assert cancels(comes(kept, 8, price)) == ([7] if takes_it else [])


def test_one_that_lost_its_slot_does_not_take_it_back():
    kept = book(slots=1)
    bought(kept, 7, "100")
    stands(kept, 7)
    assert cancels(comes(kept, 8, "99")) == [7]
    kept.apply_report(make.sell_report(kept.lots[7].orders[0], 701, "CANCELED"))
    assert sells([*decided(kept, 7), *slots_filled(kept)]) == [8]
    accepted(kept, kept.lots[8].orders[0])
    assert slots_filled(kept) == []


@pytest.mark.parametrize(
    ("limit", "free", "others", "left"),
    [
        (10, 0, 0, 10),
        (10, 3, 0, 7),
        (10, 3, 2, 7),  # two of the trader's three
        (10, 3, 5, 5),  # he takes more than was left to him
        (10, 9, 0, 5),  # never more than half is left to him
        (2, 5, 0, 1),
        (1, 5, 0, 1),
        (10, 3, 12, 0),
    ],
)
def test_how_many_slots_are_ours(limit, free, others, left):
    kept = book(slots=limit, free=free)
    bought(kept, 7, "100")
    for order_id in range(1000, 1000 + others):
        kept.apply_report(make.buy_report(order_id, "0", "NEW"))
    assert free_slots(kept) == left


def test_a_sell_whose_outcome_is_not_known_takes_a_slot():
    kept = book(slots=1)
    bought(kept, 7, "100")
    make.place(kept, on=kept.market, by=kept.policy)
    assert kinds(comes(kept, 8, "90")) == [Queue]  # and is none that could be cancelled


def test_without_a_limit_nobody_waits():
    kept = book()
    bought(kept, 7, "100")
    assert free_slots(kept) is None
    assert sells(decided(kept, 7)) == [7]


# While orders cannot be sent


def test_in_a_pause_all_wait_and_no_slot_is_freed():
    kept = book(slots=1)
    bought(kept, 7, "100")
    stands(kept, 7)
    paused = KNOWN._replace(pause="50 of 50 orders in 10 s are used")
    (found,) = comes(kept, 8, "90", paused)
    assert found == Queue(D("90.1"), "50 of 50 orders in 10 s are used; it is sold at 90.1 when it is its turn")
    assert cancels(slots_filled(kept)) == [7]


def test_no_more_slots_are_being_freed_than_sells_may_be_sent():
    kept = book(slots=3)
    for number in (7, 8, 9):
        bought(kept, number, "100")
        stands(kept, number)
    narrow = KNOWN._replace(send_room=1)
    for number in (10, 11, 12):
        bought(kept, number, "90")
        decided(kept, number, KNOWN._replace(send_room=0))
    assert cancels(slots_filled(kept, narrow)) == [9]
    assert cancels(slots_filled(kept)) == [8, 7]


def test_one_that_may_not_be_sent_yet_waits_for_the_nearer_ones():
    kept = book(slots=10)
    (found,) = comes(kept, 7, "90", KNOWN._replace(send_room=0))
    assert found.why == "nearer lots come first; it is sold at 90.1 when it is its turn"


# The reserve, of 40 slots: at most two are kept free, and at least one


def crowded(count: int = 43) -> PairBook:
    """All slots of 40 are taken, and further lots wait; the higher the number, the farther."""
    kept = book(slots=40)
    for number in range(100, 100 + count):
        comes(kept, number, str(number))
        accept_all(kept)
    return kept


def accept_all(kept: PairBook) -> None:
    for order in [each for lot in kept.lots.values() for each in lot.orders if each.state is OrderState.PLACING]:
        accepted(kept, order)


def end_cancels(kept: PairBook) -> None:
    for order in kept.lots.awaited_sells(OrderState.CANCELING):
        kept.apply_report(make.sell_report(order, order.order_id, "CANCELED"))
        decided(kept, order.name.buy_order_id, BUSY)


def sell_nearest(kept: PairBook) -> None:
    (_, (number, generation)) = kept.lots.index.on_book.at(0)
    order = next(each for each in kept.lots[number].orders if each.name.generation == generation)
    kept.apply_report(make.sell_report(order, order.order_id, "FILLED", executed="1"))
    decided(kept, number, BUSY)


def test_while_buys_come_slots_are_freed_before_they_are_wanted():
    kept = crowded()
    assert free_slots(kept) == 0
    assert cancels(slots_filled(kept, BUSY)) == [139]
    end_cancels(kept)
    assert slots_filled(kept, BUSY) == []
    assert free_slots(kept) == 1


def test_a_near_lot_finds_a_slot_at_once_and_the_reserve_is_made_up_beside_it():
    kept = crowded()
    slots_filled(kept, BUSY)
    end_cancels(kept)
    found = comes(kept, 200, "90", BUSY)
    assert (sells(found), cancels(found)) == ([200], [138])


def test_one_that_is_no_nearer_does_not_get_the_reserve():
    kept = crowded()
    slots_filled(kept, BUSY)
    end_cancels(kept)
    (found,) = comes(kept, 200, "138.5", BUSY)
    assert found.why == "the last order slots are kept for nearer lots; it is sold at 138.64 when more are free"


def test_between_its_limits_the_reserve_changes_without_a_cancel_and_without_an_order_for_others():
    kept = crowded()
    slots_filled(kept, BUSY)
    end_cancels(kept)
    sell_nearest(kept)
    assert (slots_filled(kept, BUSY), free_slots(kept)) == ([], 2)
    assert kinds(comes(kept, 200, "90", BUSY)) == [PlaceSell]
    assert free_slots(kept) == 1


def test_more_than_the_reserve_goes_to_those_that_wait():
    kept = crowded()
    slots_filled(kept, BUSY)
    end_cancels(kept)
    sell_nearest(kept)
    slots_filled(kept, BUSY)
    sell_nearest(kept)
    assert sells(slots_filled(kept, BUSY)) == [139]
    assert free_slots(kept) == 2


def test_when_no_buys_come_any_more_every_slot_is_used():
    kept = crowded()
    slots_filled(kept, BUSY)
    end_cancels(kept)
    assert sells(slots_filled(kept)) == [139]
    assert free_slots(kept) == 0


def test_where_all_have_room_nothing_is_kept_free():
    kept = crowded(count=38)
    assert sells(comes(kept, 200, "150", BUSY)) == [200]


# From scratch


def choice_from_scratch(kept: PairBook, known: PairConditions) -> tuple[set[int], set[int]]:
    """Whose SELLs are placed and whose are cancelled, by sorting all lots and SELLs anew."""
    waiting = sorted(
        (step.price, number)
        for number, lot in kept.lots.items()
        if isinstance(step := decide(lot, kept.market, kept.policy, Situation(NOW))[-1], PlaceSell)
    )
    orders = [order for lot in kept.lots.values() for order in lot.orders]
    standing = sorted((each.price, each.name.buy_order_id) for each in orders if each.state in CANCELABLE)
    free = our_slots(kept) - sum(each.is_live for each in orders)
    canceling = sum(each.state is OrderState.CANCELING for each in orders)
    left = known.send_room
    most, least = (our_slots(kept) // 20, our_slots(kept) // 40) if known.is_busy else (0, 0)
    placed, cancelled = set(), set()
    while waiting and not known.pause:
        price, number = waiting[0]
        is_near = bool(standing) and standing[-1][0] - price >= price * D("0.001")
        if left > 0 and free > 0 and (free > most or len(waiting) + least <= free or is_near):
            placed.add(number)
            waiting.pop(0)
            free, left = free - 1, left - 1
            continue
        coming = max(free, 0) + canceling
        wanted = waiting[coming][0] if coming < len(waiting) else None
        is_wanted = bool(standing) and wanted is not None and standing[-1][0] - wanted >= wanted * D("0.001")
        if not standing or canceling >= left or not (is_wanted or coming < least):
            break
        cancelled.add(standing.pop()[1])
        canceling += 1
    return placed, cancelled


class Market:
    """A pair with 43 slots, 40 of them ours; each event is carried out, and all that follows for the lots."""

    def __init__(self, window: int) -> None:
        self.kept = book(slots=43, free=3)
        self.window = window
        self.number = 100
        self.is_busy = True
        self.pause = ""

    @property
    def known(self) -> PairConditions:
        room = max(0, self.window - self.kept.lots.index.placing)
        return PairConditions(NOW, pause=self.pause, send_room=room, is_busy=self.is_busy)

    def happens(self, event: str, dice: int) -> list[int]:
        """The lots that the event changes."""
        index = self.kept.lots.index
        if event == "buy":
            self.number += 1
            bought(self.kept, self.number, str(D(10_000 + dice % 600) / 100))
            return [self.number]
        if event == "turn":
            self.is_busy, self.pause = dice % 2 == 0, "banned" if dice % 5 == 0 else ""
            self.window = 1 + dice % 20
            return []
        if event == "trader":
            self.kept.apply_report(make.buy_report(5000 + dice % 6, "0", ("NEW", "CANCELED")[dice % 2]))
            return []
        state = {"accept": OrderState.PLACING, "cancelled": OrderState.CANCELING, "stays": OrderState.CANCELING}
        if event in state:
            orders = self.kept.lots.awaited_sells(state[event])
        else:
            orders = [self.kept.lots[number].orders[-1] for _, (number, _) in index.on_book.ascending()[:5]]
        if not orders:
            return []
        order = orders[dice % len(orders)]
        if event == "accept":
            accepted(self.kept, order)
        elif event == "stays":
            self.kept.lots.apply_order_event(order.name, OrderEvent.CANCEL_REFUSED, NOW)
        else:
            status, executed = ("CANCELED", "0") if event == "cancelled" else ("FILLED", "1")
            self.kept.apply_report(make.sell_report(order, order.order_id, status, executed=executed))
        return [order.name.buy_order_id]

    def follow(self, changed: list[int]) -> tuple[set[int], set[int]]:
        """As the keeper decides: the lots that changed, then those whose turn it is."""
        wanted = lots_in_order(self.kept, changed)
        most = room(self.kept, self.known)
        crowd = self.known._replace(send_room=0)
        found = []
        for number in wanted:
            found += decided(self.kept, number, crowd if most is not None and len(wanted) > most else self.known)
        while (step := next_slot_step(self.kept, self.known)) is not None:
            found += (
                carry_out(self.kept, 0, (step,))
                if isinstance(step, CancelSell)
                else decided(self.kept, step, self.known)
            )
        return set(sells(found)), set(cancels(found))


EVENTS = ("buy", "buy", "buy", "buy", "accept", "accept", "accept", "cancelled", "stays", "sold", "turn", "trader")


@settings(deadline=None, max_examples=30)
@given(
    st.integers(1, 20),
    st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 10_000)), min_size=20, max_size=100),
)
def test_what_is_chosen_step_by_step_is_what_is_chosen_from_scratch(window, events):
    market = Market(window)
    for number in range(35):
        market.happens("buy", number * 17)
    market.follow(list(market.kept.lots))
    for event, dice in events:
        changed = market.happens(event, dice)
        wanted = choice_from_scratch(market.kept, market.known)
        assert market.follow(changed) == wanted
