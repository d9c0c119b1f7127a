"""What a person's sell instruction makes of a lot: one sale, of what was asked, and then the policy again."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.filters.amounts import PercentPrice
from lotkeeper.trading.lots.instructed import left_to_sell, standing_instruction
from lotkeeper.trading.lots.instructions import InstructionEnd
from lotkeeper.trading.lots.states import HoldEvent, HoldReason, LotState
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderEvent, OrderState
from lotkeeper.trading.policy import AgeStep, Rung
from lotkeeper.trading.selling.decide import decide
from lotkeeper.trading.selling.decisions import (
    CancelSell,
    Close,
    Decision,
    EndInstruction,
    Park,
    PlaceSell,
    Queue,
    Situation,
    Wait,
)
from lotkeeper.trading.selling.order_slots import PairConditions
from lotkeeper.trading.selling.plan import decide_lot
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.instructing import instruction

BUY_ID = 7


def steps(book: PairBook, by=None, at=make.NOW, on=None, **around) -> tuple[Decision, ...]:
    return decide(book.lots[BUY_ID], on or make.market(), by or make.policy(), Situation(at, **around))


def step(book: PairBook, **around) -> Decision:
    (found,) = steps(book, **around)
    return found


def instructed(quantity: str = "1", price: str = "90", *, standing: str = "1", **more) -> PairBook:
    """A lot of 1 BTC bought at 100 whose SELL stands, and an instruction to sell so much of it."""
    book, order = make.selling(standing)
    book.lots.instruct(BUY_ID, instruction(quantity, price, from_generation=2, **more))
    assert order.name.generation == 1
    return book


def cancelled(book: PairBook, order: SellOrder, sold: str = "0") -> None:
    book.lots.apply_order_event(order.name, OrderEvent.CANCEL_SENT, make.NOW)
    if D(sold):
        book.apply_fill(make.sell(90, order.order_id, sold, str(order.price)))
    report = make.sell_report(order, order.order_id, "CANCELED", sold, client_id=f"{order.client_id}-x")
    book.apply_report(report)


def placed(book: PairBook, order_id: int = 71, **around) -> SellOrder:
    """The SELL that is decided now stands on the exchange's book."""
    found = step(book, **around)
    assert isinstance(found, PlaceSell), found
    order = book.lots.record_sell_sent(found, make.NOW)
    book.apply_report(make.sell_report(order, order_id))
    return book.lots.sell(order.name)


def filled(book: PairBook, order: SellOrder, quantity: str, status: str = "FILLED", trade_id: int = 91) -> None:
    book.apply_fill(make.sell(trade_id, order.order_id, quantity, str(order.price)))
    book.apply_report(make.sell_report(order, order.order_id, status, quantity))


def standing_order(book: PairBook) -> SellOrder:
    (order,) = book.lots[BUY_ID].live_sells
    return order


def test_what_stands_is_cancelled_then_it_is_sold_at_the_asked_price_and_no_more():
    book = instructed("1", "90")
    found = step(book)
    assert isinstance(found, CancelSell)
    assert found.name.generation == 1
    cancelled(book, standing_order(book))
    order = placed(book)
    assert (order.client_id, order.price, order.quantity, order.cost) == ("lk1-7-2m", D(90), D(1), D(100))
    assert order.profit == D("89.91") - 100  # what it brings after the fee, less the cost
    assert isinstance(step(book), Wait)
    filled(book, order, "1")
    assert isinstance(step(book), Close)
    make.check(book.lots[BUY_ID])


def test_a_part_is_sold_and_the_rest_stands_at_its_floor():
    book = instructed("0.4", "90")
    cancelled(book, standing_order(book))
    order = placed(book)
    assert (order.quantity, order.cost) == (D("0.4"), D(40))
    rest = placed(book, 72)
    assert (rest.client_id, rest.quantity, rest.cost, rest.price) == ("lk1-7-3", D("0.6"), D(60), D("100.11"))
    filled(book, order, "0.4")
    assert isinstance(step(book), Wait)
    assert left_to_sell(book.lots[BUY_ID], book.lots[BUY_ID].instructions[0]) == 0


def test_without_the_word_nothing_is_sold_below_the_floor():
    book = instructed("1", "90", is_below_floor_allowed=False)
    cancelled(book, standing_order(book))
    assert placed(book).price == D("100.11")


