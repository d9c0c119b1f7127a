import pytest

from actors.pair_keeper.effects import ReportSoon, Wake
from actors.pair_keeper.failed_questions import FailedQuestions, retry_after_s
from actors.pair_keeper.state import Trouble, TroubleKind
from actors.pair_keeper.tags import BalanceTag, MarketTag, MessageQuarantined
from messages.queries import FetchFailed, OrdersFetched
from tests.actors.pair_keeper.bench import at, done, new_state, open_state, wakeups

FAILED = FetchFailed(1, "HTTP 502", 2.0)


@pytest.fixture
def state():
    return new_state()


@pytest.fixture
def failed(state):
    return FailedQuestions(state)


def test_its_tag_is_the_wake_up_that_asks_again(failed):
    assert wakeups(done(failed.ask_later(BalanceTag(), FAILED, at(0)))[0]) == [(2.0, BalanceTag())]


def test_it_is_asked_again_once_however_often_it_fails(failed):
    done(failed.ask_later(BalanceTag(), FAILED, at(0)))
    assert done(failed.ask_later(BalanceTag(), FAILED, at(1)))[0] == []
    assert wakeups(done(failed.ask_later(MarketTag(), FAILED, at(1)))[0]) == [(2.0, MarketTag())]
    failed.note_due(BalanceTag())
    assert wakeups(done(failed.ask_later(BalanceTag(), FAILED, at(3)))[0]) == [(2.0, BalanceTag())]


@pytest.mark.parametrize(("wanted_s", "waited_s"), [(0.0, 0.2), (5.0, 5.0)])
def test_it_is_never_asked_again_at_once(wanted_s, waited_s):
    assert retry_after_s(FetchFailed(1, "HTTP 502", wanted_s)) == waited_s


def test_one_that_the_pair_needs_is_shown(state, failed):
    effects, _ = done(failed.ask_later_visibly(MarketTag(), FAILED, at(0)))
    assert effects == [Wake(2.0, MarketTag()), ReportSoon()]
    assert state.trouble == Trouble(TroubleKind.UNANSWERED, "HTTP 502")


def test_a_quarantined_message_is_shown_until_the_first_reconciliation_is_complete(state, failed):
    quarantined = MessageQuarantined(OrdersFetched(1, ()))
    assert done(failed.on_quarantined(quarantined, at(0)))[0] == [ReportSoon()]
    assert state.trouble == Trouble(TroubleKind.QUARANTINED, "OrdersFetched")
    trading = open_state()
    assert done(FailedQuestions(trading).on_quarantined(quarantined, at(0)))[0] == []
    assert trading.trouble is None
