"""When the user stream is lost, opened again and proven again."""

import pytest

from actors.streams import connector
from messages.account import (
    StreamLost,
    StreamProven,
)
from tests.actors.socket_server import granted, opened, turn
from tests.actors.user_stream.bench import CONFIRMED, Bench


@pytest.mark.parametrize("how", ["close", "cut"])
def test_a_dropped_stream_is_lost_opened_again_and_proven_again(proven, server, how):
    server.connected(1)
    getattr(server, how)()
    lost = proven.until(StreamLost)
    assert lost.reason
    assert not proven.state().is_proven
    server.connected(1)
    proven.again()
    server.connected(2)
    assert proven.state().reconnects == 1
    proven.keeper.nothing(StreamProven)
    assert server.text()["id"] == "subscribe-1"
    assert server.text()["id"] == "subscribe-2"
    server.send({**CONFIRMED, "id": "subscribe-2"})
    proven.until(StreamProven)
    assert proven.state().is_proven


def test_a_refused_subscription_is_reported_and_tried_again(bench, server):
    server.send({"id": "subscribe-1", "status": 400, "error": {"code": -2015, "msg": "Invalid API-key."}})
    turn(bench.desk, lambda: bench.state().reason)
    turn(bench.desk, lambda: "refuses" in bench.state().reason)
    assert bench.state().reason == "the exchange refuses the subscription: Invalid API-key. (-2015)"
    bench.keeper.nothing()
    assert bench.state().is_loud  # a person has to mend the key
    bench.desk.advance(20.0)
    server.connected(1)
    bench.again(40.0)
    assert (server.text()["id"], server.text()["id"]) == ("subscribe-1", "subscribe-2")


def test_a_wrong_clock_is_set_by_the_exchange(bench, server):
    """The Gateway learns the exchange's time by itself; this connection has to ask for it."""
    server.text()
    server.send({"id": "subscribe-1", "status": 400, "error": {"code": -1021, "msg": "Timestamp outside recvWindow."}})
    turn(bench.desk, lambda: "refuses" in bench.state().reason)
    bench.again()
    asked = server.text()
    assert asked["method"] == "time"
    server.connected(2)
    theirs = bench.desk.actor.wall_ms() + 90_000
    server.send({"id": asked["id"], "status": 200, "result": {"serverTime": theirs}})
    turn(bench.desk, lambda: not server.texts.empty())
    subscribed = server.text()
    assert subscribed["method"] == "userDataStream.subscribe.signature"
    assert theirs - 1000 <= subscribed["params"]["timestamp"] <= theirs
    server.send(CONFIRMED)
    bench.until(StreamProven)


def test_a_subscription_without_an_answer_is_given_up(bench, server):
    granted(bench.desk, bench.gateway)
    bench.desk.advance(6.1)
    assert bench.state().reason == "nothing confirmed it within 5 s"
    opened(bench.desk)
    server.connected(2)


def test_the_exchange_may_end_the_subscription(proven, server):
    server.send({"subscriptionId": 0, "event": {"e": "eventStreamTerminated", "E": 1}})
    assert "ended the subscription" in proven.until(StreamLost).reason


def test_a_silent_connection_is_given_up(proven, server):
    granted(proven.desk, proven.gateway)
    proven.desk.advance(59.0)
    proven.keeper.nothing()
    proven.desk.advance(3.0)
    assert "not a byte for" in proven.until(StreamLost).reason
    opened(proven.desk)
    server.connected(2)


def test_a_ping_is_a_sign_of_life(proven, server):
    for _ in range(6):
        before = proven.desk.now
        server.ping()
        turn(proven.desk, lambda before=before: proven.desk.actor._connections.live.liveness.last_byte_at >= before)
        proven.desk.advance(29.0)
    proven.keeper.nothing(StreamLost)
    server.connected(1)
    assert proven.state().is_proven


def test_the_back_off_grows_with_short_connections(server, monkeypatch):
    monkeypatch.setattr(connector.random, "random", lambda: 1.0)
    server.refusals = [(503, {})] * 6
    bench = Bench(server.url)
    bench.unlock()
    waits = []
    for _ in range(6):
        (wait_s,) = [seconds for seconds, payload in bench.desk.wakeups if isinstance(payload, connector.Connect)]
        waits.append(round(wait_s, 3))
        bench.again(wait_s)
    assert waits == [0.01, 0.2, 0.4, 0.8, 1.6, 2.0]
    server.connected(1)
    bench.desk.actor.on_exit()


def test_after_a_long_connection_the_next_is_opened_at_once(proven, server, monkeypatch):
    monkeypatch.setattr(connector.random, "random", lambda: 1.0)
    for number in range(3):
        proven.desk.advance(31.0)
        server.close()
        proven.until(StreamLost)
        proven.again()
        server.connected(number + 2)
        server.send({**CONFIRMED, "id": f"subscribe-{proven.desk.actor._request_number}"})
        proven.until(StreamProven)


def test_a_server_that_names_a_time_to_wait_is_not_asked_earlier(server):
    server.refusals = [(429, {"Retry-After": "20"})]
    bench = Bench(server.url)
    bench.unlock()
    granted(bench.desk, bench.gateway)
    bench.desk.advance(19.5)
    assert server.paths == []
    bench.desk.advance(1.5)
    opened(bench.desk)
    server.connected(1)
    bench.desk.actor.on_exit()
