"""What a person asked to be sold of a lot, and how far it has come."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.instructions import InstructionEnd
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderEvent
from lotkeeper.trading.policy import Terms
from lotkeeper.trading.reports.armed_exits import ExitKind
from lotkeeper.trading.reports.explanation import explain
from lotkeeper.trading.reports.instructed_sales import InstructedSale, SaleState, instructed_sales
from lotkeeper.trading.selling.decide import decide
from lotkeeper.trading.selling.decisions import PlaceSell, Situation
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.instructing import instruction

BUY_ID = 7


def asked(quantity: str = "0.4", price: str = "90", number: int = 1, **more: object) -> PairBook:
    """A lot of 1 BTC without a SELL, of which so much is to be sold."""
    book = make.book()
    book.apply_fill(make.buy(order_id=BUY_ID))
    book.lots.instruct(BUY_ID, instruction(quantity, price, number, **more))
    return book


def placed(book: PairBook, order_id: int = 70) -> SellOrder:
    """What is decided now stands on the exchange."""
    step = decide(book.lots[BUY_ID], make.market(), make.policy(), Situation(make.NOW))[-1]
    assert isinstance(step, PlaceSell)
    book.apply_report(make.sell_report(book.lots.record_sell_sent(step, make.NOW), order_id))
    return book.lots.sell(step.name)


def sold(book: PairBook, order: SellOrder, quantity: str, trade_id: int = 2) -> None:
    book.apply_fill(make.sell(trade_id, order.order_id, quantity, str(order.price)))


def sales(book: PairBook) -> tuple[InstructedSale, ...]:
    return instructed_sales(book.lots[BUY_ID])


def figures(sale: InstructedSale) -> tuple[SaleState, D, D, D]:
    return sale.state, sale.sold, sale.brought, sale.left


def test_a_lot_that_nobody_asked_about_has_none():
    book, _ = make.selling()
    assert sales(book) == ()


def test_one_that_has_not_begun_has_all_of_it_left():
    (found,) = sales(asked())
    assert figures(found) == (SaleState.UNDER_WAY, 0, 0, D("0.4"))
    assert found.sells == ()


def test_a_part_that_is_sold_is_counted_with_what_it_brought():
    book = asked()
    order = placed(book)
    sold(book, order, "0.1")
    (found,) = sales(book)
    assert figures(found) == (SaleState.UNDER_WAY, D("0.1"), D(9), D("0.3"))
    assert [each.client_id for each in found.sells] == ["lk1-7-1m"]
    sold(book, order, "0.3", 3)
    assert figures(sales(book)[0]) == (SaleState.DONE, D("0.4"), D(36), 0)


def test_the_sells_of_the_policy_do_not_count():
    book = asked()
    placed(book)
    rest = placed(book, 71)
    assert not rest.name.is_instructed
    sold(book, rest, "0.6")
    assert figures(sales(book)[0]) == (SaleState.UNDER_WAY, 0, 0, D("0.4"))


def test_of_a_sale_of_all_what_another_sell_sold_meanwhile_counts_and_is_told():
    book, order = make.selling("1")
    book.lots.instruct(BUY_ID, instruction("1", "90", is_whole=True, from_generation=2))
    sold(book, order, "0.3")
    book.lots.apply_order_event(order.name, OrderEvent.CANCEL_SENT, make.NOW)
    book.apply_report(make.sell_report(order, 70, "CANCELED", "0.3", client_id=f"{order.client_id}-x"))
    sold(book, placed(book, 71), "0.2", 3)
    (found,) = sales(book)
    assert figures(found) == (SaleState.UNDER_WAY, D("0.2"), D(18), D("0.5"))
    assert found.sold_otherwise == D("0.3")


@pytest.mark.parametrize("end", InstructionEnd)
def test_one_that_has_ended_says_why_and_wants_nothing_more(end):
    book = asked()
    sold(book, placed(book), "0.1")
    book.lots.end_instruction(BUY_ID, end)
    assert figures(sales(book)[0]) == (SaleState(str(end)), D("0.1"), D(9), 0)


def test_of_several_each_has_its_own_sells():
    book = asked()
    sold(book, placed(book), "0.4")
    book.lots.instruct(BUY_ID, instruction("0.2", "95", 2, from_generation=2, sold_before=D("0.4")))
    sold(book, placed(book, 71), "0.1", 3)
    book.lots.instruct(BUY_ID, instruction("0.1", "99", 3, from_generation=3, sold_before=D("0.5")))
    first, second, third = sales(book)
    assert figures(first) == (SaleState.DONE, D("0.4"), D(36), 0)
    assert figures(second) == (SaleState.REPLACED, D("0.1"), D("9.5"), 0)
    assert figures(third) == (SaleState.UNDER_WAY, 0, 0, D("0.1"))


def test_a_lot_that_was_closed_in_another_way_leaves_nothing_to_do():
    book = asked(price="150")
    sold(book, placed(book), "0.1")
    lot = replace(book.lots[BUY_ID], state=LotState.CLOSED)
    (found,) = instructed_sales(lot)
    assert figures(found) == (SaleState.LOT_CLOSED, D("0.1"), D(15), 0)


def test_its_sell_is_an_exit_of_its_own_kind():
    book = asked()
    terms = Terms(make.market(), make.policy())
    (to_come,) = explain(book.lots[BUY_ID], terms, make.NOW).exits
    assert (to_come.kind, to_come.quantity, to_come.client_id) == (ExitKind.INSTRUCTION, D("0.4"), "")
    placed(book)
    found = explain(book.lots[BUY_ID], terms, make.NOW)
    assert [(each.kind, each.client_id) for each in found.exits] == [
        (ExitKind.INSTRUCTION, "lk1-7-1m"),
        (ExitKind.TARGET, ""),
    ]
    assert found.instructed == sales(book)
