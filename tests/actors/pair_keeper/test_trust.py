from decimal import Decimal as D

import pytest

from actors.pair_keeper.effects import Peer
from actors.pair_keeper.state import RateSource
from actors.pair_keeper.tags import OrdersAllowedAgain
from actors.pair_keeper.trust import ObstacleKind, TradingPermission
from lotkeeper.trading.orders.fills import Side
from messages.ledger import LedgerFailed, RecordWatchOnly
from messages.lifecycle import Peers
from messages.orders import SellBlocked
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL, report
from tests.actors.pair_keeper.bench import at, done, logged, open_state, sent, wakeups
from tests.persistence.lots import lot, order

OTHER = "another lotkeeper trades BTCUSDT: SELL lk1-7-2 (order 9500) was not placed from here"


@pytest.fixture
def state():
    return open_state(lot(7))


@pytest.fixture
def permission(state):
    permission = TradingPermission(state)
    permission.start(at(0))
    permission.introduce(gateway=1)
    return permission


def other_keeper(state, permission):
    """A SELL with one of our names appears long after an earlier keeper could have sent it; the effects."""
    found = report(9500, "lk1-7-2", Side.SELL, "NEW", "0.001", "0", "70000")
    state.book.apply_report(type(found)(**{**_fields(found), "created_ms": NOW_MS + 100_000}))
    return done(permission.look_for_another(at(100)))[0]


def _fields(value):
    return {name: getattr(value, name) for name in type(value).__dataclass_fields__}


def test_of_several_obstacles_a_person_comes_first_and_the_gateway_last(state, permission):
    assert permission.obstacle(at(1)) is None
    done(permission.block_sells(SellBlocked(SYMBOL, "lk1-7-1", "in flight", 9.5), at(1)))
    assert permission.obstacle(at(1)).kind is ObstacleKind.IN_FLIGHT
    state.rate_source = RateSource.RECORDED
    assert permission.obstacle(at(1)).kind is ObstacleKind.NO_COMMISSION
    permission.on_new_gateway()
    assert permission.obstacle(at(1)).kind is ObstacleKind.NOT_INTRODUCED
    state.peers = Peers()
    assert permission.obstacle(at(1)).kind is ObstacleKind.NO_GATEWAY
    done(permission.pause_sending(60.0, "banned", at(1)))
    assert permission.obstacle(at(1)).kind is ObstacleKind.GATEWAY_PAUSES
    permission.load("another lotkeeper")
    assert permission.obstacle(at(1)).kind is ObstacleKind.WATCH_ONLY
    state.is_paused = True
    assert permission.obstacle(at(1)).kind is ObstacleKind.PAUSED


def test_what_waits_for_a_person_is_lasting(state, permission):
    permission.load("another lotkeeper")
    assert permission.obstacle(at(1)).is_lasting
    permission.dismiss_other_keeper()
    done(permission.pause_sending(60.0, "banned", at(1)))
    assert not permission.obstacle(at(1)).is_lasting


def test_a_pause_of_the_gateway_wakes_the_keeper_once(permission):
    effects, _ = done(permission.pause_sending(60.0, "banned", at(1)))
    assert wakeups(effects) == [(60.0, OrdersAllowedAgain())]
    assert done(permission.pause_sending(10.0, "banned", at(1)))[0] == []


def test_another_keeper_is_told_to_people_and_to_the_database(state, permission):
    effects = other_keeper(state, permission)
    assert sent(effects, Peer.LEDGER) == [RecordWatchOnly(SYMBOL, OTHER)]
    assert logged(effects)[0].startswith(f"BTCUSDT is watch-only: {OTHER}")
    assert permission.obstacle(at(100)).kind is ObstacleKind.WATCH_ONLY
    assert other_keeper(state, permission) == []  # said once


def test_it_is_written_again_after_the_ledger_failed(state, permission):
    failed = LedgerFailed(SYMBOL, "the disk is full")
    assert done(permission.on_ledger_failed(failed, at(1)))[0] == []
    other_keeper(state, permission)
    effects, _ = done(permission.on_ledger_failed(failed, at(101)))
    ((after_s, record),) = wakeups(effects)
    assert (after_s, sent(done(permission.on_write_due(record, at(103)))[0], Peer.LEDGER)) == (2.0, [record])


def test_a_sell_that_was_sent_again_is_no_copy_of_another_keeper(permission):
    permission.note_sent_again("lk1-7-1")
    assert done(permission.look_at_duplicate("lk1-7-1", at(100)))[0] == []
    permission.forget(["lk1-7-1"])
    assert (
        "was on the book before it was placed from here"
        in logged(done(permission.look_at_duplicate("lk1-7-1", at(100)))[0])[0]
    )


def test_what_the_exchange_does_not_know_troubles_the_pair_until_it_does(state, permission):
    unknown = [order(7, updated_ms=NOW_MS, quantity=D(1)), order(9)]
    effects, _ = done(permission.on_reconciled(unknown[:1], 1001.0, at(1)))
    assert state.trouble_sentence() == "the exchange does not know SELL lk1-7-1 of lot BTCUSDT-7"
    assert logged(effects) == [f"BTCUSDT: {state.trouble_sentence()}"]
    assert permission.watch_only(at(1)) == ""  # the question may lag behind
    assert done(permission.on_reconciled(unknown[:1], 1002.0, at(2)))[0] == []  # said once
    effects, _ = done(permission.on_reconciled(unknown, 1030.0, at(30)))
    assert "SELL lk1-7-1 of lot BTCUSDT-7 and 1 more" in permission.watch_only(at(30))
    assert permission.denied == {"lk1-7-1", "lk1-9-1"}
    done(permission.on_reconciled([], 1031.0, at(31)))
    assert (state.trouble, permission.watch_only(at(31)), permission.denied) == (None, "", frozenset())


def test_only_contradictions_count(permission):
    for _ in range(5):
        done(permission.on_reconciliation_failed("HTTP 502", at(1), is_contradiction=False))
    assert permission.watch_only(at(1)) == ""
    for _ in range(3):
        effects, _ = done(permission.on_reconciliation_failed("a lie", at(1), is_contradiction=True))
    assert "3 comparisons in a row failed: a lie" in permission.watch_only(at(1))
    assert len(logged(effects)) == 1
