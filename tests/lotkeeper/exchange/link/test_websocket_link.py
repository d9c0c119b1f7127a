"""One connection for requests, against a server that a test controls."""

import contextlib
import random
import socket
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from lotkeeper.exchange import requests
from lotkeeper.exchange.budget.limits import MINUTE_MS, Count, LimitKind
from lotkeeper.exchange.link.settings import LinkSettings
from lotkeeper.exchange.link.states import LinkCondition, Route
from lotkeeper.exchange.link.websocket_link import WebSocketLink
from lotkeeper.exchange.rest.outcomes import Answered, NotSent, RateLimited, Refused, Unknown
from lotkeeper.exchange.signing import Ed25519Signer, HmacSigner, Signer
from lotkeeper.exchange.websocket.connect_policy import FailureKind
from lotkeeper.trading.orders.refusals import RefusalKind
from tests.actors.socket_server import SocketServer
from tests.lotkeeper.exchange.link.support import Recorder, TestClock, ed25519_pem, sent, turn
from tests.lotkeeper.exchange.peers import Peer, certificate, server_frame
from tests.lotkeeper.exchange.rest.test_decode import ORDER

HMAC = HmacSigner("the-api-key", "the-secret")
ED25519 = Ed25519Signer("the-api-key", ed25519_pem())
SELL = requests.place_sell("BTCUSDT", "lk1-s-1", Decimal("50100.16"), Decimal("0.001"))
WEIGHT = {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000}
SKEWED = {"code": -1021, "msg": "Timestamp for this request is outside of the recvWindow."}


class Desk:
    """A link to a server of the test, and what the link is told and tells."""

    def __init__(self, url: str, signer: Signer = ED25519, **settings: Any) -> None:
        self.clock, self.recorder = TestClock(), Recorder()
        self.may_connect = True
        self.asked_to_connect = 0
        self.link = WebSocketLink(
            LinkSettings("http://nowhere", url, **settings),
            signer,
            self.recorder,
            self.clock,
            may_connect=self._may_connect,
            jitter=lambda: 0.0,
        )

    def _may_connect(self) -> bool:
        self.asked_to_connect += 1
        return self.may_connect

    @property
    def condition(self) -> LinkCondition:
        return self.link.state.condition

    def turn(self, is_enough: Callable[[], Any]) -> None:
        turn(self.link, is_enough)

    def text_at(self, server: SocketServer) -> Any:
        """The next request that arrives at the server."""
        self.turn(lambda: not server.texts.empty())
        return server.text()

    def logged_on(self, server: SocketServer, time_ms: int = 5, **parts: Any) -> None:
        """The exchange answers the logon on the newest connection."""
        logon = self.text_at(server)
        assert logon["method"] == "session.logon"
        before = self.link._live
        server.send({"id": logon["id"], "status": 200, "result": {"serverTime": time_ms}, **parts})
        self.turn(lambda: self.link._live is not before)
        assert self.condition is LinkCondition.READY


@pytest.fixture
def server() -> Iterator[SocketServer]:
    with SocketServer() as running:
        yield running


@pytest.fixture
def desk(server: SocketServer) -> Iterator[Desk]:
    opened = Desk(server.url)
    opened.logged_on(server)
    yield opened
    opened.link.close()


def reply(request: Any, result: object, **parts: object) -> dict[str, object]:
    return {"id": request["id"], "status": 200, "result": result, **parts}


def has_ended(server: SocketServer, number: int) -> bool:
    """Whether that connection is closed."""
    return server._sockets[number].closed


def pass_time(server: SocketServer, desk: Desk, seconds: float) -> None:
    """Lets time pass in which the exchange pings as it does."""
    end = desk.clock.ahead_s + seconds
    while desk.clock.ahead_s < end:
        desk.clock.ahead_s = min(end, desk.clock.ahead_s + 20.0)
        live = desk.link._live
        assert live is not None
        before = live.liveness.last_byte_at
        server.ping()
        desk.turn(lambda live=live, before=before: live.liveness.last_byte_at > before)


def error(request: Any, status: int, code: int, text: str = "some text", **data: object) -> dict[str, object]:
    found: dict[str, object] = {"code": code, "msg": text} | ({"data": data} if data else {})
    return {"id": request["id"], "status": status, "error": found}


# ---- requests and replies


