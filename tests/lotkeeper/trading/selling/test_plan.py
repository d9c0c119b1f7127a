"""The lots of a pair together: who comes first, and who has to wait for an order slot."""

from decimal import Decimal as D

import pytest

from lotkeeper.trading.orders.states import OrderEvent
from lotkeeper.trading.policy import ExitPolicy
from lotkeeper.trading.selling.decisions import CancelSell, PlaceSell, Queue
from lotkeeper.trading.selling.plan import PairConditions, decide_lot, lots_in_order, situation_of
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.make import NOW

KNOWN = PairConditions(NOW)


def book(*, slots=None, free=0, **rules):
    kept = make.book()
    market = make.market(max_orders=slots, step=D("0.01"), min_quantity=D("0.01"), **rules)
    kept.set_terms(market, ExitPolicy(D(0), free_order_slots=free))
    return kept


def bought(kept, order_id, price):
    kept.apply_fill(make.buy(order_id, order_id, "1", price))


def stands(kept, order_id):
    """The lot's SELL is placed and stands."""
    order = make.place(kept, order_id, on=kept.market, by=kept.policy)
    kept.apply_report(make.sell_report(order, order_id + 100))


def step(kept, order_id):
    return decide_lot(kept, order_id, KNOWN)[-1]


def test_with_room_for_all_the_order_is_that_of_the_lots():
    kept = book(slots=10)
    for number, price in ((7, "100"), (8, "90"), (9, "80")):
        bought(kept, number, price)
    assert lots_in_order(kept, [9, 7, 8], KNOWN) == [7, 8, 9]


def test_where_slots_are_short_the_lowest_floor_comes_first():
    kept = book(slots=2)
    for number, price in ((7, "100"), (8, "90"), (9, "80")):
        bought(kept, number, price)
    assert lots_in_order(kept, [7, 8, 9], KNOWN) == [9, 8, 7]


def test_one_whose_sells_cover_too_much_comes_before_all():
    kept = book(slots=2)
    for number, price in ((7, "100"), (8, "90"), (9, "80")):
        bought(kept, number, price)
    kept.apply_report(make.named_report(7, 1, 70, "1.5", "100.11"))
    assert lots_in_order(kept, [8, 9], KNOWN) == [7, 9, 8]


def test_also_where_there_is_room_for_all():
    kept = book(slots=20)
    for number in (7, 8, 9):
        bought(kept, number, "100")
    kept.apply_report(make.named_report(8, 1, 70, "1.5", "100.11"))
    assert lots_in_order(kept, [7, 9], KNOWN) == [8, 7, 9]


def test_two_that_are_as_near_have_a_slot_each():
    """One is being freed, for the one that waits already: another is freed for the second."""
    kept = book(slots=2)
    for number, price in ((7, "110"), (8, "120")):
        bought(kept, number, price)
        stands(kept, number)
    for number in (9, 10):
        bought(kept, number, "90")
        cancel, queue = decide_lot(kept, number, KNOWN)
        kept.lots.apply_order_event(cancel.name, OrderEvent.CANCEL_SENT, NOW)
        kept.lots.apply_decision(kept.lots[number], queue)
    assert kept.lots.index.canceling == 2


def test_a_lot_that_waits_comes_along_when_a_slot_is_free():
    kept = book(slots=1)
    bought(kept, 7, "80")
    stands(kept, 7)
    bought(kept, 8, "90")
    kept.lots.apply_decision(kept.lots[8], step(kept, 8))
    assert kept.lots.index.queued_floors == {8: D("90.1")}
    assert lots_in_order(kept, [7], KNOWN) == [7]
    kept.apply_report(make.sell_report(kept.lots[7].orders[0], 107, "FILLED", executed="1"))
    assert lots_in_order(kept, [7], KNOWN) == [7, 8]
    assert isinstance(step(kept, 8), PlaceSell)


