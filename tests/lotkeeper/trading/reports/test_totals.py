from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.orders.states import OrderEvent
from lotkeeper.trading.reports.totals import Totals, totals_of
from tests.lotkeeper.trading import make

moments = st.none() | st.integers(0, 10**13)
counts = st.integers(0, 10**6)
sums = st.builds(Totals, counts, counts, counts, st.decimals(-(10**9), 10**9, places=8), moments)


@given(sums, sums, sums)
def test_sums_add_up_in_any_order(one, two, three):
    assert one + Totals() == one
    assert one + two == two + one
    assert (one + two) + three == one + (two + three)


def test_lots_and_their_sells():
    book, _ = make.selling()
    book.take_fill(make.sell(2, price="100.11", fee="0.10011"))
    other = make.book()
    other.take_fill(make.buy(3, 8))
    refused = make.place(other, 8)
    other.order_event(refused.name, OrderEvent.REFUSED, make.NOW)
    totals = totals_of([book.lots[7], other.lots[8]])
    # 100.11 - 0.10011 - 100
    assert totals == Totals(
        lots=2,
        sells_placed=1,
        sells_filled=1,
        realised_profit=D("0.00989"),
        first_sell_ms=make.NOW,
        fees_quote=D("0.10011"),
        fees=(("USDT", D("0.10011")),),
    )


def test_a_sell_that_the_exchange_rejected_by_event_never_was_placed():
    book = make.book()
    book.take_fill(make.buy())
    order = make.place(book)
    book.take_report(make.sell_report(order, status="REJECTED"))
    assert totals_of(book.lots.values()).sells_placed == 0


def test_profits_of_any_size_add_up_exactly():
    one = Totals(realised_profit=D("123456789012345678901234567.12345678"))
    assert (one + Totals(realised_profit=D("0.00000001"))).realised_profit == D("123456789012345678901234567.12345679")


def test_nothing():
    assert totals_of([]) == Totals()