def test_requests_are_in_flight_together_and_answers_come_in_any_order(server: SocketServer, desk: Desk) -> None:
    outcomes = [sent(desk.link, requests.open_orders(f"{name}USDT")) for name in "ABC"]
    asked = [desk.text_at(server) for _ in range(3)]
    assert [each["params"]["symbol"] for each in asked] == ["AUSDT", "BUSDT", "CUSDT"]
    assert len({each["id"] for each in asked}) == 3
    server.send(reply(asked[2], []))
    desk.turn(lambda: outcomes[2])
    assert outcomes[:2] == [[], []]
    server.send(error(asked[1], 400, -1121), reply(asked[0], []))
    desk.turn(lambda: all(outcomes))
    assert outcomes == [[Answered(())], [Refused(-1121, "some text", RefusalKind.UNKNOWN_SYMBOL)], [Answered(())]]


def test_a_sell_leaves_before_submit_returns(server: SocketServer, desk: Desk) -> None:
    outcomes = sent(desk.link, SELL)
    request = server.text()  # without any further call of the link
    assert request["method"] == "order.place"
    assert request["params"]["newClientOrderId"] == "lk1-s-1"
    assert "signature" not in request["params"]
    server.send(reply(request, ORDER))
    desk.turn(lambda: outcomes)
    (outcome,) = outcomes
    assert isinstance(outcome, Answered)
    assert outcome.body.report.order_id == 28  # type: ignore[attr-defined]


def test_a_key_that_cannot_log_on_asks_for_the_time_first_and_signs_each_request(server: SocketServer) -> None:
    desk = Desk(server.url, HMAC)
    first = desk.text_at(server)
    assert (first["method"], first["params"]) == ("time", {})
    server.send(reply(first, {"serverTime": 1_000_000}))
    desk.turn(lambda: desk.link.is_ready)
    sent(desk.link, SELL)
    request = desk.text_at(server)
    assert request["params"]["apiKey"] == "the-api-key"
    assert len(request["params"]["signature"]) == 64
    assert 1_000_000 <= request["params"]["timestamp"] < 1_060_000
    desk.link.close()


def test_the_observer_hears_of_every_request_with_its_own_counts(server: SocketServer, desk: Desk) -> None:
    heard = desk.recorder
    assert [(each.path, each.cost.weight) for each in heard.before] == [("session.logon", 2)]
    outcomes = [sent(desk.link, requests.open_orders("AUSDT")), sent(desk.link, requests.account())]
    asked = [desk.text_at(server) for _ in range(2)]
    server.send(error(asked[1], 400, -1000, "x"), reply(asked[0], [], rateLimits=[{**WEIGHT, "count": 70}]))
    desk.turn(lambda: all(outcomes))
    assert [request.path for request, _ in heard.after[1:]] == ["/api/v3/account", "/api/v3/openOrders"]
    assert heard.after[2][1].counts == (Count(LimitKind.WEIGHT, MINUTE_MS, 70),)
    assert {id(request) for request, _ in heard.after} == {id(request) for request in heard.before}


def test_the_logon_tells_the_time(server: SocketServer, desk: Desk) -> None:
    assert desk.recorder.server_times == [5]
    assert desk.clock.now_ms() < 60_000


def test_a_limit_says_how_long_to_wait(server: SocketServer, desk: Desk) -> None:
    outcomes = sent(desk.link, requests.account())
    server.send(error(desk.text_at(server), 429, -1003, serverTime=1000, retryAfter=8500))
    desk.turn(lambda: outcomes)
    assert outcomes == [RateLimited(7.5, "some text")]


def test_an_answer_that_cannot_be_read_is_unknown(server: SocketServer, desk: Desk) -> None:
    outcomes = sent(desk.link, SELL)
    server.send(reply(desk.text_at(server), {"orderId": "x"}))
    desk.turn(lambda: outcomes)
    assert isinstance(outcomes[0], Unknown)


def test_frames_that_are_no_replies_do_no_harm(server: SocketServer, desk: Desk) -> None:
    outcomes = sent(desk.link, requests.open_orders("AUSDT"))
    request = desk.text_at(server)
    garbage = [
        b"<html>",
        b"[1]",
        {},
        {"id": 999, "status": 200, "result": {}},
        {"id": [request["id"]], "status": 200, "result": {}},
        {"id": str(request["id"]), "status": 200, "result": {}},
        {"id": None, "status": 400, "error": {"code": -1135, "msg": "Invalid JSON"}},
        {"subscriptionId": 0, "event": {"e": "executionReport"}},
    ]
    server.send(*garbage, reply(request, []))
    desk.turn(lambda: outcomes)
    assert outcomes == [Answered(())]
    assert desk.condition is LinkCondition.READY


