"""What takes requests goes on with each outcome, in whatever order outcomes come."""

from collections.abc import Callable
from typing import Any

import pytest

from actors.gateway.request_runner import RequestRunner, SharedFetch
from lotkeeper.exchange import requests
from lotkeeper.exchange.requests import ExchangeRequest
from lotkeeper.exchange.rest.outcomes import Answered, Outcome, Unknown

ONE, TWO = requests.book_ticker("BTCUSDT"), requests.book_ticker("ETHUSDT")


class Submissions:
    """A link that keeps what is submitted."""

    def __init__(self) -> None:
        self.all: list[tuple[ExchangeRequest, float, Callable[[Outcome], None]]] = []

    def submit(self, request: ExchangeRequest, timeout_s: float, on_outcome: Callable[[Outcome], None]) -> None:
        self.all.append((request, timeout_s, on_outcome))

    def answer(self, request: ExchangeRequest, body: object) -> None:
        found = next(each for each in self.all if each[0] is request)
        self.all.remove(found)
        found[2](Answered(body))


@pytest.fixture
def link():
    return Submissions()


@pytest.fixture
def runner(link):
    return RequestRunner(link)


@pytest.fixture
def ended():
    """What came of all that was run, in order."""
    return []


def run(runner: RequestRunner, steps: Any, ended: list[Any], name: str = "") -> None:
    runner.run(steps, 3.0, lambda result: ended.append((name, result)), lambda error: ended.append((name, repr(error))))


def asking(*asks):
    """The bodies of the answers."""
    bodies = []
    for ask in asks:
        outcome = yield ask
        bodies.append(outcome.body)
    return bodies


def test_each_request_follows_the_outcome_of_the_one_before(runner, link, ended):
    run(runner, asking(ONE, TWO), ended)
    assert [(request, timeout_s) for request, timeout_s, _ in link.all] == [(ONE, 3.0)]
    link.answer(ONE, 1)
    assert [request for request, *_ in link.all] == [TWO]
    assert ended == []
    link.answer(TWO, 2)
    assert ended == [("", [1, 2])]


def test_what_takes_no_request_ends_at_once(runner, link, ended):
    run(runner, asking(), ended)
    assert (ended, link.all) == ([("", [])], [])


def test_outcomes_come_in_any_order(runner, link, ended):
    run(runner, asking(ONE), ended, "one")
    run(runner, asking(TWO), ended, "two")
    link.answer(TWO, 2)
    link.answer(ONE, 1)
    assert ended == [("two", [2]), ("one", [1])]


def test_a_fault_ends_one_and_no_other(runner, link, ended):
    def broken(at_once: bool):
        if not at_once:
            yield ONE
        raise ValueError("a fault")

    run(runner, broken(at_once=True), ended, "first")
    run(runner, broken(at_once=False), ended, "second")
    run(runner, asking(TWO), ended, "third")
    link.answer(ONE, 1)
    link.answer(TWO, 2)
    assert ended == [("first", "ValueError('a fault')"), ("second", "ValueError('a fault')"), ("third", [2])]


def test_a_fault_of_the_link_is_a_fault_of_what_was_sent(runner, link, ended):
    def submit(*_: object) -> None:
        raise UnicodeError("it cannot be written")

    link.submit = submit
    run(runner, asking(ONE), ended)
    assert ended == [("", "UnicodeError('it cannot be written')")]


def test_several_wait_for_one_request(runner, link, ended):
    fetch = SharedFetch(ONE, 1_000)
    run(runner, asking(fetch), ended, "first")
    run(runner, asking(fetch, TWO), ended, "second")
    assert len(link.all) == 1
    link.answer(ONE, 1)
    assert ended == [("first", [1])]
    link.answer(TWO, 2)
    assert ended[1:] == [("second", [1, 2])]
    assert fetch.outcome == Answered(1)


def test_a_request_is_shared_while_it_is_under_way_and_young_enough():
    fetch = SharedFetch(ONE, 1_000)
    assert fetch.is_as_young(500, 1_499)
    assert not fetch.is_as_young(500, 1_500)
    assert not fetch.is_as_young(0, 1_000)
    assert not fetch.is_as_young(500, 999)  # the clock was set back
    fetch.outcome = Unknown("no answer")
    assert not fetch.is_as_young(500, 1_001)
