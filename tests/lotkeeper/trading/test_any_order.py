"""The same news in any order, and twice, ends in the same lot."""

from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.client_ids import cancel_id
from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.orders.states import OrderEvent
from lotkeeper.trading.selling.decisions import PlaceSell
from tests.lotkeeper.trading import make

END = {"FILLED": "1", "CANCELED": "0.6", "EXPIRED": "0.6", "EXPIRED_IN_MATCH": "0.6"}


def story(order, end, **last):
    """A SELL of 1 that fills in two parts, or ends after them, while the BUY goes on to its own end."""
    second = "0.2" if end != "FILLED" else "0.6"
    return [
        make.buy(3, quantity="0.5", price="101", fee="0.0005"),
        make.buy(6, quantity="0.25", price="99", fee="0.1", asset="USDT"),
        make.buy_report(executed="1.5", status="PARTIALLY_FILLED"),
        make.buy_report(executed="1.75"),
        make.sell(4, quantity="0.4", price="100.11", fee="0.04"),
        make.sell(5, quantity=second, price="100.12", fee="0.06"),
        make.sell_report(order),
        make.sell_report(order, status="PARTIALLY_FILLED", executed="0.4"),
        replace(make.sell_report(order, status=end, executed=END[end]), **last),
    ]


def ended(news, *, is_taken_back=False):
    """What the lot comes to, and what is decided about it then."""
    book = make.book()
    book.apply_fill(make.buy(1))
    order = make.place(book)
    if is_taken_back:
        book.apply_report(make.sell_report(order))
        book.lots.apply_order_event(order.name, OrderEvent.CANCEL_SENT, make.NOW)
    for each in news:
        if isinstance(each, Fill):
            book.apply_fill(each)
        else:
            book.apply_report(each)
    decision = make.decision(book.lots[7], at=make.NOW + 10**9)
    if not isinstance(decision, PlaceSell):
        book.lots.apply_decision(book.lots[7], decision)
    assert not book.manual_sales.unattributed
    make.check(book.lots[7])
    return book.lots[7], decision


def shuffled(data, news):
    """Each at least once, some twice, in any order."""
    return data.draw(st.permutations(news + data.draw(st.lists(st.sampled_from(news), max_size=7))))


@pytest.mark.parametrize("end", END)
@given(data=st.data())
def test_any_order_and_twice(end, data):
    _, order = make.selling()
    news = story(order, end)
    lot, decision = ended(shuffled(data, news))
    assert (lot, decision) == ended(news)
    assert lot.sold == D(END[end])
    assert lot.buy_ended


@pytest.mark.parametrize("end", END)
@given(data=st.data())
def test_a_sell_that_we_take_back_meanwhile(end, data):
    """Its cancel arrives, or comes too late for one that is sold or ended."""
    _, order = make.selling()
    news = story(order, end, cancel_id=cancel_id(order.name) if end == "CANCELED" else "")
    lot, decision = ended(shuffled(data, news), is_taken_back=True)
    assert (lot, decision) == ended(news, is_taken_back=True)
    assert lot.state is not LotState.HELD


@given(data=st.data())
def test_a_sell_that_a_person_makes_smaller_meanwhile(data):
    """From 1 to 0.6, under another name; what it was made smaller by is held until the pair is resumed."""
    _, order = make.selling()
    smaller = [
        replace(report, quantity=D("0.6"), client_id="web_9")
        for report in (
            make.sell_report(order, status="NEW"),
            make.sell_report(order, status="PARTIALLY_FILLED", executed="0.4"),
            make.sell_report(order, status="FILLED", executed="0.6"),
        )
    ]
    news = [each for each in story(order, "CANCELED") if getattr(each, "status", "") != "CANCELED"] + smaller
    known = [make.sell_report(order)]  # an order id is known for ours by then: the new name says nothing
    lot, decision = ended([*known, *shuffled(data, news)])
    assert (lot, decision) == ended([*known, *news])
    assert (lot.state, lot.sold, lot.remainder) == (LotState.HELD, D("0.6"), lot.received - D("0.6"))