def test_a_reply_that_comes_twice_counts_once(server: SocketServer, desk: Desk) -> None:
    outcomes = sent(desk.link, requests.open_orders("AUSDT"))
    request = desk.text_at(server)
    server.send(reply(request, []), error(request, 400, -1121))
    other = sent(desk.link, requests.open_orders("BUSDT"))
    server.send(reply(desk.text_at(server), []))
    desk.turn(lambda: other)
    assert outcomes == [Answered(())]
    assert desk.recorder.late == []


def test_without_a_connection_nothing_is_sent() -> None:
    desk = Desk("ws://127.0.0.1:1")
    outcomes = sent(desk.link, SELL)
    assert desk.link.wait_s() == 0.0
    desk.link.on_time()
    assert outcomes == [NotSent("no connection to the WebSocket API is ready")]
    desk.link.close()


def test_pings_are_answered(server: SocketServer, desk: Desk) -> None:
    server.ping()
    outcomes = sent(desk.link, requests.open_orders("AUSDT"))
    server.send(reply(desk.text_at(server), []))
    desk.turn(lambda: outcomes)


# ---- deadlines


def test_a_deadline_makes_unknown_and_the_late_reply_reaches_the_observer(server: SocketServer, desk: Desk) -> None:
    outcomes = sent(desk.link, SELL, 0.01)
    request = desk.text_at(server)
    desk.turn(lambda: outcomes)
    assert outcomes == [Unknown("no answer on the websocket in time")]
    server.send(reply(request, ORDER))
    desk.turn(lambda: desk.recorder.late)
    ((late, outcome),) = desk.recorder.late
    assert late is SELL
    assert isinstance(outcome, Answered)
    assert len(outcomes) == 1
    assert desk.condition is LinkCondition.READY


def test_the_deadline_is_the_time_until_it_must_be_called_again(desk: Desk) -> None:
    sent(desk.link, SELL, 0.5)
    assert 0.2 < desk.link.wait_s() <= 0.5
    assert desk.link.on_time() <= 0.5


def test_a_very_late_reply_is_forgotten(server: SocketServer, desk: Desk) -> None:
    outcomes = sent(desk.link, SELL, 0.01)
    request = desk.text_at(server)
    desk.turn(lambda: outcomes)
    pass_time(server, desk, 80.0)
    server.send(reply(request, ORDER))
    other = sent(desk.link, requests.open_orders("AUSDT"))
    server.send(reply(desk.text_at(server), []))
    desk.turn(lambda: other)
    assert desk.recorder.late == []


# ---- broken connections


@pytest.mark.parametrize("how", ["cut", "close"])
def test_a_broken_socket_makes_each_request_in_flight_unknown(server: SocketServer, desk: Desk, how: str) -> None:
    outcomes = [sent(desk.link, SELL), sent(desk.link, requests.account())]
    for _ in outcomes:
        desk.text_at(server)
    getattr(server, how)()
    desk.turn(lambda: all(outcomes))
    assert all(isinstance(each, Unknown) and "connection ended" in each.reason for (each,) in outcomes)
    assert (desk.condition, desk.link.state.route) == (LinkCondition.LOST, Route.REST)
    desk.turn(lambda: len(server.paths) == 2)
    desk.logged_on(server)
    assert desk.link.state.failure is None


def test_after_repeated_losses_it_waits_longer_before_it_connects(server: SocketServer) -> None:
    desk = Desk(server.url)
    desk.link._attempt._jitter = lambda: 1.0
    waits = []
    for _ in range(4):
        desk.logged_on(server)
        server.cut()
        desk.turn(lambda: not desk.link.is_ready)
        waits.append(desk.link._attempt.wait_s() or 0.0)
        desk.clock.ahead_s += 10
    desk.link.close()
    assert waits[0] < 0.05
    assert waits[1] < waits[2] < waits[3]


def test_a_server_that_is_not_there_is_tried_again(server: SocketServer) -> None:
    desk = Desk("ws://127.0.0.1:1")
    desk.turn(lambda: desk.asked_to_connect >= 3)
    failure = desk.link.state.failure
    assert failure is not None
    assert failure.kind is FailureKind.UNREACHABLE
    assert desk.condition is LinkCondition.STARTING
    desk.link.close()


