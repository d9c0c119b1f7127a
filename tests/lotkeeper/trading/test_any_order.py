"""The same news in any order, and twice, ends in the same lot."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.decisions import PlaceSell
from lotkeeper.trading.fills import Fill
from tests.lotkeeper.trading import make

END = {"FILLED": "1", "CANCELED": "0.6", "EXPIRED": "0.6", "EXPIRED_IN_MATCH": "0.6"}


def story(order, end):
    """A SELL of 1 that fills in two parts, or ends after them, while the BUY goes on."""
    second = "0.2" if end != "FILLED" else "0.6"
    return [
        make.buy(3, quantity="0.5", price="101", fee="0.0005"),
        make.buy(6, quantity="0.25", price="99", fee="0.1", asset="USDT"),
        make.sell(4, quantity="0.4", price="100.11", fee="0.04"),
        make.sell(5, quantity=second, price="100.12", fee="0.06"),
        make.sell_report(order),
        make.sell_report(order, status="PARTIALLY_FILLED", executed="0.4"),
        make.sell_report(order, status=end, executed=END[end]),
    ]


def ended(news):
    book = make.book()
    book.take_fill(make.buy(1))
    make.place(book)
    for each in news:
        if isinstance(each, Fill):
            book.take_fill(each)
        else:
            book.take_report(each)
    decision = make.decision(book.lots[7], at=make.NOW + 10**9)
    if not isinstance(decision, PlaceSell):
        book.decided(book.lots[7], decision)
    assert not book.strays
    make.check(book.lots[7])
    return book.lots[7], decision


@pytest.mark.parametrize("end", END)
@given(data=st.data())
def test_any_order_and_twice(end, data):
    _, order = make.selling()
    news = story(order, end)
    expected = ended(news)
    shuffled = data.draw(st.permutations(news + data.draw(st.lists(st.sampled_from(news), max_size=7))))
    lot, decision = ended(shuffled)
    assert (lot, decision) == expected
    assert lot.sold == D(END[end])
