import pytest

from actors.pair_keeper.core import KeeperCore
from actors.pair_keeper.effects import Peer
from actors.pair_keeper.heartbeat import BUSY_S, QUIET_S
from actors.pair_keeper.requests import ANSWER_WITHIN_S
from actors.pair_keeper.state import RateSource
from actors.pair_keeper.tags import SendReport, Tick
from lotkeeper.trading.lots.states import LotState
from messages.account import StreamProven
from messages.health import PairReported
from messages.queries import FetchMarket
from tests.actors.gateway.exchange_memory import NOW_MS
from tests.actors.pair_keeper.bench import at, done, new_state, open_core, sent, wakeups
from tests.persistence.lots import lot

UNSOLD = lot(7, orders=(), buy_ended=True, state=LotState.OPEN)


@pytest.fixture
def core():
    core = open_core()
    done(core.collaborators.housekeeping.on_start(core.state.start, at(0)))
    return core


def tick(core, seconds, number=1):
    return done(core.collaborators.housekeeping.on_tick(Tick(number), at(seconds)))[0]


def ticks(effects):
    return [(after_s, event.number) for after_s, event in wakeups(effects) if isinstance(event, Tick)]


def test_the_first_tick_comes_after_the_start():
    fresh = KeeperCore(new_state().start)
    effects, _ = done(fresh.collaborators.housekeeping.on_start(fresh.state.start, at(0)))
    assert wakeups(effects) == [(BUSY_S, Tick(1))]


def test_each_tick_asks_for_the_next_and_reports(core):
    effects = tick(core, 1.0)
    assert ticks(effects) == [(BUSY_S, 2)]
    assert isinstance(sent(effects, Peer.MONITOR)[0], PairReported)


def test_one_that_is_not_the_newest_does_nothing(core):
    tick(core, 1.0)
    assert tick(core, 1.0) == []


def test_a_question_that_stays_without_an_answer_is_sent_again(core):
    done(core.collaborators.rules.begin(at(0)))
    assert not [each for each in sent(tick(core, ANSWER_WITHIN_S - 0.1)) if isinstance(each, FetchMarket)]
    again = [each for each in sent(tick(core, ANSWER_WITHIN_S, 2)) if isinstance(each, FetchMarket)]
    assert [each.request_id for each in again] == [1, 2]


def grow_quiet(core, pause_s=60.0):  # then the next comparison is due
    """Half a minute with a question that waits for its answer, then half a minute without."""
    done(core.collaborators.stream.on_stream_proven(StreamProven(NOW_MS), at(0)))
    core.collaborators.reconciler._pass = None
    core.collaborators.rules.postpone(1000.0, at(0))  # nothing is due before
    assert ticks(tick(core, 30.0)) == [(BUSY_S, 2)]  # the questions of the pass
    core.collaborators.requests.drop(lambda tag: True)
    assert ticks(tick(core, 60.0, 2)) == [(pause_s, 3)]


def test_while_a_question_waits_for_its_answer_it_stays_busy(core):
    grow_quiet(core)


def test_the_tick_that_begins_a_comparison_leaves_the_report_to_the_next_one(core):
    grow_quiet(core)
    effects = tick(core, 120.0, 3)
    assert ticks(effects) == [(BUSY_S, 4)]
    assert sent(effects)
    assert not sent(effects, Peer.MONITOR)
    core.collaborators.reconciler._pass = None
    assert sent(tick(core, 121.0, 4), Peer.MONITOR)


def test_with_an_open_lot_its_pauses_are_shorter():
    core = open_core(UNSOLD)
    done(core.collaborators.housekeeping.on_start(core.state.start, at(0)))
    grow_quiet(core, QUIET_S)


def test_an_event_ends_the_quiet(core):
    grow_quiet(core)
    effects, _ = done(core.collaborators.housekeeping.after_event(StreamProven(NOW_MS), at(61)))
    assert wakeups(effects) == [(BUSY_S, Tick(4))]
    assert done(core.collaborators.housekeeping.after_event(SendReport(), at(61)))[0] == []


@pytest.mark.parametrize("lots", [(UNSOLD,), ()])
def test_the_commission_is_asked_for_once_a_lot_needs_it(lots):
    core = open_core(*lots)
    core.state.rate_source = RateSource.USUAL
    effects, _ = done(core.collaborators.housekeeping.after_event(StreamProven(NOW_MS), at(0)))
    assert len([each for each in sent(effects) if isinstance(each, FetchMarket)]) == len(lots)


def test_a_commission_that_is_known_is_not_asked_for():
    core = open_core(UNSOLD)
    assert sent(done(core.collaborators.housekeeping.after_event(StreamProven(NOW_MS), at(0)))[0]) == []
