import pytest

from lotkeeper.paper.clock import FixedClock
from lotkeeper.paper.process import start_paper
from lotkeeper.paper.weights import TooManyRequestsError, Weights
from tests.lotkeeper.paper.support import Client, ask


def test_weights_of_a_minute():
    clock = FixedClock()
    weights = Weights(clock, limit=10)
    weights.add(6)
    weights.give_back(2)
    assert weights.row()["count"] == 4
    with pytest.raises(TooManyRequestsError) as caught:
        weights.add(7)
    assert caught.value.retry_after_s == -(-(60_000 - clock.now_ms % 60_000) // 1000)
    assert caught.value.retry_at_ms % 60_000 == 0
    clock.now_ms = caught.value.retry_at_ms
    weights.add(10)


@pytest.mark.e2e
def test_too_many_requests_are_refused_with_the_time_to_wait():
    with start_paper(["--weight-limit", "50", "--paused", "--symbol", "BTCUSDT"]) as process:
        client = Client(process)
        socket = client.connect()
        answers = [client.signed("GET", "account") for _ in range(6)]
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert refused.json()["code"] == -1003
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        error = next(each["error"] for each in (ask(socket, "exchangeInfo") for _ in range(6)) if each["status"] == 429)
        assert error["data"]["retryAfter"] % 60_000 == 0
        socket.close()
