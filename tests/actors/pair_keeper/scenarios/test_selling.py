"""From a fill to a SELL on the book, with everything late, twice and in the wrong order."""

import itertools
import logging
import random
from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.money import plain
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.policy import ExitPolicy, OnPartial
from lotkeeper.trading.recovery.questions import OpenOrders, TradesFrom
from messages.account import OrderReported
from messages.ledger import RecordBuys, RecordLots
from messages.orders import PlaceSellOrder, SellFenced
from tests.actors.gateway.exchange_memory import SYMBOL, report
from tests.actors.stage import BUY_ID, PAIR, starting_keeper, trading_keeper


def test_the_sell_is_sent_before_the_database_is_written():
    stage = trading_keeper()
    stage.sent.clear()
    stage.buys()
    assert [(name, type(message)) for name, message in stage.sent] == [
        ("gateway", PlaceSellOrder),
        ("ledger", RecordLots),
        ("ledger", RecordBuys),
    ]
    assert stage.written().orders[0].state is OrderState.PLACING


def test_which_lots_are_dust_is_known_before_the_next_fill():
    stage = trading_keeper()
    stage.buys()
    stage.accepts(stage.order())
    assert stage.book.lots.index.dust.undecided == set()


def test_the_sell_names_its_lot_its_keeper_and_the_floor():
    stage = trading_keeper(incarnation=17)
    stage.buys("0.001", at="60000")
    order = stage.order()
    assert (order.symbol, order.incarnation, order.client_id) == (SYMBOL, 17, "lk1-5eh-1")
    assert (str(order.price), order.quantity) == ("60360.37", D("0.001"))


@pytest.mark.parametrize("fee", ["0", "0.000001"])
def test_a_tick_below_the_price_would_miss_the_profit(fee):
    stage = trading_keeper()
    stage.buys("0.001", at="60000", fee=fee)
    order, received = stage.order(), D("0.001") - D(fee)
    cost = D(60) * order.quantity / received
    left = order.price * order.quantity * D("0.999")
    assert left >= cost * D("1.005") > left - PAIR.tick * order.quantity * D("0.999")


def test_the_same_event_twice_places_nothing_twice():
    stage = trading_keeper()
    event = stage.buys()
    stage.order()
    stage.desk.tell(event)
    stage.gateway.nothing(PlaceSellOrder)


def test_the_event_may_come_before_the_reply():
    stage = trading_keeper()
    stage.buys()
    order = stage.order()
    reply = stage.accepts(order)
    stage.desk.tell(OrderReported(reply.report, None))
    stage.desk.tell(reply, stage.gateway)
    stage.gateway.nothing(PlaceSellOrder)
    lot = stage.written()
    assert (lot.state, [each.state for each in lot.orders]) == (LotState.SELLING, [OrderState.OPEN])


def test_the_fill_of_the_sell_may_come_before_the_reply():
    stage = trading_keeper()
    stage.buys()
    reply = stage.accepts(stage.order())
    stage.desk.tell(stage.sold())
    stage.desk.tell(reply, stage.gateway)
    lot = stage.written()
    assert (lot.state, lot.sold, lot.orders[0].state) == (LotState.CLOSED, D("0.001"), OrderState.FILLED)
    stage.gateway.nothing(PlaceSellOrder)


def test_news_of_one_lot_in_every_order_end_in_the_same_lot():
    ends = set()
    for order_of in itertools.permutations(range(4)):
        stage = trading_keeper()
        stage.buys("0.001")
        reply = stage.accepts(stage.order())
        news = [reply, OrderReported(reply.report, None), stage.sold(quantity="0.0004"), stage.sold(trade_id=502)]
        for number in order_of:
            stage.desk.tell(news[number], stage.gateway)
        stage.gateway.nothing(PlaceSellOrder)
        lot = stage.written()
        ends.add((lot.state, lot.sold, lot.proceeds, tuple(each.state for each in lot.orders)))
    assert len(ends) == 1
    assert next(iter(ends))[:2] == (LotState.CLOSED, D("0.001"))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), parts=st.integers(1, 5))
def test_a_buy_in_parts_is_sold_once_whatever_the_order_of_events(seed, parts):
    stage, chance = trading_keeper(), random.Random(seed)
    events = [
        stage.bought(
            "0.001",
            trade_id=101 + n,
            executed=f"0.00{n + 1}",
            status="FILLED" if n + 1 == parts else "PARTIALLY_FILLED",
        )
        for n in range(parts)
    ]
    chance.shuffle(events)
    offered, number = D(0), 9000
    for event in [*events, *chance.sample(events, chance.randrange(parts + 1))]:
        stage.desk.tell(event)
        for order in [each for each in stage.gateway.received if isinstance(each, PlaceSellOrder)]:
            stage.gateway.received.remove(order)
            offered, number = offered + order.quantity, number + 1
            stage.desk.tell(stage.accepts(order, number), stage.gateway)
    orders = [each for each in stage.gateway.received if isinstance(each, PlaceSellOrder)]
    assert offered + sum(each.quantity for each in orders) == D("0.001") * parts
    assert stage.written().remainder == 0


def test_only_one_sell_of_a_lot_is_under_way_at_a_time():
    stage = trading_keeper()
    stage.buys("0.001", trade_id=101, status="PARTIALLY_FILLED")
    first = stage.order()
    stage.buys("0.002", trade_id=102, executed="0.003")
    stage.gateway.nothing(PlaceSellOrder)
    stage.desk.tell(stage.accepts(first), stage.gateway)
    assert (stage.order().client_id, stage.written().remainder) == ("lk1-5eh-2", 0)


