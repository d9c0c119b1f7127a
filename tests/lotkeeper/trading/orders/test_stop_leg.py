"""A SELL that is an order list: two orders for the same coins, whose news come in any order, twice, late or never."""

from dataclasses import replace
from decimal import Decimal as D
from itertools import permutations

import pytest

from lotkeeper.trading.lots.lot import Lot, with_buy, with_order, with_sell
from lotkeeper.trading.orders.client_ids import SellName, client_order_id, stop_id
from lotkeeper.trading.orders.order import OrderReport, SellOrder, apply_event, apply_report, differs_from_record
from lotkeeper.trading.orders.states import OrderEvent, OrderState
from lotkeeper.trading.orders.stop_leg import STOP_TYPE, StopLeg, StopPrices, with_all_known
from tests.lotkeeper.trading import make

NAME = SellName(7, 1)
TARGET, STOP = 70, 71
PRICES = StopPrices(D(92), D("91.54"))
News = tuple[int, str, str]  # the order, its status, what it has sold


def pair(state: OrderState = OrderState.PLACING) -> SellOrder:
    return SellOrder(
        make.SYMBOL,
        NAME,
        D("101.11"),
        D(1),
        D(100),
        state,
        make.NOW,
        profit=D(1),
        sell_rate=D("0.001"),
        stop=StopLeg(PRICES),
    )


def report(order_id: int, status: str, executed: str = "0") -> OrderReport:
    is_stop = order_id == STOP
    plain = make.named_report(7, 1, order_id, "1", "91.54" if is_stop else "101.11", status, executed)
    named = replace(plain, client_id=stop_id(NAME)) if is_stop else plain
    return replace(
        named, list_id=5, order_type=STOP_TYPE if is_stop else "LIMIT_MAKER", stop_price=D(92 if is_stop else 0)
    )


def told(order: SellOrder, *news: News) -> SellOrder:
    for each in news:
        order = apply_report(order, report(*each))
    return order


NEW = ((TARGET, "NEW", "0"), (STOP, "NEW", "0"))
TRIGGERED = ((TARGET, "EXPIRED", "0"), (STOP, "PARTIALLY_FILLED", "0.4"), (STOP, "FILLED", "1"))
STORIES = {
    "the target sells": ((*NEW, (TARGET, "FILLED", "1"), (STOP, "EXPIRED", "0")), OrderState.FILLED, D(1), D(0)),
    "the stop sells": ((*NEW, *TRIGGERED), OrderState.FILLED, D(1), D(1)),
    "the target sells a part and is cancelled": (
        (NEW[0], (STOP, "EXPIRED", "0"), (TARGET, "PARTIALLY_FILLED", "0.3"), (TARGET, "CANCELED", "0.3")),
        OrderState.CANCELED,
        D("0.3"),
        D(0),
    ),
    "the stop sells a part and is ended": (
        (NEW[1], (TARGET, "EXPIRED", "0"), (STOP, "PARTIALLY_FILLED", "0.3"), (STOP, "EXPIRED", "0.3")),
        OrderState.EXPIRED,
        D("0.3"),
        D("0.3"),
    ),
    "both are cancelled": ((*NEW, (TARGET, "CANCELED", "0"), (STOP, "CANCELED", "0")), OrderState.CANCELED, D(0), D(0)),
    "both expire": ((*NEW, (TARGET, "EXPIRED", "0"), (STOP, "EXPIRED", "0")), OrderState.EXPIRED, D(0), D(0)),
}


@pytest.mark.parametrize("story", STORIES)
def test_news_in_any_order_and_twice_end_the_same(story):
    news, state, sold, by_stop = STORIES[story]
    for order in permutations(news):
        end = told(pair(), *order, *order[:2])
        assert (end.state, end.executed, end.stop.executed) == (state, sold, by_stop), order
        assert (end.open_quantity, end.covered_quantity) == (0, sold)


@pytest.mark.parametrize("story", STORIES)
def test_until_the_end_is_told_all_its_coins_are_covered(story):
    news, _, _, _ = STORIES[story]
    order = pair()
    for each in news:
        if order.is_live:
            assert order.covered_quantity == 1
        order = told(order, each)
    assert not order.is_live


def test_a_triggered_stop_stands_for_the_whole_and_is_left_to_sell():
    standing = told(pair(), *NEW)
    assert (standing.standing_id, standing.slots, standing.is_cancelable) == (TARGET, 2, True)
    triggered = told(standing, (TARGET, "EXPIRED", "0"))
    assert (triggered.state, triggered.open_quantity) == (OrderState.OPEN, 1)
    assert (triggered.standing_id, triggered.slots, triggered.is_cancelable) == (STOP, 1, False)
    assert triggered.standing_client_id == stop_id(NAME) == client_order_id(NAME) + "s"


