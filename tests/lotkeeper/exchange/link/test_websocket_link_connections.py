"""The connection for requests breaks, falls silent, is renewed, or takes nothing more."""

import socket
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from lotkeeper.exchange import requests
from lotkeeper.exchange.link.states import LinkCondition, Route
from lotkeeper.exchange.rest.outcomes import Answered, NotSent, Refused, Unknown
from lotkeeper.exchange.websocket.connect_policy import FailureKind
from tests.actors.socket_server import SocketServer
from tests.lotkeeper.exchange.link.desk import SELL, SKEWED, Desk, desk, error, has_ended, pass_time, reply, server
from tests.lotkeeper.exchange.link.support import sent
from tests.lotkeeper.exchange.peers import Peer, certificate, server_frame
from tests.lotkeeper.exchange.rest.test_decode import ORDER

__all__ = ["desk", "server"]

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
