"""Pause, resume, and and commands that come at an odd moment."""

from lotkeeper.trading.lots.states import LotState
from messages.account import OrderReported
from messages.control import CommandDone
from messages.orders import PlaceSellOrder
from messages.pair_commands import PausePair, ResumePair
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.stage import BUY_ID, Stage, starting_keeper, trading_keeper

PAUSE, RESUME = PausePair(SYMBOL), ResumePair(SYMBOL)


def held() -> Stage:
    stage = trading_keeper()
    stage.selling()
    stage.desk.tell(OrderReported(stage.memory.turned(9001, "CANCELED"), None))
    return stage


def test_a_paused_pair_places_nothing_and_follows_everything():
    stage = trading_keeper()
    assert isinstance(stage.desk.ask(PAUSE), CommandDone)
    stage.buys()
    stage.desk.advance(200)
    stage.gateway.nothing(PlaceSellOrder)
    assert (stage.written().buy_order_id, stage.written().reason) == (BUY_ID, "the pair is paused")
    report = stage.last_report()
    assert (report.is_paused, report.buys, report.unprotected) == (True, 1, stage.written().received)


def test_the_sells_on_the_book_stand_in_a_paused_pair():
    stage = trading_keeper()
    stage.selling()
    stage.desk.ask(PAUSE)
    stage.desk.tell(stage.sold())
    assert stage.written().state is LotState.CLOSED


def test_a_resumed_pair_sells_what_was_bought_meanwhile():
    stage = trading_keeper()
    stage.desk.ask(PAUSE)
    stage.buys()
    assert isinstance(stage.desk.ask(RESUME), CommandDone)
    assert stage.order().client_id == "lk1-5eh-1"
    assert not stage.last_report().is_paused


def test_a_pair_that_was_paused_before_a_restart_stays_paused():
    stage = starting_keeper()
    stage.bought()
    stage.loaded(is_paused=True)
    stage.market()
    stage.answers()
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.last_report().is_paused


def test_a_pause_that_comes_before_the_database_is_read_is_not_forgotten():
    stage = starting_keeper()
    stage.bought()
    stage.desk.ask(PAUSE)
    stage.loaded(is_paused=False)  # read before the pause was written
    stage.market()
    stage.answers()
    stage.gateway.nothing(PlaceSellOrder)


def test_a_resume_that_comes_before_the_database_is_read_is_not_forgotten():
    stage = starting_keeper()
    stage.bought()
    stage.desk.ask(RESUME)
    stage.loaded(is_paused=True)
    stage.market()
    stage.answers()
    assert stage.order().client_id == "lk1-5eh-1"


def test_resuming_frees_what_was_cancelled_by_hand():
    stage = held()
    stage.desk.ask(RESUME)
    assert stage.order().client_id == "lk1-5eh-2"
    assert stage.written().state is LotState.SELLING


def test_resuming_frees_it_also_before_the_first_pass_is_through():
    before = held()
    for is_loaded in (False, True):
        stage = starting_keeper(memory=before.memory)
        if is_loaded:
            stage.loaded(before.written())
            stage.market()
        stage.desk.ask(RESUME)
        if not is_loaded:
            stage.loaded(before.written())
            stage.market()
        stage.answers()
        assert stage.order().client_id == "lk1-5eh-2"


def test_without_resuming_it_stays_held_after_a_restart():
    before = held()
    stage = starting_keeper(memory=before.memory)
    stage.loaded(before.written())
    stage.market()
    stage.answers()
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.written().state is LotState.HELD
