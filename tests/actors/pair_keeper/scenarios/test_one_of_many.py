"""A keeper beside those of many other pairs spares the request weight, and misses nothing by that."""

from decimal import Decimal as D

import pytest

from actors.pacing import pace_of
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.recovery.questions import NewestOrders, NewestTrades, OpenOrders, TradesFrom, TradesOfOrder
from messages.ledger import RecordLots
from messages.orders import PlaceSellOrder
from messages.queries import FetchFailed, FetchMarket
from tests.actors.gateway.exchange_memory import NOW_MS, report
from tests.actors.stage import BUY_ID, Stage, starting_keeper, trading_keeper

PACE = pace_of(0, 200)


def started(*lots, **loaded) -> Stage:
    """A keeper that knows the rules of its pair alone, and whose first questions are not answered."""
    stage = starting_keeper(pace=PACE)
    stage.loaded(*lots, **{"cursor": None, "history_from_ms": NOW_MS - 1, **loaded})
    assert not stage.market().with_commission
    return stage


def asks_for_commission(stage: Stage) -> bool:
    return any(isinstance(each, FetchMarket) and each.with_commission for each in stage.gateway.received)


def recorded_rates(stage: Stage) -> set[D]:
    records = [message for _, message in stage.sent if isinstance(message, RecordLots)]
    return {each.terms.market.sell_rate for each in records if each.terms}


def test_a_pair_that_never_traded_is_proven_by_two_requests():
    stage = started()
    assert stage.answers() == [NewestTrades(), OpenOrders()]
    told = stage.last_report()
    assert (told.complete_as_of_ms is not None, told.sell_rate) == (True, None)
    assert not asks_for_commission(stage)
    assert recorded_rates(stage) == set()


def test_while_no_trade_was_seen_each_pass_is_like_the_first():
    """Trades from just before the start may come late, and then the database may have been lost after all."""
    stage = started(history_from_ms=NOW_MS + 1)
    stage.answers()
    order = earlier_sell(stage)
    stage.desk.advance(PACE.second_look_after_s)
    assert stage.answers() == [NewestTrades(), OpenOrders()]  # its SELL is on the book: the fee is needed first
    stage.market()
    assert NewestOrders() in stage.answers()
    assert [each.client_id for lot in stage.book.lots.values() for each in lot.orders] == [order]


def earlier_sell(stage: Stage) -> str:
    """A BUY from before the start, with its SELL on the book; the client order id of that."""
    stage.bought()
    stage.memory.keep(report(9001, "lk1-5eh-1", Side.SELL, "NEW", "0.001", "0", "60360.37"))
    return "lk1-5eh-1"


def test_once_it_has_traded_a_pass_begins_at_the_cursor():
    stage = started()
    stage.answers()
    stage.buys()
    stage.market()
    stage.desk.tell(stage.accepts(stage.order()), stage.gateway)
    stage.compared()
    stage.desk.advance(PACE.second_look_after_s)
    assert TradesFrom(0) in stage.answers()  # once more, because rows may have been missing
    stage.desk.advance(130.0)
    assert TradesFrom(102) in stage.answers()


def test_a_buy_that_the_first_pass_finds_is_sold_once_the_commission_is_known():
    stage = started(cursor=100)
    stage.bought()
    stage.answers()
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.last_report().unprotected == D("0.001")
    stage.market()
    assert stage.order().client_id == "lk1-5eh-1"
    assert recorded_rates(stage) == {D("0.001")}


def test_a_buy_that_comes_later_is_sold_once_the_commission_is_known():
    stage = started(cursor=100)
    stage.answers()
    stage.buys()
    stage.gateway.nothing(PlaceSellOrder)
    assert "what a SELL costs" in stage.last_report().waiting[0].reason
    question = stage.gateway.pop(FetchMarket)
    stage.desk.tell(FetchFailed(question.request_id, "HTTP 502", 2.0), stage.gateway)
    stage.desk.advance(1.8)
    assert not asks_for_commission(stage)
    stage.desk.advance(0.3)
    stage.market()
    assert stage.order().price == D("60360.37")


def test_a_sell_of_a_lost_database_gets_its_cost_by_the_commission():
    stage = started(history_from_ms=NOW_MS + 1)
    earlier_sell(stage)
    assert TradesOfOrder(BUY_ID) not in stage.answers()
    assert stage.book.lots == {}
    stage.market()
    stage.answers()
    assert [each.cost for each in stage.book.lots[BUY_ID].orders] == [D("60.0000")]


def test_a_sell_without_an_answer_has_the_commission_asked_for():
    """It may have to be sent once more."""
    before = trading_keeper()
    before.buys()
    stage = started(before.written(), cursor=100, sell_rate=D("0.001"))
    stage.memory = before.memory
    stage.answers()
    assert asks_for_commission(stage)


@pytest.mark.parametrize("is_covered", [True, False])
def test_a_lot_whose_sell_is_on_the_book_needs_no_commission_yet(is_covered):
    before = trading_keeper()
    before.selling()
    stage = started(before.written(), cursor=100, sell_rate=D("0.001"))
    stage.memory = before.memory
    if not is_covered:
        stage.memory.orders[9001] = stage.memory.turned(9001, "EXPIRED")
    stage.answers()
    assert asks_for_commission(stage) is not is_covered
    assert stage.last_report().sell_rate == D("0.001")


def test_nobody_needs_it_for_minutes_then_it_is_asked_for():
    stage = started()
    stage.answers()
    stage.desk.advance(PACE.commission_after_s - 10)
    assert not asks_for_commission(stage)
    stage.desk.advance(20)
    assert stage.market().with_commission
    stage.desk.advance(10)
    assert stage.last_report().sell_rate == D("0.001")
