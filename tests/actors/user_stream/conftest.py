"""A user stream that is connected to a server of the test, and one that is proven."""

from collections.abc import Iterator

import pytest

from messages.account import (
    StreamProven,
)
from tests.actors.socket_server import SocketServer
from tests.actors.user_stream.bench import CONFIRMED, Bench


@pytest.fixture
def server() -> Iterator[SocketServer]:
    with SocketServer() as running:
        yield running


@pytest.fixture
def bench(server: SocketServer) -> Iterator[Bench]:
    """A stream that is connected and has sent its subscription, with one keeper that watches."""
    bench = Bench(server.url)
    bench.unlock()
    server.connected()
    bench.watch()
    yield bench
    bench.desk.actor.on_exit()


@pytest.fixture
def proven(bench: Bench, server: SocketServer) -> Bench:
    server.send(CONFIRMED)
    bench.until(StreamProven)
    return bench
