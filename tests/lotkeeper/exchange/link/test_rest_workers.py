from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from lotkeeper.exchange import requests
from lotkeeper.exchange.budget.limits import LimitKind
from lotkeeper.exchange.link.rest_workers import RestWorkers
from lotkeeper.exchange.link.settings import LinkSettings
from lotkeeper.exchange.link.states import Route
from lotkeeper.exchange.rest.outcomes import Answered, NotSent, RateLimited, Refused, Unknown
from lotkeeper.exchange.signing import HmacSigner
from lotkeeper.trading.orders.refusals import RefusalKind
from tests.lotkeeper.exchange.http_peer import HttpPeer, answer
from tests.lotkeeper.exchange.link.support import HeldAnswers, Recorder, TestClock, asked, held_answers, sent, turn
from tests.lotkeeper.exchange.rest.test_decode import ORDER

SIGNER = HmacSigner("the-api-key", "the-secret")
SELL = requests.place_sell("BTCUSDT", "lk1-s-1", Decimal("50100.16"), Decimal("0.001"))
TIME = requests.server_time()


@pytest.fixture
def exchange() -> Iterator[HeldAnswers]:
    with held_answers() as held:
        yield held


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def workers(exchange: HeldAnswers, recorder: Recorder, clock: TestClock) -> Iterator[RestWorkers]:
    opened = RestWorkers(LinkSettings(exchange.url, rest_connections=3), SIGNER, recorder, clock)
    yield opened
    opened.close()


def test_requests_are_in_flight_together_and_answered_in_any_order(exchange: HeldAnswers, workers: RestWorkers) -> None:
    first, second, third = (sent(workers, requests.open_orders(f"{name}USDT")) for name in "ABC")
    exchange.arrived(3)
    order = [next(at for at, target in enumerate(exchange.targets) if f"{name}USDT" in target) for name in "CAB"]
    for number in order:
        exchange.answer(number, [])
    turn(workers, lambda: first and second and third)
    assert first == second == third == [Answered(())]
    assert len(exchange.connections) == 3


def test_a_request_that_may_not_leave_is_not_sent_and_the_next_one_is(
    exchange: HeldAnswers, workers: RestWorkers
) -> None:
    outcomes: list[object] = []
    workers.submit(SELL, 5.0, outcomes.append, lambda: False)
    turn(workers, lambda: outcomes)
    assert isinstance(outcomes[0], NotSent)
    sent(workers, requests.open_orders("AUSDT"))
    exchange.arrived(1)
    assert "openOrders" in exchange.targets[0]


def test_a_request_that_waits_for_a_connection_is_not_noted_yet(exchange: HeldAnswers, workers: RestWorkers) -> None:
    noted: list[int] = []
    for number in range(4):
        workers.submit(SELL, 5.0, lambda _: None, lambda number=number: noted.append(number) is None)  # type: ignore[misc]
    assert noted == [0, 1, 2]
    exchange.arrived(3)
    exchange.answer(0, ORDER)
    turn(workers, lambda: len(noted) == 4)


def test_a_request_that_finds_all_connections_busy_goes_over_the_first_that_is_free(
    exchange: HeldAnswers, workers: RestWorkers
) -> None:
    outcomes = [sent(workers, TIME) for _ in range(4)]
    exchange.arrived(3)
    exchange.answer(1, {"serverTime": 5})
    turn(workers, lambda: len(exchange.targets) == 4)
    for number in (0, 2, 3):
        exchange.answer(number, {"serverTime": 5})
    turn(workers, lambda: all(outcomes))
    assert len(exchange.connections) == 3


def test_connections_are_opened_only_when_they_are_needed(exchange: HeldAnswers, workers: RestWorkers) -> None:
    for number in range(5):
        exchange.answer(number, {"serverTime": 7})
        assert asked(workers, TIME) == Answered(7)
    assert len(exchange.connections) == 1


