"""Both ways side by side: a websocket server and an HTTP server that a test controls."""

import socket
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from lotkeeper.exchange import requests
from lotkeeper.exchange.link.settings import LinkSettings
from lotkeeper.exchange.link.states import LinkCondition, Route
from lotkeeper.exchange.link.switching_link import SwitchingLink
from lotkeeper.exchange.rest.outcomes import Answered, NotSent, Refused, Unknown
from lotkeeper.exchange.signing import Ed25519Signer
from lotkeeper.trading.orders.refusals import RefusalKind
from tests.actors.socket_server import SocketServer
from tests.lotkeeper.exchange.link.support import (
    HeldAnswers,
    Recorder,
    TestClock,
    asked,
    ed25519_pem,
    held_answers,
    sent,
    turn,
)
from tests.lotkeeper.exchange.rest.test_decode import ORDER

SIGNER = Ed25519Signer("the-api-key", ed25519_pem())
SELL = requests.place_sell("BTCUSDT", "lk1-s-1", Decimal("50100.16"), Decimal("0.001"))
OPEN = requests.open_orders("BTCUSDT")
SKEWED = {"code": -1021, "msg": "Timestamp for this request is outside of the recvWindow."}
SKEW_REFUSAL = Refused(-1021, SKEWED["msg"], RefusalKind.CLOCK_SKEW)  # type: ignore[arg-type]


class Desk:
    """A link between both servers."""

    def __init__(self, rest: HeldAnswers, server: SocketServer | None) -> None:
        self.rest, self._server = rest, server
        self.clock, self.recorder = TestClock(), Recorder()
        self.link = SwitchingLink(
            LinkSettings(rest.url, server.url if server is not None else ""),
            SIGNER,
            self.recorder,
            may_connect=lambda: True,
            monotonic=self.clock.monotonic,
            wall_ms=self.clock.wall_ms,
        )

    @property
    def server(self) -> SocketServer:
        assert self._server is not None
        return self._server

    @property
    def condition(self) -> LinkCondition:
        return self.link.state.condition

    def turn(self, is_enough: Any) -> None:
        turn(self.link, is_enough)

    def text(self) -> Any:
        """The next request that arrives at the websocket server."""
        self.turn(lambda: not self.server.texts.empty())
        return self.server.text()

    def log_on(self) -> None:
        logon = self.text()
        assert logon["method"] == "session.logon"
        self.server.send({"id": logon["id"], "status": 200, "result": {"serverTime": self.clock.wall_ms()}})
        self.turn(lambda: self.condition is LinkCondition.READY)

    def reply(self, result: object) -> Any:
        """Answers the next request on the websocket."""
        request = self.text()
        self.server.send({"id": request["id"], "status": 200, "result": result})
        return request

    def refuse(self, error: object) -> Any:
        request = self.text()
        self.server.send({"id": request["id"], "status": 400, "error": error})
        return request


@pytest.fixture
def rest() -> Iterator[HeldAnswers]:
    with held_answers() as held:
        yield held


@pytest.fixture
def desk(rest: HeldAnswers) -> Iterator[Desk]:
    with SocketServer() as server:
        opened = Desk(rest, server)
        yield opened
        opened.link.close()


def test_rest_serves_until_a_connection_is_ready_and_again_after_it_broke(desk: Desk) -> None:
    desk.rest.answer(0, [])
    assert asked(desk.link, OPEN) == Answered(())
    assert (desk.condition, desk.link.state.route) == (LinkCondition.STARTING, Route.REST)
    desk.log_on()
    over_socket = sent(desk.link, OPEN)
    desk.reply([])
    desk.turn(lambda: over_socket)
    assert (over_socket, len(desk.rest.targets)) == ([Answered(())], 1)
    in_flight = sent(desk.link, SELL)
    desk.text()
    desk.server.cut()
    desk.turn(lambda: in_flight)
    assert isinstance(in_flight[0], Unknown)  # and never sent by REST
    desk.rest.answer(1, [])
    assert asked(desk.link, OPEN) == Answered(())
    assert not any("POST" in target for target in desk.rest.targets)
    assert desk.condition is LinkCondition.LOST
    desk.log_on()
    assert desk.link.state.route is Route.WEBSOCKET_API


def test_a_long_answer_comes_by_rest(desk: Desk) -> None:
    desk.log_on()
    desk.rest.answer(0, {"symbols": []})
    assert isinstance(asked(desk.link, requests.exchange_info(["BTCUSDT"])), Answered)
    assert desk.rest.targets[0].startswith("GET /api/v3/exchangeInfo?")


