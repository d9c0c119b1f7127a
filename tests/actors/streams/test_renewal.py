"""A connection is replaced before it ends: the new one is verified first, and nothing is missed meanwhile."""

from collections.abc import Iterator

import pytest

from messages.account import OrderReported, StreamLost, StreamProven
from messages.connections import (
    ConnectPermitGranted,
    LimitHit,
    PauseConnecting,
    RequestConnectPermit,
    StreamSuspected,
)
from tests.actors.socket_server import SocketServer, granted, opened, turn
from tests.actors.user_stream.bench import CONFIRMED, Bench, execution

SHUTDOWN = {"event": {"e": "serverShutdown", "E": 1}}
OLD, NEW = 0, 1


@pytest.fixture
def server() -> Iterator[SocketServer]:
    with SocketServer() as running:
        yield running


@pytest.fixture
def bench(server: SocketServer) -> Iterator[Bench]:
    """A proven stream with a permit for another connection, and a keeper that watches."""
    bench = Bench(server.url)
    bench.unlock()
    bench.watch()
    server.connected()
    server.send(CONFIRMED)
    bench.until(StreamProven)
    granted(bench.desk, bench.gateway)
    bench.keeper.received.clear()
    yield bench
    bench.desk.actor.on_exit()


def renewing(bench: Bench, server: SocketServer) -> None:
    """The server announces its shutdown; the spare connection is open and not yet confirmed."""
    server.send(SHUTDOWN, to=OLD)
    turn(bench.desk, lambda: bench.desk.actor._connector.is_opening)
    opened(bench.desk)
    server.connected(2)


def confirm(bench: Bench, server: SocketServer) -> None:
    server.send({**CONFIRMED, "id": f"subscribe-{bench.desk.actor._request_number}"}, to=NEW)
    bench.until(StreamProven)


def test_the_old_connection_delivers_until_the_new_one_is_confirmed(bench, server):
    renewing(bench, server)
    server.send(execution(order_id=1), to=OLD)
    assert bench.until(OrderReported).report.order_id == 1
    assert bench.state().is_proven
    bench.keeper.nothing(StreamProven)
    confirm(bench, server)
    server.ended(OLD)
    bench.keeper.nothing(StreamLost)
    assert (bench.state().renewals, bench.state().reconnects) == (1, 0)
    server.send(execution(order_id=2), to=NEW)
    assert bench.until(OrderReported).report.order_id == 2


def test_what_the_old_connection_still_had_is_read_before_it_is_closed(bench, server):
    renewing(bench, server)
    server.send(*(execution(order_id=number) for number in range(300)), to=OLD)
    confirm(bench, server)
    turn(bench.desk, lambda: sum(isinstance(each, OrderReported) for each in bench.keeper.received) >= 300)


def test_both_connections_deliver_meanwhile_and_the_keeper_gets_events_twice(bench, server):
    renewing(bench, server)
    server.send(execution(), to=OLD)
    server.send(execution(), to=NEW)
    bench.until(OrderReported)
    bench.until(OrderReported)


def test_a_new_connection_that_is_refused_costs_nothing(bench, server):
    server.refusals = [(503, {})]
    server.send(SHUTDOWN, to=OLD)
    turn(bench.desk, lambda: bench.desk.actor._connector.is_opening)
    opened(bench.desk)
    assert bench.state().is_proven
    bench.again()
    server.connected(2)
    confirm(bench, server)
    bench.keeper.nothing(StreamLost)


def test_a_new_connection_that_is_not_confirmed_is_given_up(bench, server):
    renewing(bench, server)
    granted(bench.desk, bench.gateway)
    bench.desk.advance(7.0)
    server.ended(NEW)
    opened(bench.desk)
    server.connected(3)
    assert bench.state().is_proven


def test_when_the_old_connection_ends_first_the_new_one_becomes_the_live_one(bench, server):
    renewing(bench, server)
    server.cut(to=OLD)
    bench.until(StreamLost)
    assert not bench.state().is_proven
    confirm(bench, server)
    assert bench.state().is_proven
    assert len(server.paths) == 2


def test_a_second_warning_opens_no_third_connection(bench, server):
    renewing(bench, server)
    server.send(SHUTDOWN, SHUTDOWN, execution(), to=OLD)
    bench.until(OrderReported)
    bench.desk.advance(3.0)
    assert len(server.paths) == 2


