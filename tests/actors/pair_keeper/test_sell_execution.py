from decimal import Decimal as D

import pytest

from actors.pair_keeper.effects import Peer
from actors.pair_keeper.tags import RetryLot
from lotkeeper.trading.lots.states import LotState
from messages.ledger import RecordLots
from messages.lifecycle import Peers
from messages.orders import PlaceSellOrder
from messages.queries import BalanceFetched, FetchBalance
from tests.actors.pair_keeper.bench import at, done, kinds, open_core, open_state, sent, wakeups
from tests.persistence.lots import lot

UNSOLD = lot(7, orders=(), buy_ended=True, state=LotState.OPEN)


@pytest.fixture
def core():
    return open_core(UNSOLD)


def test_the_sell_goes_out_before_the_lot_is_recorded_and_anything_is_logged(core):
    effects, _ = done(core.collaborators.selling.follow([7], at(0)))
    assert kinds(effects) == ["PlaceSellOrder", "Log", "RecordLots", "ReportSoon"]


def test_the_sell_is_in_the_book_before_its_effect_is_carried_out(core):
    effects = core.collaborators.selling.follow([7], at(0))
    assert isinstance(next(effects).message, PlaceSellOrder)
    assert core.state.book.lots[7].state is LotState.SELLING


def test_what_is_recorded_has_the_sell(core):
    effects, _ = done(core.collaborators.selling.follow([7], at(0)))
    (order,), (record,) = sent(effects), sent(effects, Peer.LEDGER)
    assert isinstance(record, RecordLots)
    assert [each.client_id for each in record.lots[0].orders] == [order.client_id]


def test_nothing_is_decided_before_the_first_reconciliation(core):
    core.state = open_state(UNSOLD, is_trading=False)
    core.collaborators.selling._state = core.collaborators.ledger._state = core.state
    effects, _ = done(core.collaborators.selling.follow([7], at(0)))
    assert kinds(effects) == ["RecordLots", "ReportSoon"]
    assert done(core.collaborators.selling.follow_open(at(0)))[0] == []


def test_an_obstacle_parks_the_lot_with_its_text(core):
    core.state.is_paused = True
    effects, _ = done(core.collaborators.selling.follow([7], at(0)))
    assert sent(effects) == []
    assert (core.state.book.lots[7].state, core.state.book.lots[7].reason) == (LotState.PARKED, "the pair is paused")


def test_without_a_gateway_nothing_is_sent_and_all_is_decided_again_when_it_is_back(core):
    core.state.peers = Peers()
    assert sent(done(core.collaborators.selling.follow([7], at(0)))[0]) == []
    core.state.peers = Peers(gateway="a new one")
    assert len(sent(done(core.collaborators.selling.follow_open(at(1)))[0])) == 1


def test_a_lot_that_waits_for_coins_asks_for_the_balance_when_it_is_looked_at_again(core):
    core.collaborators.facts.learn_balance(D(0), at(0))
    effects, _ = done(core.collaborators.selling.follow([7], at(0)))
    ((after_s, wakeup),) = wakeups(effects)
    assert wakeup == RetryLot(7)
    effects, _ = done(core.collaborators.selling.on_retry_due(wakeup, at(after_s)))
    assert sent(effects) == [FetchBalance(1, "BTC")]
    answer = BalanceFetched(1, "BTC", D(1), D(0))
    assert kinds(done(core.collaborators.selling.on_balance(None, answer, at(after_s)))[0])[0] == "PlaceSellOrder"


def test_one_wake_up_a_lot(core):
    core.collaborators.facts.learn_balance(D(0), at(0))
    assert len(wakeups(done(core.collaborators.selling.follow([7], at(0)))[0])) == 1
    assert wakeups(done(core.collaborators.selling.follow([7], at(1)))[0]) == []


def test_a_lot_that_is_gone_is_not_looked_at(core):
    assert done(core.collaborators.selling.on_retry_due(RetryLot(99), at(0)))[0] == []
