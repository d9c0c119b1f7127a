import pytest

from lotkeeper.exchange.link.states import (
    AttemptEvent,
    AttemptState,
    LinkCondition,
    LinkEvent,
    LinkState,
    Route,
    attempt_after,
)
from lotkeeper.exchange.websocket.connect_policy import ConnectFailure, FailureKind

FAILURE = ConnectFailure(FailureKind.KEY, "refused")


@pytest.mark.parametrize("condition", LinkCondition)
def test_requests_go_over_the_websocket_api_only_while_a_connection_is_ready(condition: LinkCondition) -> None:
    expected = Route.WEBSOCKET_API if condition is LinkCondition.READY else Route.REST
    assert LinkState(condition, 1).route is expected


@pytest.mark.parametrize(
    ("event", "condition"),
    [
        (LinkEvent.LOST, LinkCondition.LOST),
        (LinkEvent.SUSPECTED, LinkCondition.SUSPECTED),
        (LinkEvent.LOGGED_OFF, LinkCondition.LOGGED_OFF),
    ],
)
def test_whatever_ends_a_connection_a_further_one_brings_the_requests_back(
    event: LinkEvent, condition: LinkCondition
) -> None:
    first = LinkState(LinkCondition.STARTING, 1).after(LinkEvent.READY, 2)
    ended = first.after(event, 3)
    assert (ended.condition, ended.since_ms) == (condition, 3)
    assert ended.after(LinkEvent.READY, 4) == LinkState(LinkCondition.READY, 4)


def test_a_renewed_connection_is_ready_since_the_first() -> None:
    assert LinkState(LinkCondition.READY, 1).after(LinkEvent.READY, 9) == LinkState(LinkCondition.READY, 1)


def test_a_failed_attempt_changes_no_way_and_is_forgotten_with_the_next_success() -> None:
    failed = LinkState(LinkCondition.LOST, 1).failed(FAILURE, needs_a_person=True)
    assert (failed.condition, failed.since_ms, failed.failure, failed.needs_a_person) == ("LOST", 1, FAILURE, True)
    assert failed.after(LinkEvent.READY, 5) == LinkState(LinkCondition.READY, 5)


def test_without_a_websocket_api_nothing_can_happen_to_a_connection() -> None:
    with pytest.raises(KeyError):
        LinkState(LinkCondition.REST_ONLY, 1).after(LinkEvent.READY, 2)


def test_an_attempt_to_connect_from_its_beginning_to_its_end() -> None:
    state = AttemptState.IDLE
    for event in (AttemptEvent.WANTED, AttemptEvent.PERMITTED, AttemptEvent.OPENED, AttemptEvent.READY):
        state = attempt_after(state, event)
    assert state is AttemptState.IDLE


@pytest.mark.parametrize("state", [AttemptState.OPENING, AttemptState.LOGGING_ON])
def test_a_failed_attempt_waits_for_the_next(state: AttemptState) -> None:
    assert attempt_after(state, AttemptEvent.FAILED) is AttemptState.WAITING


@pytest.mark.parametrize("state", [each for each in AttemptState if each is not AttemptState.IDLE])
def test_what_is_wanted_already_is_not_begun_again(state: AttemptState) -> None:
    assert attempt_after(state, AttemptEvent.WANTED) is state
