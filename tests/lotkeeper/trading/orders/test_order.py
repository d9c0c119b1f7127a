from dataclasses import replace
from decimal import Decimal as D
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.orders.order import apply_event, apply_report, share_of, with_executed
from lotkeeper.trading.orders.states import OrderEvent, OrderState
from tests.lotkeeper.trading import make

amounts = st.decimals(min_value=D("1E-8"), max_value=10**9, places=8)


def placing(quantity="1"):
    book = make.book()
    book.apply_fill(make.buy(quantity=quantity))
    return make.place(book)


def told(order, status, executed="0", order_id=70):
    return apply_report(order, make.sell_report(order, order_id, status, executed))


@given(cost=amounts, whole=amounts, part=amounts)
def test_shares_are_never_more_than_their_part_and_the_whole_is_exact(cost, whole, part):
    """Rounded down: what is sold never claims a cost that the rest would then not have to bring."""
    share = share_of(cost, part, whole)
    if part >= whole:
        assert share == cost
    else:
        exact = cost * part / whole
        assert exact - D("1E-11") <= share <= min(cost, exact + D("1E-17") * (1 + exact))
        assert share_of(cost, D(0), whole) == 0


def test_the_share_of_the_whole_is_all_of_it_however_many_digits_it_has():
    cost = D("0.9999999800000001")
    assert share_of(cost, D(1), D(1)) == share_of(cost, D(2), D(1)) == cost


def test_a_third_of_ten():
    assert share_of(D(10), D(1), D(3)) == D("3.333333333333")


def test_open_and_held_while_it_lives_and_after():
    order = told(placing("2"), "PARTIALLY_FILLED", "0.5")
    assert (order.open_quantity, order.cost_sold, order.covered_cost) == (D("1.5"), 50, 200)
    ended = told(order, "CANCELED", "0.5")
    assert (ended.open_quantity, ended.cost_sold, ended.covered_cost) == (0, 50, 50)
    assert ended.state is OrderState.CANCELED


def test_reports_in_any_order_and_twice_end_the_same():
    story = [("NEW", "0"), ("PARTIALLY_FILLED", "0.3"), ("PARTIALLY_FILLED", "0.6"), ("CANCELED", "0.6")]
    ends = set()
    for order in permutations(story):
        sell = placing()
        for status, executed in (*order, *order[1:3]):
            sell = told(sell, status, executed)
        ends.add((sell.state, sell.executed, sell.open_quantity))
    assert ends == {(OrderState.CANCELED, D("0.6"), 0)}


def test_executed_whole_is_filled_whatever_the_report_says():
    assert told(placing(), "PARTIALLY_FILLED", "1").state is OrderState.FILLED
    assert told(told(placing(), "CANCELED", "0.5"), "CANCELED", "1").state is OrderState.FILLED


@pytest.mark.parametrize("status", ["CANCELED", "EXPIRED", "EXPIRED_IN_MATCH", "REJECTED"])
def test_what_ended_with_fills_has_ended(status):
    """Binance enums.md: the final states may all carry an executed quantity."""
    order = told(placing(), status, "0.25")
    assert not order.is_live
    assert order.executed == D("0.25")


def test_executed_only_grows():
    order = told(placing(), "PARTIALLY_FILLED", "0.6")
    assert told(order, "NEW", "0").executed == D("0.6")
    assert with_executed(order, D("0.2")).executed == D("0.6")


def test_an_order_on_the_book_that_the_exchange_then_rejects_has_ended():
    assert not told(told(placing(), "NEW"), "REJECTED").is_live


def test_a_rejected_order_never_was_placed():
    order = told(placing(), "REJECTED")
    assert (order.state, order.order_id) == (OrderState.REFUSED, None)


def test_a_refused_one_that_stands_after_all_is_adopted():
    order = apply_event(placing(), OrderEvent.REFUSED, make.NOW)
    stands = told(order, "NEW")
    assert (stands.state, stands.order_id) == (OrderState.OPEN, 70)


