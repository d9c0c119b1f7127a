"""A pair with hundreds of open lots: an event costs what the lots cost that it concerns."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from actors.pair_keeper import sell_execution
from lotkeeper.trading.filters.counts import MaxNumOrders
from lotkeeper.trading.lots.states import LotState
from messages.health import PairReported
from messages.ledger import RecordLots
from messages.orders import CancelSellOrder, PlaceSellOrder, SellRefused
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.stage import PAIR, POLICY, Stage, starting_keeper

SLOTS = 40
LOTS = 300


def buys(stage: Stage, number: int, at: int) -> None:
    stage.buys("0.001", at=str(at), order_id=10_000 + number, trade_id=1000 + number)


def accept_all(stage: Stage) -> int:
    """The exchange takes every SELL that is sent, until no more come; how many."""
    count = 0
    while orders := sent_sells(stage):
        count += 1
        stage.gateway.received.remove(orders[0])
        order_id = 50_000 + len(stage.memory.orders)
        stage.desk.tell(stage.accepts(orders[0], order_id), stage.gateway)
    return count


def sent_sells(stage: Stage) -> list[PlaceSellOrder]:
    return [each for each in stage.gateway.received if isinstance(each, PlaceSellOrder)]


@pytest.fixture
def stage():
    """Lots that were bought ever higher: the first ones have the slots, the others wait."""
    stage = starting_keeper(policy=replace(POLICY, free_order_slots=0))
    stage.loaded()
    stage.market(replace(PAIR, filters=(*PAIR.filters, MaxNumOrders(SLOTS))))
    stage.answers()
    for number in range(LOTS):
        buys(stage, number, 60_000 + 100 * number)
        accept_all(stage)
    stage.recorded()
    stage.desk.advance(61.0)  # no BUY came for a minute: nothing is kept free
    accept_all(stage)
    stage.recorded()
    return stage


@pytest.fixture
def decided(monkeypatch):
    """The lots that are decided about, in order."""
    seen = []
    decide = sell_execution.decide_lot
    monkeypatch.setattr(
        sell_execution, "decide_lot", lambda book, number, known: seen.append(number) or decide(book, number, known)
    )
    return seen


def test_the_nearest_have_the_slots(stage):
    lots = stage.book.lots.values()
    selling = [lot.buy_order_id for lot in lots if lot.state is LotState.SELLING]
    assert selling == [10_000 + number for number in range(SLOTS)]
    assert {lot.state for lot in lots} == {LotState.SELLING, LotState.QUEUED}


def test_a_sale_concerns_its_lot_and_the_one_whose_turn_it_is(stage, decided):
    nearest = stage.book.lots[10_000].orders[0].order_id
    stage.desk.tell(stage.sold(nearest, trade_id=5000))
    assert decided == [10_000, 10_000 + SLOTS]
    assert accept_all(stage) == 1


def test_a_buy_concerns_itself_and_the_one_that_gives_up_its_slot(stage, decided):
    buys(stage, 5000, 59_000)
    assert decided == [15_000]
    cancels = [each.client_id for each in stage.gateway.received if isinstance(each, CancelSellOrder)]
    farthest = [stage.book.lots[10_000 + SLOTS - 1 - rank].orders[0].client_id for rank in range(len(cancels))]
    assert cancels == farthest
    assert len(cancels) <= 2  # one for the lot, one for the reserve


def test_sells_that_are_not_sent_cost_one_look_each_and_the_end_of_the_pause_one(stage, decided):
    for number in range(5):
        nearest = stage.book.lots[10_000 + number].orders[0].order_id
        stage.desk.tell(stage.sold(nearest, trade_id=5000 + number))
    sent = sent_sells(stage)
    assert len(sent) == 5
    decided.clear()
    for order in sent:
        stage.gateway.received.remove(order)
        refused = SellRefused(SYMBOL, order.client_id, 0, "not sent: 50 of 50 orders in 10 s are used", 8.0)
        stage.desk.tell(refused, stage.gateway)
    assert len(decided) == 5
    decided.clear()
    stage.desk.advance(7.0)
    assert decided == []
    stage.desk.advance(1.1)
    assert decided == [10_000 + SLOTS]
    assert accept_all(stage) == 5


def test_a_record_has_only_what_changed(stage):
    before = len(stage.sent)
    nearest = stage.book.lots[10_000].orders[0].order_id
    stage.desk.tell(stage.sold(nearest, trade_id=5000))
    records = [message for _, message in stage.sent[before:] if isinstance(message, RecordLots)]
    assert [len(each.lots) for each in records] == [2]


def test_a_comparison_that_finds_nothing_records_no_lots(stage):
    before = len(stage.sent)
    stage.compared()
    records = [message for _, message in stage.sent[before:] if isinstance(message, RecordLots)]
    assert {len(each.lots) for each in records} == {0}


def test_a_report_names_few_of_the_lots_that_wait(stage):
    told = stage.last_report()
    assert isinstance(told, PairReported)
    assert (told.lots_open, told.lots_queued, len(told.waiting)) == (LOTS, LOTS - SLOTS, 20)
    assert told.unprotected == D("0.001") * (LOTS - SLOTS)