def test_a_connection_needs_a_permit(server: SocketServer) -> None:
    desk = Desk(server.url)
    desk.may_connect = False
    assert desk.link.on_time() == pytest.approx(0.25, abs=0.05)
    assert server.paths == []
    desk.may_connect = True
    desk.clock.ahead_s = 0.3
    desk.logged_on(server)
    assert desk.asked_to_connect == 2
    desk.link.close()


def test_a_refused_connection_is_a_pause_of_everything(server: SocketServer) -> None:
    server.refusals.append((429, {"Retry-After": "7"}))
    desk = Desk(server.url)
    desk.turn(lambda: desk.recorder.limited)
    assert desk.recorder.limited[0].retry_after_s == 7.0
    assert desk.link.state.needs_a_person
    assert 6.0 < (desk.link._attempt.wait_s() or 0.0) <= 7.0
    desk.link.close()


def test_a_logon_that_is_not_answered_is_given_up(server: SocketServer) -> None:
    desk = Desk(server.url)
    desk.text_at(server)
    desk.clock.ahead_s = 5.1
    server_connections = len(server.paths)
    desk.turn(lambda: len(server.paths) > server_connections)
    desk.logged_on(server)
    desk.link.close()


def test_a_logon_that_is_refused_for_the_key_is_tried_again_once_a_minute(server: SocketServer) -> None:
    desk = Desk(server.url)
    server_error = error(desk.text_at(server), 401, -2015, "Invalid API-key, IP, or permissions for action.")
    server.send(server_error)
    desk.turn(lambda: desk.link.state.failure)
    failure = desk.link.state.failure
    assert failure is not None
    assert (failure.kind, desk.link.state.needs_a_person) == (FailureKind.KEY, True)
    assert (desk.link._attempt.wait_s() or 0.0) > 29
    assert isinstance(desk.recorder.after[0][1].outcome, Refused)
    desk.link.close()


def test_a_logon_that_is_refused_for_its_time_measures_it_and_logs_on_again(server: SocketServer) -> None:
    desk = Desk(server.url)
    first = desk.text_at(server)
    server.send({"id": first["id"], "status": 400, "error": SKEWED})
    time_request = desk.text_at(server)
    assert time_request["method"] == "time"
    server.send(reply(time_request, {"serverTime": 1_000_000}))
    second = desk.text_at(server)
    assert second["method"] == "session.logon"
    assert 1_000_000 <= second["params"]["timestamp"] < 1_060_000
    server.send(reply(second, {"serverTime": 1_000_001}))
    desk.turn(lambda: desk.link.is_ready)
    assert len(server.paths) == 1
    desk.link.close()


def test_a_time_that_stays_wrong_ends_the_attempt(server: SocketServer) -> None:
    desk = Desk(server.url)
    for _ in range(2):
        request = desk.text_at(server)
        if request["method"] == "time":
            server.send(reply(request, {"serverTime": 1_000_000}))
            request = desk.text_at(server)
        server.send({"id": request["id"], "status": 400, "error": SKEWED})
    desk.turn(lambda: desk.link.state.failure)
    failure = desk.link.state.failure
    assert failure is not None
    assert failure.kind is FailureKind.CLOCK
    desk.link.close()


def test_a_revoked_session_logs_on_again_on_another_connection(server: SocketServer, desk: Desk) -> None:
    outcomes = sent(desk.link, SELL, 0.4)
    desk.text_at(server)
    server.send({"id": None, "status": 401, "error": {"code": -2015, "msg": "Invalid API-key."}})
    desk.turn(lambda: not desk.link.is_ready)
    assert desk.condition is LinkCondition.LOGGED_OFF
    desk.turn(lambda: len(server.paths) == 2)
    desk.logged_on(server)
    desk.turn(lambda: outcomes)
    assert isinstance(outcomes[0], Unknown)


# ---- silence


def test_a_request_without_an_answer_while_nothing_arrives_makes_the_connection_suspected(
    server: SocketServer, desk: Desk
) -> None:
    outcomes = sent(desk.link, SELL, 30.0)
    request = desk.text_at(server)
    desk.clock.ahead_s = 2.5
    desk.link.on_time()
    assert desk.condition is LinkCondition.SUSPECTED
    assert outcomes == []
    desk.turn(lambda: len(server.paths) == 2)
    desk.logged_on(server)
    server.send(reply(request, ORDER), to=0)  # the suspicion was wrong: the reply is not lost
    desk.turn(lambda: outcomes)
    assert isinstance(outcomes[0], Answered)
    desk.turn(lambda: has_ended(server, 0))


