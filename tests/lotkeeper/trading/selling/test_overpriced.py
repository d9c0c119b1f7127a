"""A wanted profit in quote is the whole lot's: what was placed for a part of it is placed anew for less."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.lots.states import HoldEvent
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.states import OrderEvent
from lotkeeper.trading.policy import ExitPolicy
from lotkeeper.trading.selling.decide import decide
from lotkeeper.trading.selling.decisions import CancelSell, PlaceSell, Situation, Wait, WaitUntil
from lotkeeper.trading.selling.overpriced import overpriced_sells
from tests.lotkeeper.trading import make

TWO = ExitPolicy(D("0.1"), min_net_profit=D(2))
MARKET = make.market(rate="0")


def first_part(quantity="0.1"):
    """The SELL of a first part stands on the book, and asks for the whole profit."""
    book = make.book()
    book.apply_fill(make.buy(1, quantity=quantity, price="1000"))
    order = make.place(book, on=MARKET, by=TWO)
    book.apply_report(make.sell_report(order, 70))
    return book


def decided(book, **around):
    return decide(book.lots[7], MARKET, TWO, Situation(make.NOW, **around))


def test_a_first_part_asks_for_the_whole_profit_and_a_second_for_its_share():
    book = first_part()
    assert book.lots[7].orders[0].price == 1020  # (100 + 2) / 0.1
    book.apply_fill(make.buy(2, quantity="0.05", price="1000"))
    (second,) = decided(book)
    assert isinstance(second, PlaceSell)
    assert second.price == D("1013.34")  # (50 + 2 * 0.05 / 0.15) / 0.05


def test_when_the_buy_has_ended_what_asks_for_too_much_is_taken_back_and_sold_with_the_rest():
    book = first_part()
    book.apply_fill(make.buy(2, quantity="0.05", price="1000"))
    book.apply_report(make.buy_report(executed="0.15"))
    (back,) = decided(book)
    assert isinstance(back, CancelSell)
    assert back.name == SellName(7, 1)
    assert back.why == "what was bought since shares its profit: it is sold at 1013.34"
    order = book.lots[7].orders[0]
    book.lots.apply_order_event(back.name, OrderEvent.CANCEL_SENT, make.NOW)
    assert decided(book) == (Wait(f"the cancel of SELL {order.client_id}", WaitUntil.OUTCOME),)
    book.apply_report(make.sell_report(order, 70, "CANCELED"))
    assert make.place(book, on=MARKET, by=TWO).quantity == D("0.15")
    assert book.lots[7].orders[1].price == D("1013.34")  # (150 + 2) / 0.15
    book.apply_report(make.sell_report(book.lots[7].orders[1], 71))
    assert decided(book) == (Wait("its SELLs on the book", WaitUntil.SOLD),)


def test_while_the_buy_goes_on_it_is_taken_back_for_half_the_profit():
    book = first_part()
    book.apply_fill(make.buy(2, quantity="0.09", price="1000"))
    assert not overpriced_sells(book.lots[7], MARKET.pair, TWO)
    book.apply_fill(make.buy(3, quantity="0.01", price="1000"))
    assert [order.name for order in overpriced_sells(book.lots[7], MARKET.pair, TWO)] == [SellName(7, 1)]


def test_all_that_ask_for_too_much_are_taken_back_together():
    book = first_part()
    book.apply_fill(make.buy(2, quantity="0.05", price="1000"))
    book.apply_report(make.sell_report(make.place(book, on=MARKET, by=TWO), 71))
    book.apply_fill(make.buy(3, quantity="0.6", price="1000"))
    steps = decided(book)
    assert [step.name.generation for step in steps] == [1, 2]
    assert all(isinstance(step, CancelSell) for step in steps)


def test_a_thousandth_of_the_price_is_worth_it_and_less_is_not():
    # 2 / 100 of profit on a cost of 100, and 2 * 0.1 / whole is fair: 102 * 0.001 less is asked from 0.10538 on
    for bought, is_dear in (("0.00537", False), ("0.00538", True)):
        book = first_part()
        book.apply_fill(make.buy(2, quantity=bought, price="1000"))
        book.apply_report(make.buy_report(executed=str(D("0.1") + D(bought))))
        assert bool(overpriced_sells(book.lots[7], MARKET.pair, TWO)) is is_dear


def test_what_is_cheaper_than_all_of_them_together_stays():
    """A BUY that climbs: 0.1 at 100 and at 200 ask for 12 and 21; three together would ask for 16.25 and more."""
    book = make.book()
    for number, price in ((1, "100"), (2, "200")):
        book.apply_fill(make.buy(number, quantity="0.1", price=price))
        book.apply_report(make.sell_report(make.place(book, on=MARKET, by=TWO), 69 + number))
    assert [order.price for order in book.lots[7].orders] == [120, 210]
    book.apply_fill(make.buy(3, quantity="0.2", price="150"))
    book.apply_report(make.buy_report(executed="0.4"))
    # (60 + 2) / 0.4 = 155 is more than 120: only the second is taken back; (20 + 30 + 2 * 0.3 / 0.4) / 0.3 = 171.66...
    assert len(overpriced_sells(book.lots[7], MARKET.pair, TWO)) == 2
    (back,) = decided(book)
    assert back == CancelSell(SellName(7, 2), 71, "what was bought since shares its profit: it is sold at 171.67")


def test_what_a_filter_raises_to_the_same_price_stays():
    market = make.market(rate="0", min_price=D(1020))
    book = first_part()
    book.apply_fill(make.buy(2, quantity="0.4", price="1000"))
    (step,) = decide(book.lots[7], market, TWO, Situation(make.NOW))
    assert isinstance(step, PlaceSell)


@pytest.mark.parametrize(
    "around",
    [{"obstacle": "the pair is paused"}, {"free_balance": D("0.05")}],
    ids=["paused", "coins are short"],
)
def test_nothing_is_taken_back_that_could_not_be_placed_anew(around):
    book = first_part()
    book.apply_fill(make.buy(2, quantity="0.4", price="1000"))
    assert not any(isinstance(step, CancelSell) for step in decided(book, **around))


def test_nor_what_a_person_holds():
    book = first_part()
    book.apply_fill(make.buy(2, quantity="0.4", price="1000"))
    book.lots.apply_hold_event(7, HoldEvent.CANCELLED)
    assert not any(isinstance(step, CancelSell) for step in decided(book))


def test_nor_what_would_be_too_little_for_an_order():
    """At its fair price the SELL would be worth less than the smallest order."""
    market = make.market(rate="0", min_notional=D(101), max_quantity=D("0.1"))
    book = first_part()
    book.apply_fill(make.buy(2, quantity="0.3", price="1000"))
    assert overpriced_sells(book.lots[7], market.pair, TWO)
    (step,) = decide(book.lots[7], market, TWO, Situation(make.NOW))
    assert not isinstance(step, CancelSell)


def test_a_profit_in_percent_is_never_shared():
    book = first_part()
    book.apply_fill(make.buy(2, quantity="0.4", price="1000"))
    assert not overpriced_sells(book.lots[7], MARKET.pair, replace(TWO, min_net_profit=D(0)))


def test_where_the_percentage_is_more_it_is_that_which_stays():
    """1.5 % of 100 is 1.5, more than half of the 2 that were asked for, however much is bought since."""
    policy = ExitPolicy(D("1.5"), min_net_profit=D(2))
    book = make.book()
    book.apply_fill(make.buy(1, quantity="0.1", price="1000"))
    book.apply_report(make.sell_report(make.place(book, on=MARKET, by=policy), 70))
    book.apply_fill(make.buy(2, quantity="5", price="1000"))
    assert not overpriced_sells(book.lots[7], MARKET.pair, policy)
    book.apply_report(make.buy_report(executed="5.1"))
    assert overpriced_sells(book.lots[7], MARKET.pair, policy)


def test_a_sell_found_on_the_exchange_stays():
    """Nobody knows what it was meant to bring."""
    book = make.book()
    book.apply_fill(make.buy(1, quantity="1", price="1000"))
    book.apply_report(make.named_report(7, 1, 70, "0.1", "1500"))
    assert not overpriced_sells(book.lots[7], MARKET.pair, TWO)