def test_a_price_above_the_floor_is_that_price():
    book = instructed("1", "150", is_below_floor_allowed=False)
    cancelled(book, standing_order(book))
    order = placed(book)
    assert order.price == 150
    assert isinstance(step(book, by=make.policy("1")), Wait)  # no change of the policy prices it otherwise


def test_a_cancel_that_came_too_late_sells_only_what_was_left():
    """All of the lot was asked for: what its own SELL sold meanwhile is sold."""
    book = instructed("1", "90", is_whole=True)
    cancelled(book, standing_order(book), sold="0.7")
    order = placed(book)
    assert order.quantity == D("0.3")
    filled(book, order, "0.3")
    assert isinstance(step(book), Close)
    book.apply_fill(make.buy(5, BUY_ID, "1", "100"))  # the BUY goes on
    assert placed(book, 73).client_id == "lk1-7-3"  # by the policy


def test_of_a_part_only_its_own_sells_count():
    book = instructed("0.5", "90")
    cancelled(book, standing_order(book), sold="0.2")
    assert placed(book).quantity == D("0.5")
    assert placed(book, 72).quantity == D("0.3")


def test_what_it_sold_is_never_sold_again_whatever_became_of_its_sell():
    """A SELL whose answer was lost covers its part until the exchange has said what became of it."""
    book = instructed("0.4", "90")
    cancelled(book, standing_order(book))
    found = step(book)
    order = book.lots.record_sell_sent(found, make.NOW)
    assert isinstance(step(book), Wait)
    book.lots.apply_order_event(order.name, OrderEvent.ANSWER_LOST, make.NOW)
    assert isinstance(step(book), Wait)
    book.apply_report(make.sell_report(order, 71, "FILLED", "0.4"))
    assert placed(book, 72).client_id == "lk1-7-3"


def test_a_crash_before_the_sell_was_recorded_sells_it_once():
    """The instruction is in the database, and its SELL is found on the exchange."""
    sent = instructed("0.4", "90")
    cancelled(sent, standing_order(sent))
    before = sent.lots[BUY_ID]
    order = placed(sent)
    again = make.book(market=make.market(), policy=make.policy())
    again.load_lots([before])
    again.apply_report(make.sell_report(order, 71, "FILLED", "0.4"))
    again.apply_fill(make.sell(91, 71, "0.4", "90"))
    (found,) = (each for each in again.lots[BUY_ID].orders if each.name.is_instructed)
    assert (found.executed, found.cost) == (D("0.4"), D(40))  # it bears its share, though it does not bring it
    assert placed(again, 72).client_id == "lk1-7-3"


def test_a_lost_database_loses_the_instruction_and_not_its_sell():
    sent = instructed("1", "90")
    cancelled(sent, standing_order(sent))
    order = placed(sent)
    again = make.book(market=make.market(), policy=make.policy())
    again.apply_fill(make.buy())
    again.apply_report(make.sell_report(order, 71))
    assert isinstance(step(again), Wait)
    assert [each.client_id for each in again.lots[BUY_ID].live_sells] == ["lk1-7-2m"]


def test_withdrawn_its_sell_is_cancelled_and_the_policy_goes_on():
    book = instructed("1", "150")
    cancelled(book, standing_order(book))
    order = placed(book)
    book.lots.end_instruction(BUY_ID, InstructionEnd.WITHDRAWN)
    found = step(book)
    assert (type(found), found.name) == (CancelSell, order.name)
    cancelled(book, standing_order(book))
    assert placed(book, 72).client_id == "lk1-7-3"


def test_a_newer_instruction_takes_the_place_of_one_that_stands():
    book = instructed("1", "150")
    cancelled(book, standing_order(book))
    placed(book)
    book.lots.instruct(BUY_ID, instruction("1", "140", 2, from_generation=3))
    assert book.lots[BUY_ID].instructions[0].end is InstructionEnd.REPLACED
    assert isinstance(step(book), CancelSell)
    cancelled(book, standing_order(book))
    assert (placed(book, 72).client_id, standing_order(book).price) == ("lk1-7-3m", 140)


