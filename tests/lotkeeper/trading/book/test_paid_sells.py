"""The SELL that a BUY pays for: whose it is, by its name, by its list, in any order of the news, with or without a
database.
"""

from dataclasses import replace
from decimal import Decimal as D
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.lots.states import HoldReason
from lotkeeper.trading.orders.client_ids import cancel_id, paid_sell_id, paid_sell_name
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.selling.decisions import CancelSell, Close, PlaceSell, TransferDust, Wait
from lotkeeper.trading.selling.dust import is_fee_from_free_coins
from lotkeeper.trading.selling.order_slots import PairConditions
from lotkeeper.trading.selling.plan import decide_lot
from tests.lotkeeper.trading import make

LIST, PURCHASE = 12, "lkb-1-1-1"
NAME = paid_sell_name(7, PURCHASE)


def buy_report(status: str = "FILLED", executed: str = "1") -> OrderReport:
    return replace(make.buy_report(7, executed, status), client_id=PURCHASE, list_id=LIST)


def buy_fill(trade_id: int = 1, quantity: str = "1", **fee: str):
    return replace(make.buy(trade_id, quantity=quantity, **fee), list_id=LIST)


def sell_report(status: str = "NEW", executed: str = "0", quantity: str = "1", price: str = "101") -> OrderReport:
    numbers = D(price), D(quantity), D(executed), D(executed) * D(price)
    name = paid_sell_id(PURCHASE)
    return OrderReport(
        make.SYMBOL, 70, name, Side.SELL, status, *numbers, make.NOW + 10, created_ms=make.NOW - 5, list_id=LIST
    )


PENDING = sell_report("PENDING_NEW", quantity="0")


def sold(trade_id: int = 2, quantity: str = "1"):
    return replace(make.sell(trade_id, quantity=quantity), list_id=LIST)


@pytest.fixture
def book():
    """The BUY is filled, and its SELL stands."""
    found = make.book(market=make.market(), policy=make.policy("0.9"))
    found.apply_report(replace(buy_report("NEW"), executed=D(0)))
    found.apply_report(PENDING)
    found.apply_fill(buy_fill())
    found.apply_report(buy_report())
    found.apply_report(sell_report())
    return found


def steps(book, number=7):
    return decide_lot(book, number, PairConditions(make.NOW))


def test_while_the_buy_goes_on_the_lot_is_left_to_the_list():
    book = make.book(market=make.market(), policy=make.policy())
    book.apply_report(PENDING)
    book.apply_fill(buy_fill(quantity="0.4"))
    book.apply_report(buy_report("PARTIALLY_FILLED", "0.4"))
    assert book.lots[7].hold is HoldReason.ORDER_LIST
    assert isinstance(steps(book)[0], Wait)
    assert not book.manual_sales.order_ids
    # The BUY is cancelled, and with it the list: the lot is sold by the policy.
    book.apply_report(replace(PENDING, status="CANCELED", cancel_id="lkx-7"))
    book.apply_report(buy_report("CANCELED", "0.4"))
    (freed,) = book.order_lists.free({7})
    assert freed.hold is None
    (sell,) = steps(book)
    assert isinstance(sell, PlaceSell)
    assert (sell.quantity, sell.name.generation, sell.name.is_paid) == (D("0.4"), 1, False)


def test_once_it_stands_it_is_a_sell_of_the_lot(book):
    lot = book.lots[7]
    (order,) = lot.orders
    assert (lot.hold, order.name, order.state) == (None, NAME, OrderState.OPEN)
    assert (order.client_id, order.open_quantity, order.cost) == ("lkb-1-1-1-s", 1, 100)
    assert isinstance(steps(book)[0], Wait)
    assert not book.other_orders.ids
    assert not book.sells.pop_not_sent_here()
    assert book.lots.sell_of_id("lkb-1-1-1-s") is order
    book.apply_report(buy_report())  # a late copy
    assert book.lots[7].hold is None