def test_sent_again_counts_from_the_new_sending():
    lost = apply_event(placing(), OrderEvent.ANSWER_LOST, make.NOW + 5)
    assert (lost.state, lost.sent_ms, lost.updated_ms) == (OrderState.UNKNOWN, make.NOW, make.NOW)
    again = apply_event(lost, OrderEvent.SENT_AGAIN, make.NOW + 9)
    assert (again.state, again.sent_ms, again.updated_ms) == (OrderState.PLACING, make.NOW + 9, make.NOW + 9)


def test_an_order_with_a_status_not_known_stands_until_its_end_is_reported():
    standing = told(placing(), "HALTED")
    assert (standing.state, standing.open_quantity) == (OrderState.OPEN, standing.quantity)
    assert told(standing, "CANCELED").state is OrderState.CANCELED
    ended = told(told(placing(), "CANCELED"), "HALTED")
    assert ended.state is OrderState.CANCELED


def test_reports_know_their_end():
    report = make.sell_report(placing())
    assert not report.is_final
    assert replace(report, status="EXPIRED_IN_MATCH").is_final


def test_a_late_report_does_not_make_the_news_older():
    order = told(placing(), "NEW")
    late = replace(make.sell_report(order), time_ms=order.updated_ms - 5_000)
    assert apply_report(order, late).updated_ms == order.updated_ms
    newer = replace(late, time_ms=order.updated_ms + 5_000)
    assert apply_report(order, newer).updated_ms == order.updated_ms + 5_000


# Amended


def test_an_amendment_takes_its_share_of_the_cost_along():
    """Binance rest-api.md, "Order Amend": the quantity can only shrink."""
    order = replace(placing(), profit=D(1))
    smaller = apply_report(order, replace(make.sell_report(order), quantity=D("0.4"), status="NEW"))
    assert (smaller.quantity, smaller.cost, smaller.profit) == (D("0.4"), D(40), D("0.4"))
    assert smaller.state is OrderState.OPEN
    assert apply_report(smaller, make.sell_report(smaller)) == smaller


def test_an_older_report_makes_no_order_larger():
    order = placing()
    smaller = apply_report(order, replace(make.sell_report(order), quantity=D("0.4")))
    assert apply_report(smaller, make.sell_report(order)).quantity == D("0.4")


def test_an_order_made_as_small_as_what_it_sold_is_filled():
    order = told(placing(), "PARTIALLY_FILLED", "0.4")
    ended = apply_report(order, replace(make.sell_report(order, executed="0.4"), quantity=D("0.4")))
    assert (ended.state, ended.cost_sold, ended.open_quantity) == (OrderState.FILLED, D(40), 0)


def test_a_report_without_a_quantity_makes_no_order_smaller():
    order = placing()
    assert apply_report(order, replace(make.sell_report(order), quantity=D(0))).quantity == 1


def test_one_found_on_the_exchange_has_no_wanted_profit_to_share():
    order = replace(placing(), profit=None)
    assert apply_report(order, replace(make.sell_report(order), quantity=D("0.5"))).profit is None


# Cancelled by us


def test_who_cancelled_is_told_by_the_name_of_the_cancel():
    report = make.sell_report(placing(), status="CANCELED")
    assert not report.is_cancelled_by_us
    assert replace(report, cancel_id="lk1-7-1-x").is_cancelled_by_us
    assert not replace(report, cancel_id="web_1").is_cancelled_by_us
    assert replace(report, client_id="lk1-7-1-x").is_cancelled_by_us  # as a query shows it


@pytest.mark.parametrize("state", OrderState)
def test_what_can_be_cancelled_stands_on_the_book_and_has_a_number(state):
    order = replace(placing(), state=state)
    assert not order.is_cancelable
    stands = state in (OrderState.OPEN, OrderState.PARTIALLY_FILLED)
    assert replace(order, order_id=70).is_cancelable is stands