def test_a_farther_floor_waits():
    kept = book(slots=1)
    bought(kept, 7, "80")
    stands(kept, 7)
    bought(kept, 8, "90")
    (found,) = decide_lot(kept, 8, KNOWN)
    # 90 / 0.999 = 90.0900...
    assert found == Queue(D("90.1"), "every order slot is taken; it is sold at 90.1 when one is free")


def test_a_nearer_floor_takes_the_slot_of_the_farthest():
    kept = book(slots=2)
    bought(kept, 7, "110")
    stands(kept, 7)
    bought(kept, 8, "120")
    stands(kept, 8)
    bought(kept, 9, "90")
    cancel, queue = decide_lot(kept, 9, KNOWN)
    assert isinstance(cancel, CancelSell)
    assert (cancel.name.buy_order_id, cancel.order_id) == (8, 108)
    assert isinstance(queue, Queue)


def test_no_slot_is_taken_from_what_would_be_too_little_for_an_order_of_its_own():
    """The farthest has sold all but 0.04 of its 1, which at 120.13 are worth less than 5: cancelled it were dust."""
    kept = book(slots=2)
    for number, price in ((7, "110"), (8, "120")):
        bought(kept, number, price)
        stands(kept, number)
    kept.apply_report(make.sell_report(kept.lots[8].orders[0], 108, "PARTIALLY_FILLED", executed="0.96"))
    bought(kept, 9, "90")
    cancel, _ = decide_lot(kept, 9, KNOWN)
    assert cancel.name.buy_order_id == 7
    kept.apply_report(make.sell_report(kept.lots[7].orders[0], 107, "PARTIALLY_FILLED", executed="0.995"))
    assert [type(each) for each in decide_lot(kept, 9, KNOWN)] == [Queue]


def test_while_its_slot_is_being_freed_nothing_more_is_cancelled_for_it():
    kept = book(slots=2)
    for number, price in ((7, "110"), (8, "120")):
        bought(kept, number, price)
        stands(kept, number)
    bought(kept, 9, "90")
    cancel, queue = decide_lot(kept, 9, KNOWN)
    kept.lots.apply_order_event(cancel.name, OrderEvent.CANCEL_SENT, NOW)
    kept.lots.apply_decision(kept.lots[9], queue)
    assert [type(each) for each in decide_lot(kept, 9, KNOWN)] == [Queue]
    bought(kept, 10, "91")  # the next one takes the next slot
    cancel, queue = decide_lot(kept, 10, KNOWN)
    assert (cancel.name.buy_order_id, type(queue)) == (7, Queue)


def test_the_same_floor_takes_nothing():
    kept = book(slots=1)
    for number in (7, 8):
        bought(kept, number, "100")
        if number == 7:
            stands(kept, 7)
    assert [type(each) for each in decide_lot(kept, 8, KNOWN)] == [Queue]


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
    assert situation_of(kept, kept.lots[7], KNOWN).free_slots == left


def test_a_sell_whose_outcome_is_not_known_takes_a_slot():
    kept = book(slots=1)
    bought(kept, 7, "100")
    make.place(kept, on=kept.market, by=kept.policy)
    bought(kept, 8, "90")
    assert [type(each) for each in decide_lot(kept, 8, KNOWN)] == [Queue]  # and is none that could be cancelled


def test_without_a_limit_nobody_waits():
    kept = book()
    bought(kept, 7, "100")
    assert situation_of(kept, kept.lots[7], KNOWN).free_slots is None


def test_a_queued_lot_that_is_sold_leaves_the_queue():
    kept = book(slots=1)
    bought(kept, 7, "80")
    stands(kept, 7)
    bought(kept, 8, "90")
    kept.lots.apply_decision(kept.lots[8], step(kept, 8))
    kept.apply_report(make.sell_report(kept.lots[7].orders[0], 107, "FILLED", executed="1"))
    make.place(kept, 8, on=kept.market, by=kept.policy)
    assert kept.lots.index.queued_floors == {}
