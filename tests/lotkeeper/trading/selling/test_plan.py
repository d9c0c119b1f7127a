"""The lots of a pair together: who comes first, and what each can have of the others."""

from decimal import Decimal as D

from lotkeeper.trading.selling.decisions import PlaceSell, Queue, TransferDust
from lotkeeper.trading.selling.order_slots import PairConditions
from lotkeeper.trading.selling.plan import decide_lot, lots_in_order
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.selling.slots import KNOWN, NOW, book, bought, stands


def test_the_order_is_that_of_the_lots():
    kept = book(slots=10)
    for number, price in ((7, "100"), (8, "90"), (9, "80")):
        bought(kept, number, price)
    assert lots_in_order(kept, [9, 7, 8]) == [7, 8, 9]


def test_one_whose_sells_cover_too_much_comes_before_all():
    kept = book(slots=2)
    for number, price in ((7, "100"), (8, "90"), (9, "80")):
        bought(kept, number, price)
    kept.apply_report(make.named_report(8, 1, 70, "1.5", "100.11"))
    assert lots_in_order(kept, [7, 9]) == [8, 7, 9]


def dusty(slots: int):
    """Lot 6 has dust that makes a step together with lot 7's; lot 5 stands on the book."""
    kept = book(slots=slots)
    bought(kept, 5, "80")
    stands(kept, 5)
    kept.apply_fill(make.buy(6, 6, "0.004", "100"))
    kept.apply_report(make.buy_report(6, "0.004"))
    kept.apply_fill(make.buy(7, 7, "1.006", "100"))
    return kept


def test_a_lot_whose_turn_it_is_takes_the_dust():
    dust, sell = decide_lot(dusty(slots=2), 7, KNOWN)
    assert isinstance(dust, TransferDust)
    assert isinstance(sell, PlaceSell)
    assert sell.quantity == D("1.01")


def test_one_that_waits_takes_none():
    assert [type(each) for each in decide_lot(dusty(slots=1), 7, KNOWN)] == [Queue]
    paused = PairConditions(NOW, pause="banned")
    assert [type(each) for each in decide_lot(dusty(slots=2), 7, paused)] == [Queue]
    kept = dusty(slots=2)
    kept.lots.index.add_to_queue(5, D(80))  # a nearer one waits
    assert [type(each) for each in decide_lot(kept, 7, KNOWN)] == [Queue]


def test_one_whose_sells_cover_too_much_takes_it_also_without_a_slot():
    kept = dusty(slots=1)
    kept.apply_report(make.named_report(7, 1, 70, "1.01", "100.11"))
    kept.apply_report(make.buy_report(7, "1.006"))
    first, *_ = decide_lot(kept, 7, KNOWN)
    assert isinstance(first, TransferDust)


def test_whether_a_lot_is_dust_is_worked_out_again_when_the_rules_change():
    kept = dusty(slots=2)
    assert len(decide_lot(kept, 7, KNOWN)) == 2
    finer = make.market(max_orders=2, step=D("0.001"), min_quantity=D("0.001"), min_notional=D("0.1"))
    kept.set_terms(finer, kept.policy)
    assert [type(each) for each in decide_lot(kept, 7, KNOWN)] == [PlaceSell]  # what lot 6 has is an order now