def test_a_request_without_an_answer_while_others_are_answered_is_no_suspicion(
    server: SocketServer, desk: Desk
) -> None:
    sent(desk.link, SELL, 30.0)
    desk.text_at(server)
    desk.clock.ahead_s = 1.9
    other = sent(desk.link, requests.open_orders("AUSDT"))
    server.send(reply(desk.text_at(server), []))
    desk.turn(lambda: other)
    desk.clock.ahead_s = 3.0
    desk.link.on_time()
    assert desk.condition is LinkCondition.READY


def test_a_connection_without_a_byte_for_a_minute_is_suspected(server: SocketServer, desk: Desk) -> None:
    desk.clock.ahead_s = 61.0
    desk.link.on_time()
    assert desk.condition is LinkCondition.SUSPECTED


# ---- renewal


def test_an_old_connection_is_renewed_without_losing_a_reply(server: SocketServer) -> None:
    desk = Desk(server.url, renew_after_s=100.0)
    desk.logged_on(server)
    pass_time(server, desk, 99.0)
    outcomes = sent(desk.link, SELL, 300.0)
    old_request = desk.text_at(server)
    desk.clock.ahead_s += 1.1
    desk.turn(lambda: len(server.paths) == 2)
    assert desk.condition is LinkCondition.READY
    logon = desk.text_at(server)
    between = sent(desk.link, requests.open_orders("AUSDT"))
    assert desk.text_at(server)["method"] == "openOrders.status"
    server.send(reply(logon, {"serverTime": 5}))
    old = desk.link._live
    desk.turn(lambda: desk.link._live is not old)
    after = sent(desk.link, requests.open_orders("BUSDT"))
    new_request = desk.text_at(server)
    server.send(reply(new_request, []), to=1)
    desk.turn(lambda: after)
    server.send(reply(old_request, ORDER), reply({"id": old_request["id"] + 2}, []), to=0)
    desk.turn(lambda: outcomes and between)
    assert isinstance(outcomes[0], Answered)
    assert between == [Answered(())]
    desk.turn(lambda: has_ended(server, 0))
    assert desk.condition is LinkCondition.READY
    desk.link.close()


def test_an_announced_shutdown_renews_the_connection(server: SocketServer, desk: Desk) -> None:
    server.send({"event": {"e": "serverShutdown", "E": 5}})
    desk.turn(lambda: len(server.paths) == 2)
    desk.logged_on(server)
    desk.turn(lambda: has_ended(server, 0))
    assert desk.condition is LinkCondition.READY


def test_a_renewal_that_fails_leaves_the_old_connection_in_use(server: SocketServer, desk: Desk) -> None:
    server.refusals.append((503, {}))
    server.send({"event": {"e": "serverShutdown", "E": 5}})
    desk.turn(lambda: desk.link.state.failure)
    assert desk.condition is LinkCondition.READY
    outcomes = sent(desk.link, requests.open_orders("AUSDT"))
    server.send(reply(desk.text_at(server), []))
    desk.turn(lambda: outcomes)
    desk.turn(lambda: len(server.paths) == 2)
    desk.logged_on(server)


def test_a_connection_that_breaks_while_it_is_renewed_is_replaced_by_the_new_one(
    server: SocketServer, desk: Desk
) -> None:
    server.send({"event": {"e": "serverShutdown", "E": 5}})
    desk.turn(lambda: len(server.paths) == 2)
    logon = desk.text_at(server)
    server.cut(to=0)
    desk.turn(lambda: not desk.link.is_ready)
    assert desk.condition is LinkCondition.LOST
    server.send(reply(logon, {"serverTime": 5}))
    desk.turn(lambda: desk.link.is_ready)
    assert len(server.paths) == 2


def test_closing_ends_every_connection(server: SocketServer) -> None:
    desk = Desk(server.url)
    desk.logged_on(server)
    server.send({"event": {"e": "serverShutdown", "E": 5}})
    desk.turn(lambda: len(server.paths) == 2)
    desk.link.close()
    server.ended(0)
    server.ended(1)
    assert desk.link.filenos() == []


# ---- anything at any moment