def test_a_connection_of_almost_a_day_is_replaced(bench, server):
    began = bench.desk.now
    for _ in range(23 * 60 * 2):
        bench.desk.actor._connections.live.liveness = bench.desk.actor._connections.live.liveness.heard(
            bench.desk.now, pinged=True
        )
        bench.desk.advance(30.0)
        if bench.desk.actor._connector.is_opening:
            break
    opened(bench.desk)
    server.connected(2)
    assert 0.9 * 82_800 <= bench.desk.now - began <= 82_831
    confirm(bench, server)


def test_a_suspicion_renews_the_connection_but_not_more_than_once_a_minute(bench, server):
    for _ in range(3):
        bench.desk.tell(StreamSuspected("", "a trade was found by request", 1), bench.keeper)
    opened(bench.desk)
    server.connected(2)
    confirm(bench, server)
    granted(bench.desk, bench.gateway)
    bench.desk.tell(StreamSuspected("", "a trade was found by request", 2), bench.keeper)
    bench.desk.advance(2.0)
    assert len(server.paths) == 2
    bench.desk.advance(58.5)
    bench.desk.tell(StreamSuspected("", "a trade was found by request", 3), bench.keeper)
    opened(bench.desk)
    server.connected(3)


def test_data_without_pings_renews_the_connection_without_losing_it(bench, server):
    for _ in range(8):
        bench.desk.advance(10.0)
        server.send(execution(), to=OLD)
        bench.until(OrderReported)
    turn(bench.desk, lambda: not bench.desk.actor._connector.is_opening)
    server.connected(2)
    bench.keeper.nothing(StreamLost)


def test_half_of_the_silence_limit_renews_the_connection(bench, server):
    bench.desk.advance(29.0)
    server.connected(1)
    bench.desk.advance(3.0)
    opened(bench.desk)
    server.connected(2)
    confirm(bench, server)
    bench.keeper.nothing(StreamLost)


# Permits to connect


def test_a_limit_is_reported_to_the_gateway_and_its_pause_obeyed(bench, server):
    server.refusals = [(418, {"Retry-After": "120"})]
    server.cut()
    bench.until(StreamLost)
    bench.desk.advance(0.01)
    opened(bench.desk)
    hit = bench.gateway.pop(LimitHit)
    assert hit.retry_after_s == 120.0
    until_ms = bench.desk.actor.wall_ms() + 300_000
    bench.desk.tell(PauseConnecting(until_ms, "banned"), bench.gateway)
    granted(bench.desk, bench.gateway)
    bench.desk.advance(299.0)
    assert len(server.paths) == 1
    bench.desk.advance(2.0)
    opened(bench.desk)
    server.connected(2)


def test_without_a_permit_it_waits_and_connects_when_the_permit_comes(bench, server):
    server.cut()
    bench.until(StreamLost)
    bench.desk.advance(0.01)
    opened(bench.desk)
    server.connected(2)
    wanted = [each for each in bench.gateway.received if isinstance(each, RequestConnectPermit)][-1]
    assert (wanted.stream, wanted.number, len(wanted.attempts_ms)) == ("", 3, 2)
    server.cut(to=NEW)
    turn(bench.desk, lambda: bench.desk.actor._connections.live is None)
    bench.desk.advance(1.0)
    assert not bench.desk.actor._connector.is_opening
    bench.desk.tell(ConnectPermitGranted("", 2), bench.gateway)  # an older permit
    assert not bench.desk.actor._connector.is_opening
    granted(bench.desk, bench.gateway)
    opened(bench.desk)
    server.connected(3)


def test_without_an_answer_of_the_gateway_it_connects_rarely(bench, server):
    for number in (2, 3):
        server.cut()
        turn(bench.desk, lambda: bench.desk.actor._connections.live is None)
        bench.desk.advance(3.0)
        opened(bench.desk)
        server.connected(number)
    server.cut()
    turn(bench.desk, lambda: bench.desk.actor._connections.live is None)
    bench.desk.advance(60.0)
    assert len(server.paths) == 3
    bench.desk.advance(45.0)
    opened(bench.desk)
    server.connected(4)


def test_while_no_server_is_reached_no_permit_is_used_and_the_next_try_is_soon():
    with SocketServer() as gone:
        url = gone.url
    bench = Bench(url)
    bench.unlock()
    for _ in range(20):
        bench.desk.advance(0.45)
        opened(bench.desk)
    assert bench.state().reconnects >= 20
    bench.gateway.nothing(RequestConnectPermit)


def test_an_actor_that_ends_while_it_connects_leaves_nothing_open(server):
    bench = Bench(server.url)
    bench.desk.tell(bench.key, bench.launcher)
    bench.desk.actor.on_exit()
    server.connected(1)
    server.ended(0)