@pytest.mark.parametrize("event", ["CANCELED", "smaller"])
def test_a_person_who_cancels_its_sell_on_the_exchange_ends_it(event):
    book = instructed("1", "150")
    cancelled(book, standing_order(book))
    order = placed(book)
    report = make.sell_report(order, 71, "NEW")
    smaller = replace(report, quantity=D("0.5"))
    book.apply_report(smaller if event == "smaller" else replace(report, status="CANCELED", client_id="web-1"))
    lot = book.lots[BUY_ID]
    assert (lot.instructions[0].end, lot.state) == (InstructionEnd.CANCELLED, LotState.HELD)
    assert standing_instruction(lot) is None


def test_a_lot_that_a_person_holds_is_sold_by_an_instruction_all_the_same():
    book, order = make.selling()
    book.apply_report(make.sell_report(order, 70, "CANCELED", client_id="web-1"))
    assert book.lots[BUY_ID].hold is HoldReason.CANCELLED_BY_HAND
    book.lots.instruct(BUY_ID, instruction("0.4", "90", from_generation=2))
    assert placed(book).quantity == D("0.4")
    assert isinstance(step(book), Wait)  # the rest is held
    assert book.lots[BUY_ID].state is LotState.HELD


def test_a_lot_that_is_released_is_not_sold():
    book = instructed("1", "90")
    cancelled(book, standing_order(book))
    order = placed(book)
    book.lots.apply_hold_event(BUY_ID, HoldEvent.RELEASED)
    found = step(book)
    assert (type(found), found.name) == (CancelSell, order.name)


def test_what_is_not_recorded_yet_is_not_done_yet():
    book = instructed("1", "90", is_recorded=False)
    assert isinstance(step(book), Wait)
    book.lots.note_recorded_instruction(BUY_ID)
    assert isinstance(step(book), CancelSell)


def test_nothing_is_cancelled_where_the_sell_could_not_be_placed_at_once():
    book = instructed("1", "90")
    for around in ({"obstacle": "the pair is paused"}, {"pause": "the exchange asks to wait"}, {"free_balance": D(0)}):
        assert isinstance(step(book, **around), Wait), around
    halted = make.market(status="HALT")
    assert isinstance(step(book, on=halted), Wait)
    capped = instructed("1", "0.001")  # worth less than the smallest order
    assert isinstance(step(capped), Wait)


def test_a_sell_is_chosen_that_is_just_large_enough():
    book = make.book()
    for trade_id, part in enumerate(("0.2", "0.5", "0.3"), start=1):
        book.apply_fill(make.buy(trade_id, BUY_ID, part, "100"))
        make_sell = make.place(book)
        book.apply_report(make.sell_report(make_sell, 70 + trade_id))
    book.lots.instruct(BUY_ID, instruction("0.25", "90", from_generation=4))
    assert step(book).name.generation == 3
    book.lots.instruct(BUY_ID, instruction("0.7", "90", 2, from_generation=4))
    assert [each.name.generation for each in steps(book)] == [2, 1]


def test_an_exchange_that_refuses_it_three_times_ends_it():
    book = instructed("1", "90")
    cancelled(book, standing_order(book))
    at = make.NOW
    for _ in range(3):
        at += 600_000
        found = step(book, at=at)
        assert isinstance(found, PlaceSell)
        assert found.name.is_instructed
        order = book.lots.record_sell_sent(found, at)
        book.lots.apply_order_event(order.name, OrderEvent.REFUSED, at)
    assert step(book, at=at + 600_000) == EndInstruction()
    book.lots.end_instruction(BUY_ID, InstructionEnd.REFUSED)
    assert not step(book, at=at + 600_000).name.is_instructed
    assert isinstance(step(book, at=at), Park)


def test_what_the_policy_places_between_its_refusals_makes_no_new_beginning():
    """While the exchange's reference price is known to forbid it, the policy goes on; then it is tried again."""
    far = make.market("0.001", PercentPrice(D(2), D(0)))
    book = instructed("1", "500")
    at, order = make.NOW, standing_order(book)
    for tried in range(3):
        cancelled(book, order)
        found = step(book, at=at, on=far)
        assert (found.price, found.name.is_instructed) == (500, True)
        refused = book.lots.record_sell_sent(found, at)
        book.lots.apply_order_event(refused.name, OrderEvent.REFUSED, at)
        if tried < 2:
            order = placed(book, 72 + tried, at=at + 5_000, on=far, reference_price=D(100))
            assert not order.name.is_instructed
        at += 120_000
        assert tried == 2 or isinstance(step(book, at=at, on=far), CancelSell)
    assert step(book, at=at, on=far) == EndInstruction()


