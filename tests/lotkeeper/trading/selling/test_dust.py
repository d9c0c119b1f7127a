"""Which rests are dust, and what a lot takes over of them."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.lots.states import HoldEvent, LotState
from lotkeeper.trading.lots.transfers import DustTransfer
from lotkeeper.trading.orders.states import OrderEvent, OrderState
from lotkeeper.trading.policy import Dust, ExitPolicy
from lotkeeper.trading.selling.decide import decide
from lotkeeper.trading.selling.decisions import Close, Park, PlaceSell, Queue, Situation, TransferDust, Wait, WaitUntil
from lotkeeper.trading.selling.dust import (
    can_give_dust,
    is_little,
    transfers_covering,
    transfers_to,
    with_dust_transfers,
)
from lotkeeper.trading.selling.plan import PairConditions, decide_lot, is_dust
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.make import NOW

MARKET = make.market(step=D("0.01"), min_quantity=D("0.01"))
KEEP = ExitPolicy(D(0))


def book(policy=KEEP):
    found = make.book()
    found.set_terms(MARKET, policy)
    return found


def bought(kept, order_id, quantity, price="100", *, fee="0", has_ended=True, **asset):
    kept.apply_fill(make.buy(order_id * 10, order_id, quantity, price, fee=fee, **asset))
    if has_ended:
        kept.apply_report(make.buy_report(order_id, quantity))
    return kept.lots[order_id]


def sold(kept, order_id):
    """All of the lot that fits the step is sold."""
    order = make.place(kept, order_id, on=MARKET, by=kept.policy)
    kept.apply_report(make.sell_report(order, order_id + 100, "FILLED", executed=str(order.quantity)))
    kept.lots.apply_decision(kept.lots[order_id], Close())
    return kept.lots[order_id]


def next_steps(kept, order_id):
    return decide_lot(kept, order_id, PairConditions(NOW))


def test_what_is_left_of_a_sold_lot_is_dust():
    kept = book()
    bought(kept, 6, "1.004")
    lot = sold(kept, 6)
    assert (lot.state, lot.remainder) == (LotState.CLOSED, D("0.004"))
    assert is_dust(lot, MARKET, KEEP)


def test_what_could_be_sold_alone_is_none():
    assert not is_dust(bought(book(), 6, "1.004"), MARKET, KEEP)


def test_what_is_worth_less_than_an_order_is_dust():
    assert is_dust(bought(book(), 6, "0.04"), MARKET, KEEP)
    # at its floor of 124 / 0.999 = 124.13 the same quantity is worth 4.97, and at 126.13 it is 5.05
    assert is_dust(bought(book(), 7, "0.04", "124"), MARKET, KEEP)
    assert not is_dust(bought(book(), 8, "0.04", "126"), MARKET, KEEP)


def test_what_is_worth_an_order_to_the_last_digit_is_none():
    # no fee: 0.05 at its floor of 100 is worth 5
    market = make.market("0", step=D("0.01"), min_quantity=D("0.01"))
    assert not is_dust(bought(book(), 6, "0.05"), market, KEEP)
    assert is_dust(bought(book(), 7, "0.05", "99.99"), market, KEEP)


def test_what_a_largest_order_left_over_is_dust():
    kept = book()
    lot = bought(kept, 6, "1.04")
    capped = make.market(step=D("0.01"), min_quantity=D("0.01"), max_quantity=D(1))
    kept.apply_report(make.sell_report(make.place(kept, 6, on=capped), 106))
    assert not is_dust(lot, capped, KEEP)
    assert is_dust(kept.lots[6], capped, KEEP)


def test_a_lot_that_is_covered_has_nothing_to_give():
    kept = book()
    bought(kept, 6, "1")
    kept.apply_report(make.sell_report(make.place(kept, 6, on=MARKET), 106))
    assert not can_give_dust(kept.lots[6])


@pytest.mark.parametrize(
    "change",
    [{"buy_ended": False}, {"state": LotState.HELD}, {"state": LotState.QUEUED}],
    ids=["the BUY goes on", "held by a person", "waits for a slot"],
)
def test_what_is_not_certain_gives_nothing(change):
    lot = replace(bought(book(), 6, "0.04"), **change)
    assert not can_give_dust(lot)


def test_a_fee_without_a_value_gives_nothing_for_its_cost_is_not_known():
    assert not can_give_dust(bought(book(), 6, "0.04", fee="0.0001", asset="BNB"))


@pytest.mark.parametrize("state", [OrderState.PLACING, OrderState.UNKNOWN, OrderState.CANCELING])
def test_while_something_is_under_way_nothing_is_given(state):
    kept = book()
    bought(kept, 6, "1.004")
    order = make.place(kept, 6, on=MARKET)
    assert not can_give_dust(replace(kept.lots[6], orders=(replace(order, state=state),)))
    assert can_give_dust(replace(kept.lots[6], orders=(replace(order, state=OrderState.OPEN),)))


def test_written_off_dust_goes_nowhere():
    assert not is_dust(bought(book(), 6, "0.04"), MARKET, ExitPolicy(D(0), dust=Dust.WRITE_OFF))


def test_all_that_is_left_goes_at_its_cost():
    lots = [bought(book(), number, quantity) for number, quantity in ((5, "0.04"), (6, "0.03"))]
    target = bought(book(), 7, "1")
    carries = transfers_to(target, lots, NOW)
    assert carries == (
        DustTransfer(make.SYMBOL, 5, 7, 1, D("0.04"), D(4), NOW),
        DustTransfer(make.SYMBOL, 6, 7, 1, D("0.03"), D(3), NOW),
    )
    taker = with_dust_transfers(target, carries)
    assert (taker.stock, taker.stock_cost, taker.remainder) == (D("1.07"), 107, D("1.07"))
    assert (taker.received, taker.cost) == (1, 100)
    assert with_dust_transfers(taker, carries) == taker  # the same again is no news
    giver = with_dust_transfers(lots[0], carries[:1])
    assert (giver.stock, giver.stock_cost, giver.remainder, giver.inventory_cost) == (0, 0, 0, 0)


def test_the_next_lot_takes_it_with_its_sell():
    kept = book()
    bought(kept, 6, "0.004")
    bought(kept, 7, "1.006")
    carry, sell = next_steps(kept, 7)
    assert isinstance(carry, TransferDust)
    assert isinstance(sell, PlaceSell)
    assert (carry.transfer.source, sell.quantity, sell.cost) == (6, D("1.01"), D(101))


def test_what_makes_no_further_step_stays_where_it_is():
    kept = book()
    bought(kept, 6, "0.003")
    bought(kept, 7, "1.006")
    (sell,) = next_steps(kept, 7)
    assert sell.quantity == 1


def test_without_a_sell_nothing_is_taken():
    """Carried for nothing, dust would only wander."""
    kept = book()
    bought(kept, 6, "0.004")
    bought(kept, 7, "0.008")
    (step,) = next_steps(kept, 7)
    assert isinstance(step, Park)


@pytest.mark.parametrize(
    "around", [{"can_place": False}, {"free_balance": D(1)}], ids=["no order slot", "coins are short"]
)
def test_where_nothing_can_be_placed_nothing_is_taken(around):
    kept = book()
    dust = bought(kept, 6, "0.004")
    steps = decide(bought(kept, 7, "1.006"), MARKET, KEEP, Situation(NOW, dust=(dust,), **around))
    assert not any(isinstance(step, TransferDust) for step in steps)


def test_a_closed_lot_takes_nothing_and_is_not_opened_for_it():
    kept = book()
    bought(kept, 7, "1.006")
    closed = sold(kept, 7)
    dust = bought(kept, 8, "0.04")
    more = bought(kept, 9, "0.03")
    steps = decide(closed, MARKET, KEEP, Situation(NOW, dust=(dust, more)))
    assert not any(isinstance(step, TransferDust) for step in steps)


def test_dust_that_cost_nothing_is_taken_like_any_other():
    kept = book()
    bought(kept, 6, "0.004", "0")
    bought(kept, 7, "1.006")
    assert [type(step) for step in next_steps(kept, 7)] == [TransferDust, PlaceSell]


def test_the_giver_that_has_nothing_left_closes():
    kept = book()
    bought(kept, 6, "0.004")
    bought(kept, 7, "1.006")
    kept.lots.transfer_dust(next_steps(kept, 7)[0].transfer)
    assert next_steps(kept, 6) == (Close("its dust went to lot BTCUSDT-7"),)


# A SELL was placed with dust, and the database does not know it


def test_a_deficit_takes_the_same_dust_again():
    """The SELL of 1.01 on the book is one hundredth more than the lot received."""
    kept = book()
    bought(kept, 6, "0.004")
    bought(kept, 7, "1.006")
    kept.apply_report(make.named_report(7, 1, 70, "1.01", "100.11"))
    assert kept.lots[7].remainder == D("-0.004")
    assert kept.lots.index.deficits == {7}
    steps = next_steps(kept, 7)
    assert [type(step) for step in steps] == [TransferDust, Wait]
    assert steps[0].transfer == DustTransfer(make.SYMBOL, 6, 7, 1, D("0.004"), D("0.4"), NOW)
    kept.lots.transfer_dust(steps[0].transfer)
    assert (kept.lots[7].remainder, kept.lots.index.deficits) == (0, set())


def test_what_a_deficit_did_not_take_may_be_sold_with_the_lot():
    kept = book()
    bought(kept, 4, "0.004")
    bought(kept, 5, "0.04")
    bought(kept, 6, "0.03")
    bought(kept, 7, "1.006")
    kept.apply_report(make.named_report(7, 1, 70, "1.01", "100.11"))
    *carries, sell = next_steps(kept, 7)
    assert [each.transfer.source for each in carries] == [4, 5, 6]
    # 108 in all; the SELL was found when the lot had cost 100.6: 7.4 / (0.07 * 0.999) = 105.82...
    assert (sell.quantity, sell.price) == (D("0.07"), D("105.83"))


def test_the_oldest_dust_comes_first_and_no_more_than_is_missing():
    givers = [bought(book(), number, "0.005") for number in (3, 4, 5)]
    target = bought(book(), 7, "1")
    assert [carry.source for carry in transfers_covering(target, D("0.005"), givers, (), NOW)] == [3]
    assert [carry.source for carry in transfers_covering(target, D("0.006"), givers, (), NOW)] == [3, 4]
    assert transfers_covering(target, D("0.016"), givers, (), NOW) == ()


def test_what_is_no_dust_gives_just_what_is_missing_and_after_the_dust():
    dust, rest = bought(book(), 4, "0.005"), bought(book(), 3, "2")
    target = bought(book(), 7, "1")
    carries = transfers_covering(target, D("0.006"), [dust], [rest], NOW)
    assert [(each.source, each.quantity, each.cost) for each in carries] == [
        (4, D("0.005"), D("0.5")),
        (3, D("0.001"), D("0.1")),
    ]


def test_a_large_deficit_takes_nothing_of_what_is_no_dust():
    """It is no dust that was forgotten, but a belief that is wrong."""
    kept = book()
    bought(kept, 6, "2")
    bought(kept, 7, "1")
    kept.apply_report(make.named_report(7, 1, 70, "1.06", "100.11"))
    (step,) = next_steps(kept, 7)
    assert isinstance(step, Wait)


def test_a_second_carry_from_lot_to_lot_is_no_copy_of_the_first():
    """In the database the second would be one that is known already, and its dust be there again after a restart."""
    kept = book()
    giver, target = bought(kept, 6, "2"), bought(kept, 7, "1")
    (first,) = transfers_covering(target, D("0.01"), (), [giver], NOW)
    (second,) = transfers_covering(
        with_dust_transfers(target, [first]), D("0.01"), (), [with_dust_transfers(giver, [first])], NOW
    )
    assert (first.generation, second.generation) == (1, 2)
    (third,) = transfers_to(
        with_dust_transfers(target, [first, second]), [with_dust_transfers(giver, [first, second])], NOW
    )
    assert third.generation == 3


def test_dust_is_kept_for_the_lot_whose_sell_has_it():
    kept = book()
    bought(kept, 6, "0.004")
    bought(kept, 7, "1.006")
    bought(kept, 8, "1.006")
    kept.apply_report(make.named_report(7, 1, 70, "1.01", "100.11"))
    (sell,) = next_steps(kept, 8)
    assert sell.quantity == 1


def test_a_deficit_that_no_dust_explains_waits_for_reconciliation():
    kept = book()
    bought(kept, 7, "1")
    kept.apply_report(make.named_report(7, 1, 70, "1.1", "100.11"))
    expected = Wait("reconciliation: SELLs cover 0.1 BTC more than was received", WaitUntil.RECONCILED)
    assert next_steps(kept, 7) == (expected,)


def test_a_little_too_much_sold_is_the_dust_of_a_lot_that_is_forgotten():
    """The database was deleted: nobody knows any more whose dust it was."""
    kept = book()
    bought(kept, 7, "1.006")
    kept.apply_report(make.named_report(7, 1, 70, "1.01", "100.11", "FILLED", executed="1.01"))
    why = "its SELLs cover 0.004 BTC more than was received: dust of a lot that is not known any more"
    assert next_steps(kept, 7) == (Close(why),)


def with_deficit(kept):
    """Lot 7 has sold 0.004 more than it received."""
    bought(kept, 7, "1.006")
    kept.apply_report(make.named_report(7, 1, 70, "1.01", "100.11", "FILLED", executed="1.01"))


STILL_MISSING = Wait("reconciliation: SELLs cover 0.004 BTC more than was received", WaitUntil.RECONCILED)


def test_dust_of_a_lot_whose_sell_is_in_doubt_is_waited_for():
    """If that SELL never arrived, the lot would believe in dust that has been sold, and sell it once more."""
    kept = book()
    bought(kept, 6, "1")
    in_doubt = make.place(kept, 6, on=MARKET, by=KEEP)
    with_deficit(kept)
    assert next_steps(kept, 7) == (STILL_MISSING,)
    kept.lots.apply_order_event(in_doubt.name, OrderEvent.REFUSED, NOW, "never arrived")
    (first, *_) = next_steps(kept, 7)
    assert (first.transfer.source, first.transfer.quantity) == (6, D("0.004"))


def test_dust_of_a_lot_that_is_held_is_waited_for():
    kept = book()
    bought(kept, 6, "1")
    kept.lots.apply_hold_event(6, HoldEvent.CANCELLED)
    with_deficit(kept)
    assert next_steps(kept, 7) == (STILL_MISSING,)
    kept.lots.resume(NOW)
    assert [type(each) for each in next_steps(kept, 7)] == [TransferDust, Close]


def test_a_lot_that_waits_for_its_turn_gives_what_was_sold_of_it():
    kept = book()
    lot = bought(kept, 6, "1")
    kept.lots.apply_decision(lot, Queue(D(101), "order slots are used"))
    with_deficit(kept)
    (first, *_) = next_steps(kept, 7)
    assert (first.transfer.source, first.transfer.quantity) == (6, D("0.004"))


def test_a_lot_that_is_still_being_bought_gave_no_dust():
    kept = book()
    bought(kept, 6, "0.004", has_ended=False)
    with_deficit(kept)
    assert [type(each) for each in next_steps(kept, 7)] == [Close]


@pytest.mark.parametrize(("quantity", "is_so"), [("0.009", True), ("0.049", True), ("0.05", False)])
def test_little_is_what_no_order_carries(quantity, is_so):
    # 0.05 * 100 = 5 is the smallest order
    assert is_little(bought(book(), 7, "1"), D(quantity), MARKET.pair) is is_so


def test_little_is_measured_by_what_all_coins_of_the_lot_cost_and_by_the_least_quantity():
    kept = book()
    bought(kept, 7, "1", "1000")
    kept.apply_report(make.named_report(7, 1, 70, "0.9", "2000"))
    least = make.pair(step=D("0.01"), min_quantity=D("0.01"))
    assert not is_little(kept.lots[7], D("0.01"), least)  # 10 USDT's worth
    assert is_little(kept.lots[7], D("0.004"), least)


def test_of_nothing_all_is_little():
    assert is_little(replace(bought(book(), 7, "1"), buys=()), D(1), MARKET.pair)


def test_a_sell_that_was_refused_with_its_dust_is_tried_again_with_it():
    """Carried is carried: the lot keeps it, and its next SELL has it without taking it again."""
    kept = book()
    bought(kept, 6, "0.004")
    bought(kept, 7, "1.006")
    carry, sell = next_steps(kept, 7)
    kept.lots.transfer_dust(carry.transfer)
    order = kept.lots.record_sell_sent(sell, NOW)
    kept.lots.apply_order_event(order.name, OrderEvent.REFUSED, NOW, "refused")
    (again,) = decide_lot(kept, 7, PairConditions(NOW + 10**6))
    assert (again.quantity, again.cost) == (D("1.01"), D(101))
