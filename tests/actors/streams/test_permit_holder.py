"""When a stream actor may connect, and what it tells the Gateway."""

import pytest

from actors.streams.permit_holder import PermitHolder
from lotkeeper.engine.actor import EngineActor
from lotkeeper.engine.testkit import ActorBench
from lotkeeper.exchange.websocket.connect_policy import ConnectFailure, FailureKind
from messages.connections import LimitHit, RequestConnectPermit


class Stream(EngineActor):
    """An actor that only holds permits."""

    def __init__(self) -> None:
        super().__init__()
        self.permits = PermitHolder(self)
        self.permits.stream = "BTCUSDT"


@pytest.fixture
def bench():
    return ActorBench(Stream)


@pytest.fixture
def gateway(bench):
    probe = bench.probe("gateway")
    bench.actor.permits.meet_gateway(probe.address)
    return probe


def test_the_first_attempt_needs_no_permit(bench, gateway):
    assert bench.actor.permits.wait_s() == 0.0
    gateway.nothing()


def test_after_an_attempt_the_next_permit_is_asked_for_in_advance(bench, gateway):
    bench.actor.permits.attempt_ended(None)
    assert gateway.received == [RequestConnectPermit("BTCUSDT", 2, (bench.actor.wall_ms(),))]
    assert not bench.actor.permits.grant(2)  # no attempt has waited for it
    assert bench.actor.permits.wait_s() == 0.0


def test_a_permit_that_an_attempt_waits_for_lets_it_go(bench, gateway):
    bench.actor.permits.attempt_ended(None)
    assert bench.actor.permits.wait_s() == 0.25
    assert not bench.actor.permits.grant(1)
    assert bench.actor.permits.grant(2)
    assert bench.actor.permits.wait_s() == 0.0


def test_an_attempt_that_reached_no_server_uses_no_permit(bench, gateway):
    bench.actor.permits.attempt_ended(ConnectFailure(FailureKind.UNREACHABLE, "refused"))
    gateway.nothing()
    assert bench.actor.permits.wait_s() == 0.0


@pytest.mark.parametrize(("retry_after_s", "reported_s"), [(120.0, 120.0), (None, 60.0)])
def test_a_refusal_by_a_limit_is_reported_to_the_gateway(bench, gateway, retry_after_s, reported_s):
    bench.actor.permits.attempt_ended(ConnectFailure(FailureKind.LIMITED, "HTTP 418", retry_after_s))
    assert gateway.pop(LimitHit) == LimitHit(reported_s, "HTTP 418")


def test_a_pause_holds_and_a_shorter_one_does_not_end_it(bench, gateway):
    now_ms = bench.actor.wall_ms()
    bench.actor.permits.pause_until(now_ms + 30_000)
    bench.actor.permits.pause_until(now_ms + 10_000)
    assert bench.actor.permits.wait_s() == 30.0


def test_a_new_gateway_is_asked_for_the_missing_permit(bench, gateway):
    bench.actor.permits.attempt_ended(None)
    successor = bench.probe("the next gateway")
    bench.actor.permits.meet_gateway(None)
    bench.actor.permits.meet_gateway(successor.address)
    assert successor.pop(RequestConnectPermit).number == 2
