from dataclasses import replace

import pytest

from actors.pair_keeper.core import KeeperCore
from actors.pair_keeper.effects import Peer
from actors.pair_keeper.state import Phase
from lotkeeper.trading.recovery.questions import OpenOrders, TradesFrom
from lotkeeper.trading.reports.profit import Totals
from messages.account import WatchBalance
from messages.ledger import PairLoaded
from messages.pair_commands import PausePair, ResumePair
from messages.queries import FetchFailed, MarketFetched
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.pair_keeper.bench import HERE, at, done, new_state, sent
from tests.actors.stage import COMMISSION, PAIR, TERMS
from tests.persistence.lots import lot

LOADED = PairLoaded(SYMBOL, (lot(7),), Totals(), 100, is_paused=False)
MARKET = MarketFetched(1, PAIR, COMMISSION)


@pytest.fixture
def core():
    """It knows nothing yet; all its peers are there."""
    core = KeeperCore(new_state().start)
    core.state.peers = HERE
    core.collaborators.permission.start(at(0))
    return core


def take(core, *messages):
    """The effects of these events."""
    return [effect for each in messages for effect in core.handle(each, None, at(0))]


@pytest.mark.parametrize("events", [(LOADED, MARKET), (MARKET, LOADED)], ids=["lots first", "rules first"])
def test_whatever_comes_last_opens_the_book_and_begins_the_first_reconciliation(core, events):
    first, last = events
    assert [each for each in sent(take(core, first)) if hasattr(each, "question")] == []
    assert core.state.phase is Phase.LOADING
    effects = take(core, last)
    assert core.state.phase is Phase.RECONCILING
    assert list(core.state.book.lots) == [7]
    assert WatchBalance(SYMBOL, "BTC", "USDT") in sent(effects, Peer.USER_STREAM)
    assert {each.question for each in sent(effects)} == {TradesFrom(101), OpenOrders()}


def test_the_first_answer_of_the_database_counts(core):
    take(core, LOADED, replace(LOADED, lots=(), cursor=5), MARKET)
    assert (core.state.loaded, core.state.cursor) == (LOADED, 100)


@pytest.mark.parametrize("command", [PausePair, ResumePair])
def test_a_command_that_came_before_it_counts_more(core, command):
    take(core, command(SYMBOL), replace(LOADED, is_paused=command is ResumePair))
    assert core.state.is_paused is (command is PausePair)


@pytest.mark.parametrize("is_paused", [True, False])
def test_without_a_command_the_database_says_whether_it_is_paused_and_why_it_is_watch_only(core, is_paused):
    take(core, replace(LOADED, is_paused=is_paused, watch_only="another keeper trades it"))
    assert core.state.is_paused is is_paused
    assert "another keeper trades it" in core.collaborators.permission.watch_only(at(0))


def test_a_pair_that_is_not_listed_opens_with_the_rules_that_were_recorded(core):
    core.state.is_listed = False
    take(core, replace(LOADED, market=TERMS.market))
    assert core.state.phase is Phase.RECONCILING
    assert not core.state.market.pair.is_trading


def test_without_recorded_rules_it_stays_closed(core):
    core.state.is_listed = False
    assert done(core.collaborators.opening.on_pair_loaded(LOADED, at(0)))[0] == []
    take(core, FetchFailed(1, "Invalid symbol", 1.0, is_unlisted=True))
    assert not core.state.has_book