def test_a_sell_is_signed_and_its_answer_decoded(exchange: HeldAnswers, workers: RestWorkers) -> None:
    exchange.answer(0, ORDER)
    outcome = asked(workers, SELL)
    assert isinstance(outcome, Answered)
    assert outcome.body.report.order_id == 28  # type: ignore[attr-defined]
    (target,) = exchange.targets
    assert target.startswith("POST /api/v3/order?symbol=BTCUSDT&side=SELL&")
    assert "&signature=" in target


def test_the_observer_hears_of_each_request_with_its_own_counts(
    exchange: HeldAnswers, workers: RestWorkers, recorder: Recorder
) -> None:
    first, second = sent(workers, TIME), sent(workers, TIME)
    assert len(recorder.before) == 2
    exchange.arrived(2)
    exchange.answer(1, {"serverTime": 8})
    turn(workers, lambda: first or second)
    exchange.answer(0, {"serverTime": 9})
    turn(workers, lambda: first and second)
    assert {id(request) for request, _ in recorder.after} == {id(request) for request in recorder.before}
    counts = [[(count.kind, count.count) for count in reply.counts] for _, reply in recorder.after]
    assert counts == [[(LimitKind.WEIGHT, 101)], [(LimitKind.WEIGHT, 100)]]
    assert recorder.server_times == [8, 9]


def test_an_answer_to_a_question_for_the_time_sets_the_clock(
    exchange: HeldAnswers, workers: RestWorkers, clock: TestClock
) -> None:
    exchange.answer(0, {"serverTime": 1_000_000})
    asked(workers, TIME)
    assert 1_000_000 <= clock.now_ms() < 1_060_000


def test_a_deadline_makes_unknown_and_the_late_reply_reaches_the_observer(
    exchange: HeldAnswers, workers: RestWorkers, recorder: Recorder
) -> None:
    assert asked(workers, SELL, 0.05) == Unknown("no answer by REST in time")
    exchange.arrived(1)
    exchange.answer(0, ORDER)
    turn(workers, lambda: recorder.late)
    ((request, outcome),) = recorder.late
    assert request is SELL
    assert isinstance(outcome, Answered)
    assert len(recorder.after) == 1


def test_an_answer_that_drips_meets_its_deadline_as_a_whole_and_others_do_not_wait(
    exchange: HeldAnswers, workers: RestWorkers
) -> None:
    exchange.drip(0)
    exchange.answer(1, {"serverTime": 5})
    dripping = sent(workers, SELL, 0.2)
    exchange.arrived(1)
    assert asked(workers, TIME) == Answered(5)
    turn(workers, lambda: dripping)
    assert dripping == [Unknown("no answer by REST in time")]
    for number in range(2, 6):  # more than there are connections
        exchange.answer(number, {"serverTime": number})
        assert asked(workers, TIME) == Answered(number)


def test_a_request_that_no_connection_took_before_its_deadline_is_never_sent(
    exchange: HeldAnswers, workers: RestWorkers
) -> None:
    busy = [sent(workers, TIME) for _ in range(3)]
    exchange.arrived(3)
    assert asked(workers, SELL, 0.01) == NotSent("all connections to the exchange were busy")
    for number in range(3):
        exchange.answer(number, {"serverTime": 5})
    turn(workers, lambda: all(busy))
    exchange.answer(3, {"serverTime": 6})
    assert asked(workers, TIME) == Answered(6)
    assert not any("order" in target for target in exchange.targets)


def test_one_owner_that_raises_does_not_keep_the_others_from_their_outcomes(
    exchange: HeldAnswers, workers: RestWorkers
) -> None:
    def raising(_: object) -> None:
        raise ValueError("a fault of the owner")

    workers.submit(TIME, 0.0, raising)
    outcomes = sent(workers, TIME, 0.0)
    with pytest.raises(ValueError, match="fault"):
        workers.on_time()
    assert workers.wait_s() == 0.0
    workers.on_time()
    assert len(outcomes) == 1


def test_an_owner_may_submit_again_when_it_is_called(exchange: HeldAnswers, workers: RestWorkers) -> None:
    outcomes: list[object] = []
    workers.submit(TIME, 30.0, lambda _: workers.submit(TIME, 30.0, outcomes.append))
    exchange.answer(0, {"serverTime": 5})
    exchange.answer(1, {"serverTime": 6})
    turn(workers, lambda: outcomes)
    assert outcomes == [Answered(6)]


