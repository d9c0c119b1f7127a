"""Trades whose rows cannot be read: each is one bad row, is said once in the log, and stands in the status."""

from decimal import Decimal as D

import pytest

from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.recovery.questions import TradesOfOrder
from messages.ledger import RecordLots
from tests.actors.gateway.exchange_memory import fill, report
from tests.actors.stage import BUY_ID, Stage, starting_keeper, trading_keeper

SAID = (
    "trade 101 of order 7001 cannot be read: a price; if it is a BUY, it is in no lot: see its order on the exchange, "
    "and adopt its coins"
)


def unheard(stage: Stage) -> None:
    """Two BUYs of which no event told; the row of the first cannot be read."""
    stage.bought()
    stage.bought(order_id=7002, trade_id=102)
    stage.memory.damaged.add(101)


def recorded_cursors(stage: Stage) -> list[int]:
    records = [message for name, message in stage.sent if name == "ledger" and isinstance(message, RecordLots)]
    return [each.cursor for each in records if each.cursor is not None]


@pytest.fixture
def stage() -> Stage:
    found = trading_keeper()
    unheard(found)
    return found


def test_the_other_trades_are_taken_and_the_comparison_ends(stage):
    before_ms = stage.last_report().complete_as_of_ms
    stage.desk.advance(1.0)
    stage.compared()
    assert stage.order().client_id == "lk1-5ei-1"
    told = stage.last_report()
    assert told.complete_as_of_ms > before_ms
    assert (told.trouble, told.watch_only) == (SAID, "")


def test_it_is_warned_of_once_however_often_it_is_shown(stage, caplog):
    for _ in range(4):
        stage.compared()
        stage.desk.advance(130.0)
        stage.answers()
    warned = [line.getMessage() for line in caplog.records if "cannot be read" in line.getMessage()]
    assert warned == ["BTCUSDT: trade 101 of order 7001 cannot be read and is passed over: a price"]
    assert stage.last_report().trouble == SAID


def test_a_restart_reads_it_again(stage):
    stage.compared()
    stage.calm()
    stage.recorded()
    assert max(recorded_cursors(stage)) == 100
    later = starting_keeper(incarnation=2, memory=stage.memory)
    later.loaded(*stage.book.lots.values(), cursor=100)
    later.market()
    later.answers()
    assert later.last_report().trouble == SAID
    assert recorded_cursors(later)[-1] == 100


def test_when_it_can_be_read_it_is_a_lot_like_any_other(stage):
    stage.compared()
    stage.desk.tell(stage.accepts(stage.order(), 9002), stage.gateway)
    stage.memory.damaged.clear()
    stage.compared()
    assert stage.order().client_id == "lk1-5eh-1"
    assert stage.last_report().trouble == ""
    for _ in range(2):
        stage.desk.advance(3.0)
        stage.compared()
    assert recorded_cursors(stage)[-1] == 102


def test_one_that_an_event_told_is_no_trouble():
    stage = trading_keeper()
    stage.selling()
    stage.memory.damaged.add(101)
    stage.compared()
    assert stage.last_report().trouble == ""
    assert TradesOfOrder(BUY_ID) not in stage.answers()


def test_a_buy_of_which_one_row_is_bad_has_the_rest_of_it_sold(stage):
    took = fill(BUY_ID, 103, Side.BUY, "0.002", "60000", "0", "BTC")
    stage.memory.keep(report(BUY_ID, "web-7001", Side.BUY, "FILLED", "0.003", "0.003", "60000"), took)
    for _ in range(3):
        stage.compared()
    sold = {order.client_id: order.quantity for order in stage.gateway.received if hasattr(order, "price")}
    assert sold == {"lk1-5eh-1": D("0.002"), "lk1-5ei-1": D("0.001")}


def test_a_trade_of_a_sell_of_ours_stops_its_lot_alone():
    """What it sold says the order; its proceeds are not known, so that the lot stays open."""
    stage = trading_keeper()
    stage.selling()
    stage.sold()  # and no event of it comes
    stage.memory.damaged.add(501)
    stage.compared()
    lot = stage.book.lots[BUY_ID]
    assert (lot.sold, lot.remainder, lot.state is LotState.CLOSED) == (D("0.001"), D(0), False)
    stage.buys(order_id=7002, trade_id=601)
    assert stage.order().client_id == "lk1-5ei-1"
    asked = []
    for _ in range(60):
        stage.desk.advance(1.0)
        asked += stage.answers()
    assert asked.count(TradesOfOrder(9001)) <= 12  # comparisons are no more frequent than they would be
    stage.memory.damaged.clear()
    stage.compared()
    assert stage.book.lots.get(BUY_ID) is None or stage.book.lots[BUY_ID].state is LotState.CLOSED


def test_a_format_that_is_new_is_no_single_row():
    stage = trading_keeper()
    for number in range(60):
        stage.bought(order_id=7001 + number, trade_id=101 + number)
        stage.memory.damaged.add(101 + number)
    for _ in range(4):
        stage.compared()
    assert "60 trades cannot be read" in stage.last_report().watch_only
