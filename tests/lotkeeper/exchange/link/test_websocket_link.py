"""One connection for requests, against a server that a test controls: what is asked, and how it is answered."""

import contextlib
import random
from typing import Any

import pytest

from lotkeeper.exchange import requests
from lotkeeper.exchange.budget.limits import MINUTE_MS, Count, LimitKind
from lotkeeper.exchange.link.states import LinkCondition
from lotkeeper.exchange.rest.outcomes import Answered, NotSent, RateLimited, Refused, Unknown
from lotkeeper.trading.orders.refusals import RefusalKind
from tests.actors.socket_server import SocketServer
from tests.lotkeeper.exchange.link.desk import HMAC, SELL, WEIGHT, Desk, desk, error, pass_time, reply, server
from tests.lotkeeper.exchange.link.support import sent
from tests.lotkeeper.exchange.rest.test_decode import ORDER

__all__ = ["desk", "server"]

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


def test_a_sell_may_leave_once_it_is_signed_and_before_any_byte_of_it(server: SocketServer, desk: Desk) -> None:
    said: list[str] = []

    def note() -> bool:
        said.append("noted")
        return True

    live = desk.link._live
    assert live is not None
    post, request = live.socket.post, live._writer.request
    live.socket.post = lambda frame: (said.append("written"), post(frame))[1]  # type: ignore[method-assign]
    live._writer.request = lambda *args: (said.append("signed"), request(*args))[1]  # type: ignore[method-assign]
    desk.link.submit(SELL, 5.0, lambda _: None, note)
    assert said == ["signed", "noted", "written"]


def test_a_sell_that_may_not_leave_is_not_sent(server: SocketServer, desk: Desk) -> None:
    outcomes: list[object] = []
    desk.link.submit(SELL, 5.0, outcomes.append, lambda: False)
    desk.turn(lambda: outcomes)
    assert isinstance(outcomes[0], NotSent)
    sent(desk.link, requests.open_orders("AUSDT"))
    assert desk.text_at(server)["method"] == "openOrders.status"


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


def test_a_check_that_is_due_in_a_moment_is_done_while_its_owner_is_awake(desk: Desk) -> None:
    wait_s = desk.link.on_time()
    assert wait_s is not None
    desk.clock.ahead_s += wait_s - 0.05
    after_s = desk.link.on_time()
    assert after_s is not None
    assert after_s > 0.8


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
