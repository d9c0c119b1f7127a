"""One connection: what it delivered, and what is thought of it."""

from typing import Any

from actors.streams.connection import StreamConnection
from lotkeeper.exchange.websocket.liveness import Alive, Dead, Doubtful, Liveness
from lotkeeper.exchange.websocket.socket import Drained


class Socket:
    """A socket that delivers what it is told to."""

    def __init__(self, *drained: Drained) -> None:
        self.drained, self.pings, self.most = list(drained), 0, 0

    def drain(self, max_frames: int) -> Drained:
        self.most = max_frames
        return self.drained.pop(0)

    def ping(self) -> None:
        self.pings += 1


def connection(*drained: Drained) -> tuple[StreamConnection, Socket]:
    socket: Any = Socket(*drained)
    return StreamConnection(socket, Liveness.starting(0.0)), socket


def test_what_arrives_shows_that_it_is_alive():
    one, socket = connection(Drained([b"frame"], has_received=True), Drained([]))
    one.is_verified = True
    assert one.drain(50.0, 200).frames == [b"frame"]
    assert socket.most == 200
    assert one.drain(55.0, 200).frames == []
    assert one.verdict(70.0, 60.0, 10.0) == Alive()
    assert isinstance(one.verdict(90.0, 60.0, 10.0), Doubtful)
    assert isinstance(one.verdict(111.0, 60.0, 10.0), Dead)


def test_one_that_nothing_confirms_in_time_is_dead():
    one, _ = connection()
    assert one.verdict(9.0, 60.0, 10.0) == Alive()
    assert one.verdict(11.0, 60.0, 10.0) == Dead("nothing confirmed it within 10 s")


def test_it_is_pinged_in_silence_and_once_at_the_beginning():
    one, socket = connection()
    for second in range(4):
        one.ping_when_silent(float(second), 60.0)
    assert socket.pings == 1
