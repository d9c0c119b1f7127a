import pytest

from binance_sim.api.limits import FIRST_BAN_US, REFUSALS_BEFORE_BAN, Limits
from binance_sim.clock import FixedClock
from binance_sim.errors import ApiError, LimitError
from binance_sim.process import start_simulator
from tests.binance_sim.support import Client, ask

MINUTE_US = 60_000_000


@pytest.fixture
def clock():
    return FixedClock()


def refused(limits, weight=1):
    with pytest.raises(LimitError) as caught:
        limits.add(weight)
    return caught.value


def test_weight_is_counted_by_the_minute_and_given_back(clock):
    limits = Limits(clock, weight=10)
    limits.add(6)
    limits.give_back(2)
    assert limits.row()["count"] == 4
    error = refused(limits, 7)
    assert (error.code, error.status, error.retry_us % MINUTE_US) == (-1003, 429, 0)
    assert error.retry_after_s == -(-(MINUTE_US - clock.now_us % MINUTE_US) // 1_000_000)
    clock.now_us = error.retry_us
    limits.add(10)


def test_who_does_not_stop_is_banned_each_time_for_longer(clock):
    banned = []
    limits = Limits(clock, weight=1)
    limits.on_ban = lambda: banned.append(clock.us())
    limits.add(1)
    for _ in range(REFUSALS_BEFORE_BAN):
        assert refused(limits).status == 429
    for turn in range(1, 4):
        error = refused(limits)
        assert (error.status, error.retry_us - clock.us()) == (418, FIRST_BAN_US * 2 ** (turn - 1))
        assert str(error.retry_us // 1000) in error.text
        clock.now_us = error.retry_us - 1
        assert refused(limits).status == 418
        clock.now_us += 1
        limits.add(1)
        for _ in range(REFUSALS_BEFORE_BAN):
            assert refused(limits).status == 429
    assert len(banned) == 3


def test_a_limit_of_zero_is_none(clock):
    limits = Limits(clock, weight=0, connections=0)
    limits.add(10**9)
    for _ in range(1000):
        limits.connect(limits.stream_connections)


def test_connections_are_counted_in_five_minutes(clock):
    limits = Limits(clock, connections=2)
    for _ in range(2):
        limits.connect(limits.api_connections)
    with pytest.raises(ApiError) as caught:
        limits.connect(limits.api_connections)
    assert caught.value.code == -1034
    limits.connect(limits.stream_connections)
    clock.pass_ms(300_000)
    limits.connect(limits.api_connections)


@pytest.mark.e2e
def test_too_many_requests_are_refused_with_the_time_to_wait():
    with start_simulator(["--weight-limit", "50", "--paused", "--symbol", "BTCUSDT"]) as process:
        client = Client(process)
        socket = client.connect()
        answers = [client.signed("GET", "account") for _ in range(6)]
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert refused.json()["code"] == -1003
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        error = next(each["error"] for each in (ask(socket, "exchangeInfo") for _ in range(6)) if each["status"] == 429)
        assert error["data"]["retryAfter"] % 60_000 == 0
        socket.close()
