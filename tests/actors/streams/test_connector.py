"""One attempt to connect at a time, with a permit and after the back-off."""

import socket
from typing import Any

import pytest

from actors.streams.connector import Connect, Connector
from actors.streams.permit_holder import PermitHolder
from lotkeeper.engine.actor import EngineActor
from lotkeeper.engine.testkit import ActorBench
from lotkeeper.exchange.websocket.connect_policy import Ceilings, ConnectFailure, FailureKind
from tests.actors.socket_server import PATIENCE_S, SocketServer


class Stream(EngineActor):
    """An actor that only connects."""

    def __init__(self) -> None:
        super().__init__()
        self.permits = PermitHolder(self)
        self.connector = Connector(self, self.permits, Ceilings(10.0, 5.0))


@pytest.fixture
def bench() -> ActorBench[Stream]:
    return ActorBench(Stream)


def result(connector: Connector) -> Any:
    """Waits for the end of the attempt."""
    (descriptor,) = connector.watched()
    with socket.socket(fileno=socket.dup(descriptor)) as copy:
        copy.settimeout(PATIENCE_S)
        copy.recv(1, socket.MSG_PEEK)
    return connector.take_result([descriptor])


def test_an_attempt_ends_with_a_socket_and_uses_the_permit(bench):
    connector = bench.actor.connector
    with SocketServer() as server:
        assert connector.begin(server.url) is None
        assert connector.is_opening
        assert connector.take_result([]) is None
        opened = result(connector)
        assert not connector.is_opening
        assert connector.watched() == []
        assert opened.is_open
        opened.close()
    assert connector.begin(server.url) is None  # it waits for the next permit
    assert not connector.is_opening
    assert [type(payload) for _, payload in bench.wakeups] == [Connect]


def test_an_attempt_ends_with_the_failure(bench):
    with SocketServer() as gone:
        url = gone.url
    bench.actor.connector.begin(url)
    failure = result(bench.actor.connector)
    assert isinstance(failure, ConnectFailure)
    assert failure.kind is FailureKind.UNREACHABLE


def test_only_the_newest_wake_up_counts(bench):
    connector = bench.actor.connector
    for _ in range(2):
        connector.try_later(ConnectFailure(FailureKind.ENDED, "cut"))
    older, newer = (payload for _, payload in bench.wakeups)
    assert not connector.is_due(older)
    assert connector.is_due(newer)


def test_short_connections_wait_longer_until_one_lasts(bench, monkeypatch):
    monkeypatch.setattr("actors.streams.connector.random.random", lambda: 1.0)
    connector, failure = bench.actor.connector, ConnectFailure(FailureKind.ENDED, "cut")
    waits = []
    for is_short in (True, True, True, False):
        connector.note_end(is_short=is_short)
        waits.append(connector.try_later(failure).after_s)
    assert waits == [0.01, 0.2, 0.4, 0.01]


def test_where_the_system_gives_no_thread_the_attempt_fails_and_is_made_later(bench, monkeypatch):
    connector = bench.actor.connector
    with SocketServer() as server:
        with monkeypatch.context() as limited:
            limited.setattr("threading.Thread.start", no_thread)
            failure = connector.begin(server.url)
        assert failure == ConnectFailure(
            FailureKind.UNREACHABLE, "no connection can be opened on this machine now: can't start new thread"
        )
        assert not connector.is_opening
        assert connector.watched() == []
        assert connector.begin(server.url) is None
        result(connector).close()


def no_thread(_: object) -> None:
    raise RuntimeError("can't start new thread")