def test_what_did_not_leave_over_the_websocket_goes_by_rest(desk: Desk) -> None:
    desk.log_on()
    websocket = desk.link._websocket
    assert websocket is not None
    assert websocket._live is not None
    websocket._live.socket._connection.sock.shutdown(socket.SHUT_RDWR)  # noticed only when something is sent
    desk.rest.answer(0, ORDER)
    assert isinstance(asked(desk.link, SELL), Answered)
    assert desk.rest.targets[0].startswith("POST /api/v3/order?")
    kinds = [(request.path, type(reply.outcome)) for request, reply in desk.recorder.after[1:]]
    assert kinds == [("/api/v3/order", NotSent), ("/api/v3/order", Answered)]


def test_what_did_not_leave_before_its_deadline_is_not_sent(desk: Desk) -> None:
    desk.log_on()
    websocket = desk.link._websocket
    assert websocket is not None
    assert websocket._live is not None
    websocket._live.socket._connection.sock.shutdown(socket.SHUT_RDWR)
    outcomes = sent(desk.link, SELL, 1.0)
    desk.clock.ahead_s = 1.5
    desk.link.on_time()
    assert isinstance(outcomes[0], NotSent)
    assert desk.rest.targets == []


def test_without_a_websocket_api_everything_goes_by_rest(rest: HeldAnswers) -> None:
    desk = Desk(rest, None)
    rest.answer(0, ORDER)
    assert isinstance(asked(desk.link, SELL), Answered)
    assert (desk.condition, desk.link.on_time()) == (LinkCondition.REST_ONLY, None)
    desk.link.on_ready(10_000)
    desk.link.close()


def test_a_rest_connection_is_kept_warm_beside_the_websocket(desk: Desk) -> None:
    desk.log_on()
    desk.clock.ahead_s = 21.0
    desk.link.keep_warm()
    desk.rest.arrived(1)
    assert desk.rest.targets == ["GET /api/v3/time"]


# ---- a wrong clock


def test_over_the_websocket_a_wrong_time_is_measured_and_the_request_sent_once_more(desk: Desk) -> None:
    desk.log_on()
    outcomes = sent(desk.link, SELL)
    first = desk.refuse(SKEWED)
    now_ms = desk.clock.wall_ms()
    time_request = desk.reply({"serverTime": now_ms + 9000})
    second = desk.reply(ORDER)
    desk.turn(lambda: outcomes)
    assert isinstance(outcomes[0], Answered)
    assert [each["method"] for each in (first, time_request, second)] == ["order.place", "time", "order.place"]
    assert second["params"]["timestamp"] >= first["params"]["timestamp"] + 8000
    assert first["id"] != second["id"]
    assert desk.recorder.server_times[-1] == now_ms + 9000


def test_by_rest_too(desk: Desk) -> None:
    desk.rest.answer(0, SKEWED, 400)
    desk.rest.answer(1, {"serverTime": 1_000_000})
    desk.rest.answer(2, ORDER)
    assert isinstance(asked(desk.link, SELL), Answered)
    assert [target.partition("?")[0] for target in desk.rest.targets] == [
        "POST /api/v3/order",
        "GET /api/v3/time",
        "POST /api/v3/order",
    ]
    assert "&timestamp=10000" in desk.rest.targets[2]


def test_a_time_that_stays_wrong_is_refused_the_second_time(desk: Desk) -> None:
    desk.rest.answer(0, SKEWED, 400)
    desk.rest.answer(1, {"serverTime": 1_000_000})
    desk.rest.answer(2, SKEWED, 400)
    assert asked(desk.link, SELL) == SKEW_REFUSAL
    assert len(desk.rest.targets) == 3


def test_a_time_that_cannot_be_measured_lets_the_refusal_stand(desk: Desk) -> None:
    desk.rest.answer(0, SKEWED, 400)
    desk.rest.answer(1, {}, 503)
    assert asked(desk.link, SELL) == SKEW_REFUSAL
    assert len(desk.rest.targets) == 2


def test_the_deadline_covers_the_measurement_too(desk: Desk) -> None:
    desk.log_on()
    outcomes = sent(desk.link, SELL, 1.0)
    desk.refuse(SKEWED)
    assert desk.text()["method"] == "time"
    desk.clock.ahead_s = 1.1
    desk.turn(lambda: outcomes)
    assert outcomes == [SKEW_REFUSAL]


def test_a_connection_that_breaks_during_the_measurement_lets_the_refusal_stand(desk: Desk) -> None:
    desk.log_on()
    outcomes = sent(desk.link, SELL)
    desk.refuse(SKEWED)
    desk.text()
    desk.server.cut()
    desk.turn(lambda: outcomes)
    assert outcomes == [SKEW_REFUSAL]