def test_one_cancel_ends_both_whichever_is_told_of():
    for order_id in (TARGET, STOP):
        sent = apply_event(told(pair(), *NEW), OrderEvent.CANCEL_SENT, make.NOW)
        assert told(sent, (order_id, "CANCELED", "0")).state is OrderState.CANCELED


def test_a_cancel_that_loses_against_the_trigger_waits_for_the_stop():
    sent = apply_event(told(pair(), *NEW), OrderEvent.CANCEL_SENT, make.NOW)
    assert told(sent, (TARGET, "EXPIRED", "0")).state is OrderState.CANCELING
    assert told(sent, *TRIGGERED).state is OrderState.FILLED


def test_fills_of_either_order_count_once_with_the_reports():
    lot = with_order(with_buy(Lot(make.SYMBOL, make.BASE, make.QUOTE, 7), make.buy()), told(pair(), *NEW))
    lot = with_sell(with_sell(lot, make.sell(2, STOP, "0.4", "91.6")), make.sell(2, STOP, "0.4", "91.6"))
    (order,) = lot.orders
    assert (order.executed, order.stop.executed, order.state) == (D("0.4"), D("0.4"), OrderState.PARTIALLY_FILLED)
    assert order.stop.is_triggered
    assert told(order, *TRIGGERED[:2]).executed == D("0.4")
    sold = with_sell(lot, make.sell(3, STOP, "0.6", "91.6"))
    assert (sold.orders[0].state, sold.remainder, sold.sells_lacking_fills()) == (OrderState.FILLED, 0, ())


@pytest.mark.parametrize("order", list(permutations((TARGET, STOP))))
def test_a_lost_database_finds_both_orders_as_one_sell(order):
    book = make.book(market=make.market(), policy=make.policy("1"))
    book.apply_fill(make.buy())
    for each in order:
        book.apply_report(report(each, "NEW"))
    (found,) = book.lots[7].orders
    assert (found.price, found.order_ids, found.stop.prices) == (D("101.11"), (TARGET, STOP), PRICES)
    assert (found.cost, book.lots[7].remainder) == (100, 0)
    make.check(book.lots[7])


def test_a_lost_database_finds_a_triggered_stop():
    book = make.book(market=make.market(), policy=make.policy("1"))
    book.apply_fill(make.buy())
    book.apply_report(report(STOP, "NEW"))
    (found,) = book.lots[7].orders
    assert (found.standing_id, found.standing_client_id, book.lots[7].remainder) == (None, client_order_id(NAME), 0)
    book.apply_report(report(TARGET, "EXPIRED"))  # the answer to the question for it
    (found,) = book.lots[7].orders
    assert (found.standing_id, found.state, found.is_cancelable) == (STOP, OrderState.OPEN, False)


def test_after_a_cancel_the_type_tells_which_order_it_was():
    ended = replace(report(STOP, "CANCELED"), client_id="lk1-7-1-x")
    assert ended.is_stop
    assert not replace(ended, order_type="LIMIT_MAKER").is_stop
    assert ended.is_cancelled_by_us


@pytest.mark.parametrize("order_id", [TARGET, STOP])
def test_a_report_of_either_order_names_the_list(order_id):
    told_of = told(pair(), (order_id, "NEW", "0"))
    assert told_of.stop is not None
    assert told_of.stop.list_id == 5
    again = apply_report(told_of, replace(report(order_id, "NEW"), list_id=None))
    assert again.stop is not None
    assert again.stop.list_id == 5


def test_the_target_of_a_stop_that_was_made_smaller_is_of_the_same_sell():
    """The news of the target come late, with the quantity of before; the stop alone stood then, and was amended."""
    smaller = replace(report(STOP, "FILLED", "0.5"), quantity=D("0.5"))
    sold = apply_report(told(pair(), NEW[1]), smaller)
    assert (sold.state, sold.executed, sold.order_id) == (OrderState.FILLED, D("0.5"), None)
    assert not differs_from_record(sold, report(TARGET, "NEW"))
    assert differs_from_record(sold, replace(report(TARGET, "NEW"), list_id=6))
    end = told(sold, NEW[0], (TARGET, "EXPIRED", "0"))
    assert (end.state, end.executed) == (OrderState.FILLED, D("0.5"))


def test_two_states_of_a_stop_have_together_what_either_knows():
    early = StopLeg(None, target_has_ended=True, list_id=5)
    late = StopLeg(PRICES, STOP, executed=D("0.4"))
    both = StopLeg(PRICES, STOP, D("0.4"), target_has_ended=True, list_id=5)
    assert with_all_known(early, late) == with_all_known(late, early) == both
    assert with_all_known(both, None) == with_all_known(both, replace(both, order_id=STOP + 1, executed=D(1))) == both
    assert with_all_known(None, both) is None