def test_a_lot_above_the_largest_order_is_sold_in_several():
    stage = starting_keeper()
    stage.loaded()
    stage.market(replace(PAIR, size=replace(PAIR.size, most=D("0.4"))))
    stage.answers()
    stage.buys("1", at="60000")
    quantities = []
    for number in (9001, 9002, 9003):
        order = stage.order()
        quantities.append(order.quantity)
        stage.desk.tell(stage.accepts(order, number), stage.gateway)
    stage.gateway.nothing(PlaceSellOrder)
    assert quantities == [D("0.4"), D("0.4"), D("0.2")]


def test_the_buy_is_waited_for_where_the_configuration_says_so():
    stage = trading_keeper(policy=ExitPolicy(D("0.5"), OnPartial.COMPLETE))
    stage.buys("0.001", trade_id=101, status="PARTIALLY_FILLED")
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.last_report().unprotected == 0
    stage.buys("0.002", trade_id=102, executed="0.003")
    assert stage.order().quantity == D("0.003")


def test_dust_is_parked_with_the_reason_and_sold_with_more():
    stage = trading_keeper()
    stage.buys("0.00001", trade_id=101, status="PARTIALLY_FILLED")
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.written().state is LotState.PARKED
    assert "below the smallest order of 5" in stage.written().reason
    stage.buys("0.001", trade_id=102, executed="0.00101")
    assert stage.order().quantity == D("0.00101")


def test_the_orders_of_others_are_left_alone():
    stage = trading_keeper()
    foreign = report(8001, "web_abc", Side.SELL, "NEW", "1", "0", "70000")
    stage.desk.tell(OrderReported(foreign, None))
    assert stage.gateway.received == []
    assert stage.last_report().buys == 0


def test_a_refused_sell_is_parked_with_the_words_and_tried_later_and_later():
    stage = trading_keeper()
    stage.buys()
    waits = []
    for generation in range(1, 6):
        order = stage.order()
        assert order.client_id == f"lk1-5eh-{generation}"
        stage.desk.tell(stage.refuses(order, -1013, "Filter failure: PERCENT_PRICE"), stage.gateway)
        lot = stage.written()
        assert lot.reason == (
            f"refused: the price {order.price} USDT of a SELL on BTCUSDT is too far from what the exchange measures it "
            "by now (PERCENT_PRICE, code -1013)"
        )
        before = stage.desk.now
        while not any(isinstance(each, PlaceSellOrder) for each in stage.gateway.received):
            stage.desk.advance(0.25)
        waits.append(round(stage.desk.now - before))
    assert waits == [1, 2, 4, 8, 16]


def test_an_insufficient_balance_is_evidence_against_our_belief():
    stage = trading_keeper()
    stage.buys()
    order = stage.order()
    text = "Account has insufficient balance for requested action."
    stage.desk.tell(stage.refuses(order, -2010, text), stage.gateway)
    assert OpenOrders() in stage.questions()


def test_a_sell_cancelled_by_hand_is_held_until_the_pair_is_resumed():
    stage = trading_keeper()
    stage.selling()
    stage.desk.tell(OrderReported(stage.memory.turned(9001, "CANCELED"), None))
    stage.desk.advance(300)
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.written().state is LotState.HELD
    assert "cancelled by hand" in stage.written().reason
    assert stage.last_report().unprotected == D("0.001")


def test_a_sell_that_the_exchange_ended_is_replaced_at_once():
    stage = trading_keeper()
    stage.selling()
    stage.desk.tell(OrderReported(stage.memory.turned(9001, "EXPIRED_IN_MATCH"), None))
    assert stage.order().client_id == "lk1-5eh-2"


def test_what_a_partly_filled_sell_left_at_its_cancel_is_all_that_is_offered_again():
    stage = trading_keeper()
    stage.selling()
    stage.desk.tell(stage.sold(quantity="0.0004"))
    stage.desk.tell(OrderReported(stage.memory.turned(9001, "EXPIRED"), None))
    assert stage.order().quantity == D("0.0006")


def test_a_fenced_keeper_ends():
    stage = trading_keeper()
    stage.buys()
    stage.desk.tell(SellFenced(SYMBOL, stage.order().client_id, 99), stage.gateway)
    assert stage.desk.exited


def test_a_fill_of_an_unknown_sell_is_looked_into():
    stage = trading_keeper()
    stage.selling()
    later = trading_keeper(incarnation=2, memory=stage.memory)  # knows the BUY and its SELL by asking
    later.desk.tell(stage.sold())
    assert later.written().state is LotState.CLOSED


def test_a_sell_of_ours_that_names_a_buy_not_known_makes_it_ask():
    stage = trading_keeper()
    stage.bought(order_id=6500, trade_id=90)
    ours = report(9400, "lk1-50k-1", Side.SELL, "NEW", "0.001", "0", "61000")
    stage.memory.keep(ours)
    stage.desk.tell(OrderReported(ours, None))
    assert TradesFrom(101) in stage.questions()
    stage.answers()
    assert (stage.written().buy_order_id, stage.written().state) == (6500, LotState.SELLING)
    stage.gateway.nothing(PlaceSellOrder)


def test_the_log_tells_the_life_of_a_lot_with_its_facts(caplog):
    with caplog.at_level(logging.INFO, logger="lotkeeper"):
        stage = trading_keeper()
        order = stage.selling()
        stage.desk.tell(stage.sold())
    told = [(line.message, line.lot) for line in caplog.records if hasattr(line, "lot")]
    assert told == [(event, f"{SYMBOL}-{BUY_ID}") for event in ("SELL sent", "bought", "lot sold", "sold")]
    sent = next(line for line in caplog.records if line.message == "SELL sent")
    assert (sent.symbol, sent.order, sent.price) == (SYMBOL, order.client_id, plain(order.price))