@pytest.mark.parametrize("seed", range(5))
def test_each_request_ends_once_and_what_is_not_sent_never_arrived(server: SocketServer, seed: int) -> None:
    """The server answers late, twice, in any order or never, and cuts the connection again and again."""
    dice, desk = random.Random(seed), Desk(server.url)
    outcomes: dict[str, list[object]] = {}
    arrived: list[str] = []
    ids: list[int] = []
    open_requests: list[Any] = []

    def serve() -> None:
        while not server.texts.empty():
            request = server.text()
            ids.append(request["id"])
            if request["method"] == "session.logon":
                send(reply(request, {"serverTime": 5}))
            else:
                arrived.append(request["params"]["symbol"])
                open_requests.append(request)
        dice.shuffle(open_requests)
        for _ in range(dice.randrange(4)):
            if open_requests:
                send(*[reply(open_requests.pop(), [])] * dice.choice((0, 1, 1, 1, 2)))

    def send(*frames: object) -> None:
        with contextlib.suppress(ConnectionError):
            server.send(*frames)

    for number in range(150):
        name = f"S{number}"
        outcomes[name] = []
        desk.link.submit(requests.open_orders(name), 30.0, outcomes[name].append)
        serve()
        if dice.random() < 0.05 and server.paths:
            with contextlib.suppress(AssertionError):
                server.cut()
        turn_once(desk)
    desk.clock.ahead_s = 31.0
    desk.turn(lambda: all(outcomes.values()))
    serve()
    desk.link.close()
    assert all(len(each) == 1 for each in outcomes.values())
    not_sent = {name for name, (outcome,) in outcomes.items() if isinstance(outcome, NotSent)}
    assert not not_sent & set(arrived)
    assert len(set(ids)) == len(ids)
    assert {Answered, Unknown} <= {type(outcome) for (outcome,) in outcomes.values()}


def turn_once(desk: Desk) -> None:
    rounds = iter((False, True))
    desk.turn(lambda: next(rounds))


# ---- a server that reads nothing


@pytest.fixture(params=["ws", "wss"])
def deaf(request: pytest.FixtureRequest) -> Iterator[Peer]:
    file = request.getfixturevalue("trusted") if request.param == "wss" else None
    with Peer(certificate_file=file) as peer:
        yield peer


def logged_on_at(peer: Peer) -> Desk:
    """A link that is ready, to a server that reads nothing any more, through a connection with little room."""
    desk = Desk(peer.url)
    desk.turn(lambda: desk.recorder.before)
    _, logon = peer.received()
    peer.send(server_frame(orjson.dumps(reply(orjson.loads(logon), {"serverTime": 5}))))
    desk.turn(lambda: desk.link.is_ready)
    assert desk.link._live is not None
    for sock in (desk.link._live.socket._connection.sock, peer.accepted()):
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            sock.setsockopt(socket.SOL_SOCKET, option, 4096)
    return desk


def test_what_does_not_fit_waits_and_nothing_blocks(deaf: Peer) -> None:
    desk = logged_on_at(deaf)
    live = desk.link._live
    assert live is not None
    everything = []
    while live.has_room:
        everything.append(sent(desk.link, SELL, 2.0))
    refused = sent(desk.link, SELL, 2.0)
    assert desk.link.wait_s() == 0.0
    desk.link.on_time()
    assert refused == [NotSent("the exchange takes nothing from the websocket")]
    assert desk.link.wait_s() <= 0.01
    desk.clock.ahead_s = 2.0
    desk.link.on_time()
    assert all(everything)
    kinds = [type(each) for (each,) in everything]
    assert kinds == sorted(kinds, key=[Unknown, NotSent].index)  # what left is Unknown, the rest was never sent
    assert NotSent in kinds
    assert not desk.link.is_ready
    assert live.socket.fileno() == -1  # the rest of a request that was given up can never be sent
    desk.link.close()


def test_what_waited_is_sent_when_there_is_room_again(deaf: Peer) -> None:
    desk = logged_on_at(deaf)
    live = desk.link._live
    assert live is not None
    count = 0
    while len(live.socket.outgoing) < 1000:
        sent(desk.link, SELL, 300.0)
        count += 1
    for _ in range(count):
        desk.link.on_time()
        _, text = deaf.received()
        assert orjson.loads(text)["params"]["symbol"] == "BTCUSDT"
    assert not live.socket.outgoing
    assert desk.condition is LinkCondition.READY
    desk.link.close()


def test_a_certificate_that_is_not_trusted(tmp_path: Path) -> None:
    with Peer(certificate_file=certificate(tmp_path)) as peer:
        desk = Desk(peer.url)
        desk.turn(lambda: desk.link.state.failure)
        failure = desk.link.state.failure
        assert failure is not None
        assert failure.kind is FailureKind.CERTIFICATE
        assert desk.link.state.needs_a_person
        desk.link.close()
