from decimal import Decimal as D

import pytest

from actors.pair_keeper.core import KeeperCore
from actors.pair_keeper.effects import Peer
from messages.account import BalanceMoved, StreamLost, StreamProven, WatchBalance, WatchOrders
from messages.queries import AskExchange, BalanceFetched, FetchBalance
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL
from tests.actors.pair_keeper.bench import HERE, at, done, logged, new_state, open_core, sent
from tests.actors.stage import POLL_EVERY_S


@pytest.fixture
def core():
    return open_core()


def due(core, seconds):
    """The types of the questions that are asked when that time has come."""
    return [type(each) for each in sent(done(core.collaborators.stream.reconcile_when_due(at(seconds)))[0])]


def prove(core, seconds=0.0):
    """The stream is proven, and the reconciliation that follows is complete."""
    done(core.collaborators.stream.on_stream_proven(StreamProven(NOW_MS), at(seconds)))
    core.collaborators.reconciler._pass = None


def test_a_new_stream_is_told_what_to_watch_once_the_assets_are_known(core):
    assert sent(done(core.collaborators.stream.watch(at(0)))[0], Peer.USER_STREAM) == [
        WatchOrders(SYMBOL, 1),
        WatchBalance(SYMBOL, "BTC", "USDT"),
    ]
    loading = KeeperCore(new_state().start)
    loading.state.peers = HERE
    assert sent(done(loading.collaborators.stream.watch(at(0)))[0], Peer.USER_STREAM) == [WatchOrders(SYMBOL, 1)]


def test_while_it_is_down_the_account_is_polled(core):
    assert due(core, 0) == [FetchBalance, AskExchange, AskExchange]
    core.collaborators.reconciler._pass = None
    core.collaborators.requests.take_answered(1)
    assert due(core, 2) == [FetchBalance]
    core.collaborators.requests.take_answered(4)
    assert due(core, POLL_EVERY_S) == [FetchBalance, AskExchange, AskExchange]


def test_a_balance_that_has_changed_is_compared_at_once(core):
    done(core.collaborators.stream.on_probe(None, BalanceFetched(1, "BTC", D(1), D(0)), at(0)))
    assert not core.collaborators.reconciler.is_under_way
    done(core.collaborators.stream.on_probe(None, BalanceFetched(2, "BTC", D(1), D(0)), at(2)))
    assert not core.collaborators.reconciler.is_under_way
    done(core.collaborators.stream.on_probe(None, BalanceFetched(3, "BTC", D(2), D(0)), at(4)))
    assert core.collaborators.reconciler.is_under_way


def test_while_it_is_proven_it_compares_every_two_minutes(core):
    prove(core)
    assert due(core, 119) == []
    assert due(core, 120) == [AskExchange, AskExchange]


def test_a_change_is_logged_once_and_a_start_is_none(core):
    for second in (0, 1):
        assert logged(done(core.collaborators.stream.on_stream_proven(StreamProven(NOW_MS), at(second)))[0]) == []
    assert len(logged(done(core.collaborators.stream.on_stream_lost(StreamLost(NOW_MS, "cut"), at(2)))[0])) == 1
    assert logged(done(core.collaborators.stream.on_stream_lost(StreamLost(NOW_MS, "cut"), at(3)))[0]) == []
    assert len(logged(done(core.collaborators.stream.on_stream_proven(StreamProven(NOW_MS), at(4)))[0])) == 1
    assert logged(done(core.collaborators.stream.on_stream_proven(StreamProven(NOW_MS), at(5)))[0]) == []


def test_a_balance_that_no_trade_moved_is_compared_and_then_told(core):
    prove(core)
    for seconds, held in ((0, 1), (31, 2)):
        done(core.collaborators.stream.on_balance_moved(BalanceMoved("BTC", D(held)), at(seconds)))
    effects, _ = done(core.collaborators.stream.reconcile_when_due(at(35)))
    assert logged(effects) == ["BTCUSDT: the balance of BTC moved by 1 without a trade; all is compared"]
    complete = type("Complete", (), {"cursor": 100, "new_fills": [], "started_ms": at(35).wall_ms})()
    unexplained = core.collaborators.stream.settle_balance(complete, at(36))
    assert unexplained == D(1)
    told = logged(done(core.collaborators.stream.judge(complete, unexplained, at(36)))[0])
    assert told == ["BTCUSDT: 1 BTC came, and no trade of the pair did it"]
    assert core.collaborators.stream.settle_balance(complete, at(37)) == 0


def test_a_balance_before_the_book_is_open_is_nothing():
    loading = KeeperCore(new_state().start)
    assert done(loading.collaborators.stream.on_balance_moved(BalanceMoved("BTC", D(1)), at(0)))[0] == []
