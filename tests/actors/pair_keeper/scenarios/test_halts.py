"""The kill switch, and pauses that end by themselves, as a keeper sees them."""

import pytest

from lotkeeper.trading.halts import Halt
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.reports.profit import Totals
from messages.control import CommandDone, CommandRefused
from messages.ledger import PairLoaded
from messages.orders import CancelSellOrder, KillSwitchChanged, PlaceSellOrder, SellRefused
from messages.pair_commands import PausePair, ResumePair
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.pair_keeper.scenarios.test_buying import asks
from tests.actors.stage import Stage, starting_keeper, trading_keeper


def switch(stage: Stage, *, is_on: bool, gateway: int | None = None) -> None:
    introduced_to = stage.desk.actor.core.collaborators.permission.introduced_to
    stage.desk.tell(KillSwitchChanged(gateway or introduced_to, is_on), stage.gateway)


def pause_for(stage: Stage, seconds: float) -> object:
    return stage.desk.ask(PausePair(SYMBOL, stage.desk.actor.wall_ms() + round(seconds * 1000)))


def test_while_the_kill_switch_is_on_nothing_is_sent_and_afterwards_what_is_missing():
    stage = trading_keeper()
    switch(stage, is_on=True)
    stage.buys()
    stage.desk.advance(200)
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.written().reason == "the kill switch is on"
    assert stage.last_report().uncovered is None  # a person wants it so
    switch(stage, is_on=False)
    assert stage.order().client_id == "lk1-5eh-1"


def test_a_sell_on_the_book_is_neither_cancelled_nor_replaced():
    stage = trading_keeper()
    stage.selling()
    switch(stage, is_on=True)
    stage.desk.advance(200)
    stage.gateway.nothing(CancelSellOrder)


def test_what_the_gateway_refused_before_the_keeper_heard_of_it_is_sent_when_it_is_off():
    stage = trading_keeper()
    stage.buys()
    text, order = "not sent: the kill switch is on", stage.order()
    stage.desk.tell(SellRefused(SYMBOL, order.client_id, 0, text, 1.0, RefusalKind.NOT_SENT), stage.gateway)
    switch(stage, is_on=True)
    stage.desk.advance(30)
    stage.gateway.nothing(PlaceSellOrder)
    switch(stage, is_on=False)
    assert stage.order().client_id == "lk1-5eh-1"


def test_the_message_of_another_gateway_is_not_believed():
    stage = trading_keeper()
    switch(stage, is_on=True, gateway=12345)
    stage.buys()
    assert stage.order().client_id == "lk1-5eh-1"


def test_a_purchase_is_refused_while_it_is_on():
    stage = trading_keeper()
    switch(stage, is_on=True)
    assert "the kill switch is on" in asks(stage).pop(CommandRefused).text


def test_a_pause_by_time_ends_by_itself():
    stage = trading_keeper()
    answer = pause_for(stage, 60)
    assert isinstance(answer, CommandDone)
    assert "is paused until 20" in answer.text
    stage.buys()
    stage.desk.advance(59)
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.last_report().pause.until_ms is not None
    stage.desk.advance(2)
    assert stage.order().client_id == "lk1-5eh-1"
    assert not stage.last_report().is_paused


def test_a_pause_by_time_that_is_longer_than_any_wake_up():
    stage, longer_s = trading_keeper(), 3600 + 300
    pause_for(stage, longer_s)
    stage.buys()
    stage.desk.advance(longer_s - 1)
    stage.gateway.nothing(PlaceSellOrder)
    stage.desk.advance(2)
    assert stage.order()


def test_a_later_pause_without_an_end_counts_more():
    stage = trading_keeper()
    pause_for(stage, 60)
    stage.desk.ask(PausePair(SYMBOL))
    stage.buys()
    stage.desk.advance(100)
    stage.gateway.nothing(PlaceSellOrder)


def test_the_end_of_a_pause_that_was_ended_before_changes_nothing():
    stage = trading_keeper()
    pause_for(stage, 60)
    stage.desk.ask(ResumePair(SYMBOL))
    stage.desk.advance(30)
    pause_for(stage, 60)
    stage.buys()
    stage.desk.advance(31)  # the end of the first
    stage.gateway.nothing(PlaceSellOrder)


@pytest.mark.parametrize(("left_s", "is_paused"), [(60, True), (-1, False)])
def test_across_a_restart_it_ends_at_its_time(left_s, is_paused):
    stage = starting_keeper()
    stage.bought()
    until_ms = stage.desk.actor.wall_ms() + left_s * 1000
    loaded = PairLoaded(SYMBOL, (), Totals(), 100, is_paused, pause=Halt(True, 5, until_ms))
    stage.desk.tell(loaded, stage.ledger)
    stage.market()
    stage.answers()
    if is_paused:
        stage.gateway.nothing(PlaceSellOrder)
        stage.desk.advance(61)
    assert stage.order().client_id == "lk1-5eh-1"
