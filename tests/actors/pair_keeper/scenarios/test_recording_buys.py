"""BUYs of the account are recorded from the moment at which they are placed, until they have ended."""

from dataclasses import replace
from decimal import Decimal as D

from lotkeeper.trading.orders.fills import Side
from messages.account import OrderReported
from messages.ledger import RecordBuys
from tests.actors.gateway.exchange_memory import report
from tests.actors.stage import trading_keeper

PLACED = report(7002, "web-7002", Side.BUY, "NEW", "0.01", "0", "50000")


def recorded(stage) -> list[RecordBuys]:
    """What was recorded since the last call."""
    sent = stage.probes["ledger"].received
    found = [each for each in sent if isinstance(each, RecordBuys)]
    sent.clear()
    return found


def test_each_change_of_a_buy_is_recorded_once():
    stage = trading_keeper(incarnation=5)
    recorded(stage)
    stage.desk.tell(OrderReported(PLACED, None))
    (placed,) = recorded(stage)
    assert (placed.buys, placed.are_all, placed.incarnation) == ((PLACED,), False, 5)
    stage.desk.tell(OrderReported(PLACED, None))
    assert recorded(stage) == []
    stage.buys("0.004", "50000", order_id=7002, executed="0.004", status="PARTIALLY_FILLED")
    (partly,) = recorded(stage)
    assert [(each.order_id, each.executed) for each in partly.buys] == [(7002, D("0.004"))]
    stage.desk.tell(OrderReported(replace(partly.buys[0], status="CANCELED"), None))
    (ended,) = recorded(stage)
    assert [each.status for each in ended.buys] == ["CANCELED"]


def test_after_a_comparison_all_that_stand_are_recorded():
    stage = trading_keeper()
    assert [(each.buys, each.are_all) for each in recorded(stage)] == [((), True)]
