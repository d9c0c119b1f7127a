"""The exchange does not list the pair any more: its lots can be read and released, and nothing is sold or cancelled."""

from decimal import Decimal as D

import pytest

from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import DisposalKind
from lotkeeper.trading.trouble_kinds import TroubleKind
from messages.account import StreamProven
from messages.control import CommandDone, CommandRefused
from messages.ledger import PairLoaded
from messages.orders import CancelSellOrder, PlaceSellOrder
from messages.pair_commands import ReleaseLot
from messages.queries import AskExchange, FetchFailed, FetchMarket
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL
from tests.actors.stage import TERMS, Stage, starting_keeper, trading_keeper

NAME = f"{SYMBOL}-7001"


def refused(stage: Stage) -> None:
    """The exchange is asked for the rules, and lists no such pair."""
    asked = stage.gateway.pop(FetchMarket)
    stage.desk.tell(FetchFailed(asked.request_id, "Invalid symbol. (-1121)", 1.0, is_unlisted=True), stage.gateway)


def restarted() -> Stage:
    """A keeper that starts when the pair is gone: its database has a lot with a SELL on the book."""
    before = trading_keeper()
    before.selling()
    stage = starting_keeper(incarnation=2)
    loaded = PairLoaded(SYMBOL, (before.written(),), before.core.state.loaded.closed, 100, False, market=TERMS.market)
    stage.desk.tell(loaded, stage.ledger)
    refused(stage)
    return stage


def test_its_lots_are_known_and_it_is_a_problem_that_says_what_to_do():
    stage = restarted()
    report = stage.last_report()
    assert report.lots_open == 1
    assert "does not list it any more" in report.trouble
    assert "lotkeeper release LOT" in report.trouble
    stage.gateway.nothing(PlaceSellOrder)


def test_the_trouble_of_questions_does_not_hide_it():
    stage = restarted()
    stage.gateway.received.clear()
    stage.desk.advance(20.0)
    assert "does not list it any more" in stage.last_report().trouble


@pytest.mark.parametrize("order", ["the database first", "the exchange first"])
def test_a_pair_that_was_never_kept_is_called_a_typing_error(order):
    stage = starting_keeper()
    if order == "the exchange first":
        refused(stage)
        stage.loaded(cursor=None)
    else:
        stage.loaded(cursor=None)
        refused(stage)
    assert "a typing error?" in stage.last_report().trouble
    answer = stage.desk.ask(ReleaseLot(SYMBOL, NAME, is_dry_run=False))
    assert isinstance(answer, CommandRefused)


def test_a_lot_is_released_without_a_question_to_the_exchange():
    stage = restarted()
    tried = stage.desk.ask(ReleaseLot(SYMBOL, NAME, is_dry_run=True))
    assert isinstance(tried, CommandDone)
    assert "have ended with the pair" in tried.text
    assert stage.book.lots[7001].state is not LotState.CLOSED
    stage.gateway.received.clear()
    assert stage.desk.ask(ReleaseLot(SYMBOL, NAME, is_dry_run=False)) == tried
    lot = stage.written()
    assert (lot.state, lot.open_quantity) == (LotState.CLOSED, D(0))
    assert [(each.kind, each.quantity) for each in lot.disposals] == [(DisposalKind.RELEASED, D("0.001"))]
    stage.gateway.nothing(CancelSellOrder)
    stage.gateway.nothing(PlaceSellOrder)


def test_a_pair_that_vanishes_while_it_is_kept():
    stage = trading_keeper()
    stage.selling()
    stage.desk.advance(601.0)
    refused(stage)
    assert isinstance(stage.desk.ask(ReleaseLot(SYMBOL, NAME, is_dry_run=False)), CommandDone)
    assert stage.written().state is LotState.CLOSED


def test_a_pair_that_vanishes_in_the_run_that_kept_it_first_is_no_typing_error():
    stage = starting_keeper()
    stage.loaded(cursor=None)
    stage.market()
    stage.answers()
    stage.desk.advance(601.0)
    refused(stage)
    stage.desk.advance(1.0)
    assert "does not list it any more" in stage.last_report().trouble


def test_a_pair_that_is_listed_again_trades_on():
    stage = restarted()
    stage.desk.advance(2.0)
    stage.market()
    assert "does not list it" not in stage.last_report().trouble
    stage.answers()
    assert stage.core.state.is_trading


def told(stage: Stage) -> list[TroubleKind]:
    return [each.kind for each in stage.last_report().todo]


def test_a_sell_that_is_refused_for_the_symbol_has_the_listing_asked_for_at_once():
    stage = trading_keeper()
    stage.desk.advance(60.0)
    stage.gateway.received.clear()
    stage.buys()
    stage.desk.tell(stage.refuses(stage.order(), -1121, "Invalid symbol."), stage.gateway)
    refused(stage)
    stage.desk.advance(1.0)
    assert told(stage) == [TroubleKind.NOT_LISTED], "a refusal says nothing more"


def test_a_comparison_that_is_refused_for_the_symbol_has_the_listing_asked_for_at_once():
    stage = trading_keeper()
    stage.desk.advance(60.0)
    stage.answers()
    stage.desk.tell(StreamProven(NOW_MS), stage.probes["user_stream"])
    asked = stage.gateway.pop(AskExchange)
    stage.desk.tell(FetchFailed(asked.request_id, "Invalid symbol. (-1121)", 1.0, is_unlisted=True), stage.gateway)
    refused(stage)
    stage.desk.advance(1.0)
    assert told(stage) == [TroubleKind.NOT_LISTED]


def test_the_refusal_of_an_unlisted_pair_ends_when_it_is_listed_again():
    stage = trading_keeper()
    stage.desk.advance(60.0)
    stage.gateway.received.clear()
    stage.buys()
    stage.desk.tell(stage.refuses(stage.order(), -1121, "Invalid symbol."), stage.gateway)
    refused(stage)
    stage.desk.advance(2.0)
    stage.market()
    assert stage.order().client_id.startswith("lk1-"), "not only after the refusal's own time"