def test_what_it_sells_is_no_manual_sale_and_the_lot_closes(book):
    book.apply_fill(sold())
    book.apply_report(sell_report("FILLED", "1"))
    assert book.apply_manual_sales() == []
    lot = book.lots[7]
    assert (lot.sold, lot.proceeds, lot.disposals, lot.remainder) == (1, 101, (), 0)
    assert steps(book) == (Close(""),)


NEWS = (
    lambda book: book.apply_report(PENDING),
    lambda book: book.apply_fill(buy_fill(1, "0.4")),
    lambda book: book.apply_fill(buy_fill(3, "0.6")),
    lambda book: book.apply_report(buy_report()),
    lambda book: book.apply_report(sell_report()),
    lambda book: book.apply_report(sell_report("FILLED", "1")),
    lambda book: book.apply_fill(sold()),
)


@pytest.mark.parametrize("order", list(permutations(range(7)))[::61])
def test_in_any_order_of_the_news_it_is_sold_once(order):
    """What a comparison asks is answered at the end: the BUY, its trades, and the SELL of a lot that was not here."""
    book = make.book(market=make.market(), policy=make.policy(), adopts_all_buys=True)
    for number in (*order, *order):
        NEWS[number](book)
        for each in book.paid_sells.pop_known():
            book.apply_report(each)
        if 7 in book.lots and book.lots[7].remainder >= 0:
            assert not any(isinstance(step, PlaceSell) for step in steps(book))
    assert not book.paid_sells.unknown_purchases
    if 7 in book.buys_to_rebuild:
        book.rebuild_lot(7)
    book.apply_fill(sold())
    book.apply_manual_sales()
    lot = book.lots[7]
    assert (lot.sold, lot.disposals, lot.remainder) == (1, (), 0)
    assert [each.name for each in lot.orders] == [NAME]


def test_without_its_buy_it_waits_for_it_and_is_nobodys_meanwhile():
    book = make.book()
    book.apply_report(sell_report())
    assert book.paid_sells.unknown_purchases == [PURCHASE]
    assert (list(book.lots), list(book.buys_to_rebuild), book.manual_sales.order_ids) == ([], [], set())
    book.apply_report(buy_report())
    (known,) = book.paid_sells.pop_known()
    book.apply_report(known)
    assert (book.paid_sells.unknown_purchases, list(book.buys_to_rebuild)) == ([], [7])


def test_a_cancel_takes_its_name_and_its_list_tells_it(book):
    by_hand = replace(sell_report("CANCELED", "0.25"), client_id="web_9")
    other = make.book(market=make.market(), policy=make.policy())
    other.apply_fill(buy_fill())
    other.apply_report(buy_report())
    other.apply_report(by_hand)  # as a query shows it, to a book that has never seen the SELL
    assert [(each.name, each.executed) for each in other.lots[7].orders] == [(NAME, D("0.25"))]
    book.apply_report(replace(by_hand, client_id=paid_sell_id(PURCHASE), cancel_id="web_9"))
    assert book.lots[7].hold is HoldReason.CANCELLED_BY_HAND
    assert replace(by_hand, cancel_id=cancel_id(NAME)).is_cancelled_by_us


def test_one_that_the_exchange_rejects_leaves_the_lot_to_the_policy(book):
    book = make.book(market=make.market(), policy=make.policy())
    book.apply_fill(buy_fill())
    book.apply_report(buy_report())
    book.apply_report(sell_report("EXPIRED"))
    lot = book.lots[7]
    assert (lot.hold, lot.orders[0].state) == (None, OrderState.EXPIRED)
    (found,) = decide_lot(book, 7, PairConditions(make.NOW + 3_600_000))
    assert isinstance(found, PlaceSell)
    assert (found.quantity, found.name.generation) == (1, 1)


