import pytest

from actors.pair_keeper.effects import Raise, Reply, Wake
from actors.pair_keeper.reconciler import Reconciler
from actors.pair_keeper.requests import Requests
from actors.pair_keeper.state import Trouble, TroubleKind
from actors.pair_keeper.tags import BeginReconciliation
from actors.pair_keeper.trust import TradingPermission
from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.recovery.questions import OpenOrders, TradesFrom
from lotkeeper.trading.recovery.reconcile import Reconciliation
from messages.queries import FetchFailed, OrdersFetched, TradesFetched
from tests.actors.gateway.exchange_memory import report
from tests.actors.pair_keeper.bench import at, done, logged, new_state, open_state, replies, sent, wakeups
from tests.actors.stage import contradict
from tests.persistence.lots import lot


class Bench:
    """A reconciler and the passes that it has completed."""

    def __init__(self, state=None):
        self.state = state or open_state()
        self.requests = Requests()
        self.completed, self.abandoned = [], []
        permission = TradingPermission(self.state)
        permission.start(at(0))
        self.reconciler = Reconciler(
            self.state,
            self.requests,
            permission,
            conclude=self.conclude,
            keep_found=self.keep_found,
            ask_listing=lambda now: iter(()),
        )

    def conclude(self, complete, now):
        self.completed.append(complete)
        yield from self.reconciler.follow_up(now)

    def keep_found(self, abandoned, now):
        self.abandoned.append(abandoned)
        yield from ()

    def begin(self, seconds=0.0):
        return sent(done(self.reconciler.begin(at(seconds)))[0])

    def answer(self, asked, seconds=1.0, reports=()):
        """One question is answered; the effects."""
        tag = self.requests.take_answered(asked.request_id)
        if isinstance(asked.question, OpenOrders):
            return done(self.reconciler.on_orders(tag, OrdersFetched(asked.request_id, reports), at(seconds)))[0]
        return done(self.reconciler.on_trades(tag, TradesFetched(asked.request_id, ()), at(seconds)))[0]

    def fail(self, asked, retry_s, seconds=1.0):
        tag = self.requests.take_answered(asked.request_id)
        return done(self.reconciler.on_failure(tag, FetchFailed(asked.request_id, "HTTP 502", retry_s), at(seconds)))[0]


@pytest.fixture
def bench():
    return Bench()


def test_nothing_begins_before_the_book_is_open():
    assert Bench(new_state()).begin() == []


def test_a_pass_asks_and_is_complete_with_the_last_answer(bench):
    first, second = bench.begin()
    assert [first.question, second.question] == [TradesFrom(101), OpenOrders()]
    assert bench.answer(first) == []
    assert (bench.reconciler.is_under_way, bench.completed) == (True, [])
    bench.answer(second)
    assert not bench.reconciler.is_under_way
    assert [each.started_ms for each in bench.completed] == [at(0).wall_ms]


def test_one_that_is_wanted_meanwhile_follows(bench):
    first, second = bench.begin()
    assert bench.begin(0.5) == []
    bench.answer(first)
    assert len(sent(bench.answer(second))) == 2
    assert bench.reconciler.is_under_way


def test_a_failure_abandons_the_pass_and_its_other_answers_count_no_more(bench):
    first, second = bench.begin()
    effects = bench.fail(first, 0.0)
    assert wakeups(effects) == [(0.2, BeginReconciliation(1))]
    assert logged(effects) == ["BTCUSDT: reconciliation: HTTP 502; again in 0.20 s"]
    assert bench.state.trouble == Trouble(TroubleKind.RECONCILIATION_FAILED, "HTTP 502")
    assert bench.requests.take_answered(second.request_id) is None
    assert len(sent(done(bench.reconciler.on_begin_due(BeginReconciliation(1), at(2)))[0])) == 2
    assert [each.started_ms for each in bench.abandoned] == [at(0).wall_ms]


def test_the_same_failure_is_logged_once(bench):
    bench.fail(bench.begin()[0], 0.0)
    assert logged(bench.fail(bench.begin(1)[0], 0.0)) == []


def test_what_may_have_been_counted_is_not_repeated_faster_than_polled(bench):
    assert wakeups(bench.fail(bench.begin()[0], 1.0)) == [(2.0, BeginReconciliation(1))]


def test_a_wake_up_of_an_older_pass_begins_nothing(bench):
    bench.fail(bench.begin()[0], 0.0)
    bench.fail(bench.begin(1)[0], 0.0)
    assert done(bench.reconciler.on_begin_due(BeginReconciliation(1), at(2)))[0] == []


def test_an_impossible_answer_is_a_contradiction(monkeypatch):
    contradict(monkeypatch, 8)
    bench = Bench(open_state(lot(7)))
    first, second = bench.begin()
    bench.answer(first)
    strange = report(8, "lk1-7-1", Side.SELL, "NEW", "0.4995", "0", "70000")
    effects = bench.answer(second, reports=(strange,))
    assert wakeups(effects) == [(5.0, BeginReconciliation(1))]
    assert "cannot be of order 8" in bench.state.trouble_sentence()


def test_a_fault_of_ours_abandons_the_pass_and_is_raised_after_all_else(bench, monkeypatch):
    first, second = bench.begin()
    bench.answer(first)
    monkeypatch.setattr(PairBook, "apply_report", lambda book, report: 1 / 0)
    effects = bench.answer(second, reports=(report(9, "web", Side.SELL, "NEW", "1", "0", "70000"),))
    assert isinstance(effects[-1], Raise)
    assert isinstance(effects[-1].error, ZeroDivisionError)
    assert any(isinstance(each, Wake) for each in effects)
    assert (bench.reconciler.is_under_way, bench.completed, len(bench.abandoned)) == (False, [], 1)


def test_an_answer_waits_for_a_pass_that_begins_after_it(bench):
    first, second = bench.begin()
    assert done(bench.reconciler.answer_after_pass("a person", "done", at(0.5)))[0] == []
    assert bench.reconciler.has_waiting_answers
    bench.answer(first)
    effects = bench.answer(second)
    assert replies(effects) == []
    for question in sent(effects):
        effects = bench.answer(question, 2.0)
    assert effects == [Reply("a person", "done")]
    assert not bench.reconciler.has_waiting_answers


def test_a_first_start_says_from_when_on_it_counts(bench):
    bench.state.cursor = None
    for question in bench.begin():
        bench.answer(question)
    bench.completed = []
    bench.state.cursor = None
    complete = Reconciliation(bench.state.book, 100, at(0).wall_ms)
    effects, _ = done(bench.reconciler.account_for(complete, at(1)))
    assert (bench.state.cursor, bench.state.book.cursor) == (100, 100)
    assert bench.state.known_since_ms == bench.state.complete_as_of_ms == at(0).wall_ms
    assert len(logged(effects)) == 1
