from dataclasses import replace
from decimal import Decimal as D

import pytest

from actors.pair_keeper.core import KeeperCore
from actors.pair_keeper.effects import Send
from lotkeeper.trading.recovery.coins_in_no_lot import CoinsInNoLot
from messages.account import WatchBalance, WatchOrders
from messages.ledger import LoadPair, RecordCoins
from messages.lifecycle import Peers, PeersChanged
from messages.orders import IntroduceKeeper
from messages.prices import RulesLearned
from messages.queries import FetchMarket
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.pair_keeper.bench import HERE, at, done, new_state, open_core
from tests.actors.stage import PAIR

INTRODUCTION = IntroduceKeeper(SYMBOL, 1, 1)
RULES = [FetchMarket(1, SYMBOL, 10_000, with_commission=False), FetchMarket(2, SYMBOL, 10_000)]


@pytest.fixture
def core():
    return open_core()


def told(core: KeeperCore, **peers: object) -> list[object]:
    """What is sent when these peers have changed."""
    message = PeersChanged(replace(core.state.peers, **peers))
    effects, _ = done(core.collaborators.peers.on_peers_changed(message, at(0)))
    return [each.message for each in effects if isinstance(each, Send)]


def test_at_the_start_every_peer_is_new():
    core = KeeperCore(new_state().start)
    effects, _ = done(core.collaborators.peers.on_start(core.state.start, at(0)))
    assert core.state.peers == HERE
    sent = [each.message for each in effects if isinstance(each, Send)]
    loading = LoadPair(SYMBOL, incarnation=1)
    assert sent == [WatchOrders(SYMBOL, 1), loading, INTRODUCTION, *RULES]


def test_peers_that_stay_are_told_nothing(core):
    assert told(core) == []


def test_a_peer_that_is_gone_is_told_nothing(core):
    assert told(core, ledger=None, gateway=None, prices=None, user_stream=None) == []
    assert core.state.peers == Peers(monitor=HERE.monitor)


def test_a_new_stream_is_told_what_to_watch(core):
    assert told(core, user_stream="another") == [WatchOrders(SYMBOL, 1), WatchBalance(SYMBOL, "BTC", "USDT")]


def test_a_new_ledger_is_told_which_coins_are_the_owners_own(core):
    core.state.coins = CoinsInNoLot(D("0.5"))
    assert RecordCoins(SYMBOL, D("0.5")) in told(core, ledger="another")


def test_new_prices_are_told_the_rules(core):
    assert told(core, prices="another") == [RulesLearned(SYMBOL, PAIR.tick, True)]


def test_a_new_gateway_is_introduced_to_and_asked_what_is_not_answered(core):
    done(core.collaborators.rules.begin(at(0)))
    assert told(core, gateway="another")[1:] == RULES
    assert not core.collaborators.permission.is_introduced
