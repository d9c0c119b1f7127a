import pytest

from actors.gateway.own_questions import OwnQuestions
from lotkeeper.exchange import requests
from lotkeeper.exchange.rest.outcomes import Answered, Unknown
from lotkeeper.exchange.shapes import Account
from messages.lifecycle import AccountRead, ExchangeTimeRead
from tests.actors.gateway.exchange_memory import NOW_MS

TIME, ACCOUNT = requests.server_time(), requests.account()


class Throttle:
    """It allows what the test says."""

    deferred = None
    is_count_unsure = False
    is_probe_due = False

    def deferral(self, cost, purpose):
        return self.deferred

    def may_probe(self):
        return self.is_probe_due


class Later:
    retry_s = 7.0


class Link:
    """Keeps what is submitted; the test answers."""

    def __init__(self):
        self.submitted, self.warmed = [], 0

    def submit(self, request, timeout_s, on_outcome):
        self.submitted.append((request, on_outcome))

    def keep_warm(self):
        self.warmed += 1

    def asked(self):
        return [request for request, _ in self.submitted]

    def answer(self, outcome):
        """The oldest question is answered."""
        self.submitted.pop(0)[1](outcome)


@pytest.fixture
def throttle():
    return Throttle()


@pytest.fixture
def link():
    return Link()


@pytest.fixture
def told():
    return []


@pytest.fixture
def own(throttle, link, told):
    own = OwnQuestions(throttle, lambda: 5.0, told.append)
    own.use(link)
    return own


def test_the_launcher_is_told_the_exchanges_time(own, link, told):
    assert own.sync_time() == 600.0
    assert link.asked() == [TIME]
    link.answer(Answered(NOW_MS))
    assert told == [ExchangeTimeRead(NOW_MS, 5.0)]
    own.sync_time()
    link.answer(Unknown("no answer"))
    assert len(told) == 1


def test_the_time_is_asked_for_later_while_the_budget_has_no_room(own, link, throttle):
    throttle.deferred = Later()
    assert own.sync_time() == 7.0
    assert link.asked() == []


def test_the_account_is_asked_for_once_the_exchange_answers_and_until_it_is_known(own, link, told):
    own.want_account()
    own.sync_time()
    link.answer(Answered(NOW_MS))
    assert link.asked() == [ACCOUNT]
    own.ask_account()
    assert link.asked() == [ACCOUNT]  # one question at a time
    link.answer(Unknown("no answer"))
    own.ask_account()
    link.answer(Answered(Account((), can_trade=True, uid=17)))
    own.ask_account()
    assert (told[1:], link.asked()) == ([AccountRead(17)], [])


def test_a_launcher_that_knows_the_account_is_told_nothing_of_it(own, link, told):
    own.sync_time()
    link.answer(Answered(NOW_MS))
    assert link.asked() == []


@pytest.mark.parametrize("is_due", [True, False])
def test_the_one_question_before_all_others_is_asked_when_it_is_due(own, link, throttle, is_due):
    throttle.is_probe_due = is_due
    assert own.probe_when_due() is is_due
    assert link.asked() == ([TIME] if is_due else [])


@pytest.mark.parametrize("is_count_unsure", [True, False])
def test_a_connection_is_kept_warm_and_what_was_counted_is_found_out(own, link, throttle, is_count_unsure):
    throttle.is_count_unsure = is_count_unsure
    assert own.keep_warm()
    assert (link.warmed, link.asked()) == (1, [TIME] if is_count_unsure else [])


def test_nothing_is_kept_warm_while_the_budget_has_no_room(own, link, throttle):
    throttle.deferred = Later()
    assert not own.keep_warm()
    assert link.warmed == 0


def test_without_a_link_nothing_is_asked(own, link, throttle):
    throttle.is_probe_due = True
    own.want_account()
    own.use(None)
    assert (own.probe_when_due(), own.keep_warm(), own.sync_time()) == (False, False, 600.0)
    own.ask_account()
    assert (link.submitted, link.warmed) == ([], 0)
