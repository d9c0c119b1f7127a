"""A stream of one pair that is connected to a server of the test."""

from collections.abc import Iterator

import pytest

from tests.actors.market_stream.bench import Bench
from tests.actors.socket_server import SocketServer


@pytest.fixture
def server() -> Iterator[SocketServer]:
    with SocketServer() as running:
        yield running


@pytest.fixture
def bench(server: SocketServer) -> Iterator[Bench]:
    bench = Bench(server.url)
    server.connected()
    yield bench
    bench.desk.actor.on_exit()