def test_a_refusal_after_another_keeps_the_lot_waiting_as_any_sell_does():
    book = instructed("1", "90")
    cancelled(book, standing_order(book))
    order = book.lots.record_sell_sent(step(book), make.NOW)
    book.lots.apply_order_event(order.name, OrderEvent.REFUSED, make.NOW)
    assert isinstance(step(book), Park)


def test_one_that_was_not_sent_leaves_its_name_to_the_next_of_its_kind():
    book = instructed("0.4", "90")
    cancelled(book, standing_order(book))
    order = book.lots.record_sell_sent(step(book), make.NOW)
    book.lots.apply_order_event(order.name, OrderEvent.NOT_SENT, make.NOW)
    assert step(book).name == order.name
    book.lots.end_instruction(BUY_ID, InstructionEnd.WITHDRAWN)
    assert (step(book).name.generation, step(book).name.is_instructed) == (3, False)
    policy_sell = book.lots.record_sell_sent(step(book), make.NOW)
    book.lots.apply_order_event(policy_sell.name, OrderEvent.NOT_SENT, make.NOW)
    book.lots.instruct(BUY_ID, instruction("0.4", "90", 2, from_generation=3))
    assert step(book).name.generation == 4


def test_a_lot_too_large_for_one_order_is_sold_in_several():
    book = instructed("1", "90")
    cancelled(book, standing_order(book))
    small = make.market(max_notional=D(50))
    first = placed(book, on=small)
    assert first.quantity == D("0.55555")
    assert placed(book, 72, on=small).quantity == D("0.44445")


def test_with_every_order_slot_taken_it_waits_for_its_turn():
    book = instructed("1", "90")
    cancelled(book, standing_order(book))
    book.apply_fill(make.buy(5, 8, "1", "100"))
    other = make.place(book, 8)
    book.apply_report(make.sell_report(other, 80))
    book.set_terms(make.market(max_orders=1), make.policy())
    (found,) = decide_lot(book, BUY_ID, PairConditions(make.NOW))
    assert isinstance(found, Queue)
    assert found.price == 90


def test_no_part_of_a_ladder_and_no_step_of_an_age_prices_it():
    ladder = replace(make.policy(), ladder=(Rung(D(50), D(0)), Rung(D(50), D(5))))
    book = instructed("1", "90")
    cancelled(book, standing_order(book))
    placed(book)
    assert isinstance(step(book, by=ladder), Wait)
    aged = replace(make.policy("1"), age=(AgeStep(0, D(0)),))
    assert isinstance(step(book, by=aged), Wait)


def test_its_sells_do_not_count_to_the_most_that_stand_and_are_merged_with_none():
    single = replace(make.policy(), max_sells=1)
    book = instructed("0.4", "150")
    cancelled(book, standing_order(book))
    placed(book, by=single)
    rest = placed(book, 72, by=single)
    assert (rest.quantity, rest.state) == (D("0.6"), OrderState.OPEN)
    book.apply_fill(make.buy(5, BUY_ID, "1", "100"))
    found = step(book, by=single)
    assert (type(found), found.name) == (CancelSell, rest.name)


@pytest.mark.parametrize(("price", "left"), [("90", "51"), ("104", "50.5")])
def test_a_sale_under_its_floor_takes_its_share_of_the_cost_alone_and_one_at_its_floor_what_the_first_sell_lacks(
    price, left
):
    """The SELL of the first fill is cheaper than half of the lot; what makes up for that is asked of those after it."""
    book, _ = make.selling("1", "100")
    book.apply_fill(make.buy(2, quantity="1", price="102"))
    book.lots.instruct(BUY_ID, instruction("0.5", price, from_generation=2))
    order = placed(book)
    assert (order.price, order.quantity) == (D(price), D("0.5"))
    assert book.lots[BUY_ID].uncovered_cost == D(left)