def test_another_wanted_profit_replaces_it(book):
    book.set_terms(make.market(), make.policy("5"))
    known = PairConditions(make.NOW)
    (cancel,) = decide_lot(book, 7, known)
    assert isinstance(cancel, CancelSell)
    assert (cancel.name, cancel.order_id) == (NAME, 70)


def test_one_that_asks_for_what_is_wanted_stays(book):
    book = make.book(market=make.market(), policy=make.policy("0.5"))
    book.apply_fill(buy_fill())
    book.apply_report(buy_report())
    book.apply_report(sell_report(price="100.61"))  # the floor: 100.5 / 0.999 = 100.6006...
    assert isinstance(steps(book)[0], Wait)


# The fee of the BUY, taken from free coins


def whole(*, others: tuple = ()):
    """Its SELL sells all that was bought: the fee of the BUY was taken from elsewhere."""
    book = make.book(market=make.market(), policy=make.policy("0.5"))
    for each in others:
        book.apply_fill(each)
        book.apply_report(make.buy_report(each.order_id, str(each.quantity)))
    book.apply_fill(buy_fill(fee="0.001"))
    book.apply_report(buy_report())
    book.apply_report(sell_report(price="100.61"))
    return book


def test_coins_of_other_lots_make_up_for_it():
    dust = make.buy(5, 4, "0.002", "100")
    book = whole(others=(dust,))
    assert book.lots[7].remainder == D("-0.001")
    transfer, *_ = steps(book)
    assert isinstance(transfer, TransferDust)
    assert (transfer.transfer.source, transfer.transfer.target) == (4, 7)


def test_coins_of_the_owner_may_pay_for_it():
    book = whole()
    (waits,) = steps(book)
    assert isinstance(waits, Wait)
    assert "SELLs on the book" in waits.why
    book.apply_fill(sold())
    book.apply_report(sell_report("FILLED", "1", price="100.61"))
    assert steps(book) == (Close(""),)


def test_more_than_the_fee_is_not_explained_by_it():
    book = make.book(market=make.market(), policy=make.policy("0.5"))
    book.apply_fill(buy_fill(quantity="0.999", fee="0.0005"))
    book.apply_report(buy_report(executed="0.999"))
    book.apply_report(sell_report(price="100.61"))
    (waits,) = steps(book)
    assert isinstance(waits, Wait)
    assert "more than was received" in waits.why


@given(st.lists(st.sampled_from(range(7)), max_size=14))
def test_whatever_comes_however_often_nothing_is_sold_twice(numbers):
    book = make.book(market=make.market(), policy=make.policy())
    for number in numbers:
        NEWS[number](book)
        for each in list(book.paid_sells.pop_known()):
            book.apply_report(each)
        book.apply_manual_sales()
        lot = book.lots.get(7)
        if lot is None:
            continue
        assert lot.disposals == ()
        placed = [step for step in steps(book) if isinstance(step, PlaceSell)]
        has_begun = any(each in numbers for each in (4, 5)) and 3 in numbers
        assert not (placed and has_begun)


def test_what_is_heard_of_later_is_its_cost_as_well():
    """It was created before its BUY was filled, and sells all of it."""
    book = make.book(market=make.market(), policy=make.policy("0.9"))
    book.apply_report(replace(buy_report("NEW"), executed=D(0)))
    book.apply_fill(buy_fill(1, "0.4"))
    book.apply_report(sell_report())
    book.apply_fill(buy_fill(3, "0.6"))
    assert book.lots[7].orders[0].cost == 100


def test_a_sell_that_was_placed_alone_takes_no_fee_from_free_coins():
    alone = make.book(market=make.market(), policy=make.policy("0.5"))
    alone.apply_fill(make.buy(fee="0.001"))
    alone.apply_report(make.buy_report())
    alone.apply_report(make.named_report(7, 1, 70, "1", "100.61"))
    for book, is_fee in ((alone, False), (whole(), True)):
        assert book.lots[7].remainder == D("-0.001")
        assert is_fee_from_free_coins(book.lots[7], D("0.001")) is is_fee