def test_refusals_and_limits_pass_through(exchange: HeldAnswers, workers: RestWorkers) -> None:
    exchange.answer(0, {"code": -2013, "msg": "Order does not exist."}, 400)
    exchange.answer(1, {"code": -1003, "msg": "Too many"}, 429)
    text = "Order does not exist."
    assert asked(workers, requests.order_by_id("BTCUSDT", 1)) == Refused(-2013, text, RefusalKind.UNKNOWN_ORDER)
    assert asked(workers, TIME) == RateLimited(60.0, "Too many")


def test_a_connection_that_is_not_used_is_kept_warm(
    exchange: HeldAnswers, workers: RestWorkers, clock: TestClock
) -> None:
    exchange.answer(0, {"serverTime": 5})
    asked(workers, TIME)
    workers.keep_warm()
    assert len(exchange.targets) == 1
    clock.ahead_s = 21.0
    workers.keep_warm()
    exchange.arrived(2)
    exchange.answer(1, {"serverTime": 5})
    turn(workers, lambda: workers.wait_s() is None)
    assert exchange.targets[1] == "GET /api/v3/time"


def test_nothing_is_due_without_requests(workers: RestWorkers) -> None:
    assert workers.on_time() is None
    assert workers.state.route is Route.REST
    workers.on_ready(10_000)  # a descriptor that is no longer watched


def test_nobody_there_is_not_sent(recorder: Recorder, clock: TestClock) -> None:
    workers = RestWorkers(LinkSettings("http://127.0.0.1:1"), SIGNER, recorder, clock)
    assert isinstance(asked(workers, SELL), NotSent)
    workers.close()


def test_a_key_that_is_missing_is_not_sent(exchange: HeldAnswers, recorder: Recorder, clock: TestClock) -> None:
    workers = RestWorkers(LinkSettings(exchange.url), None, recorder, clock)
    assert asked(workers, SELL) == NotSent("no API key is configured")
    workers.close()


def test_over_tls(trusted: Path, recorder: Recorder, clock: TestClock) -> None:
    with HttpPeer(answer(ORDER), certificate_file=trusted) as peer:
        workers = RestWorkers(LinkSettings(peer.url), SIGNER, recorder, clock)
        assert isinstance(asked(workers, SELL), Answered)
        workers.close()


def test_a_fault_of_ours_in_a_thread_is_unknown_and_the_thread_goes_on(
    exchange: HeldAnswers, workers: RestWorkers
) -> None:
    def broken(_: object) -> object:
        raise RuntimeError("a fault of ours")

    exchange.answer(0, {})
    exchange.answer(1, {"serverTime": 5})
    request = requests.ExchangeRequest("GET", "/api/v3/time", "time", {}, broken, is_signed=False)
    assert asked(workers, request) == Unknown("sending failed: RuntimeError")
    assert asked(workers, TIME) == Answered(5)


def test_after_closing_nothing_is_called(exchange: HeldAnswers, workers: RestWorkers) -> None:
    outcomes = sent(workers, TIME)
    exchange.arrived(1)
    workers.close()
    workers.close()
    exchange.answer(0, {"serverTime": 5})
    assert outcomes == []


def test_while_the_system_gives_no_thread_it_is_asked_again(exchange, workers, monkeypatch, caplog) -> None:
    with monkeypatch.context() as limited:
        limited.setattr("threading.Thread.start", no_thread)
        outcomes = sent(workers, TIME, 60.0)
        for _ in range(3):
            wait_s = workers.on_time()
            assert wait_s is not None
            assert wait_s <= 0.1
    assert [line for line in caplog.messages if "gives no thread" in line] == [caplog.messages[-1]]
    workers.on_time()
    exchange.arrived(1)
    exchange.answer(0, {"serverTime": 7})
    turn(workers, lambda: outcomes)
    assert outcomes == [Answered(7)]


def no_thread(_: object) -> None:
    raise RuntimeError("can't start new thread")
