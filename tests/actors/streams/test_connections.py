"""The live connection and the spare one that replaces it."""

from typing import Any

import pytest

from actors.streams.connections import Connections


class Socket:
    """A socket that is open until it is closed."""

    def __init__(self, number: int) -> None:
        self.number, self.is_open = number, True

    def fileno(self) -> int:
        return self.number if self.is_open else -1

    def close(self) -> None:
        self.is_open = False


def opened(connections: Connections, number: int, *, is_verified: bool = True) -> Any:
    socket: Any = Socket(number)
    connection = connections.add(socket, 0.0)
    connection.is_verified = is_verified
    return connection


@pytest.fixture
def connections() -> Connections:
    return Connections()


def test_the_first_connection_is_the_live_one(connections):
    assert connections.is_one_wanted
    first = opened(connections, 3)
    assert connections.live is first
    assert not connections.is_one_wanted
    assert connections.watched() == [3]


def test_a_renewal_wants_a_spare_connection_and_begins_once(connections):
    assert not connections.begin_renewal("nothing is open", 1.0)
    first = opened(connections, 3)
    assert connections.begin_renewal("old", 1.0)
    assert not connections.begin_renewal("old", 2.0)
    assert connections.is_one_wanted
    spare = opened(connections, 4)
    assert not connections.is_one_wanted
    assert [*connections] == [first, spare]


def test_a_spare_connection_replaces_the_live_one_when_it_is_verified(connections):
    first = opened(connections, 3)
    connections.begin_renewal("old", 1.0)
    spare = opened(connections, 4, is_verified=False)
    assert connections.swap() is None
    spare.is_verified = True
    assert connections.swap() == (first, "old")
    assert connections.live is spare
    assert first not in connections
    assert not connections.is_one_wanted
    assert connections.swap() is None


def test_when_the_live_connection_ends_the_spare_one_takes_its_place(connections):
    first = opened(connections, 3)
    connections.begin_renewal("old", 1.0)
    spare = opened(connections, 4, is_verified=False)
    connections.remove(first)
    assert (connections.live, connections.spare, connections.renewal) == (spare, None, "")


def test_when_the_spare_connection_ends_another_is_wanted(connections):
    first = opened(connections, 3)
    connections.begin_renewal("old", 1.0)
    connections.remove(opened(connections, 4))
    assert connections.live is first
    assert connections.is_one_wanted


def test_for_a_mere_suspicion_a_connection_is_replaced_once_a_minute(connections):
    opened(connections, 3)
    assert connections.may_suspect(0.0)
    connections.begin_renewal("suspected", 10.0)
    assert not connections.may_suspect(69.0)
    assert connections.may_suspect(70.0)


def test_what_is_closed_is_not_watched(connections):
    opened(connections, 3)
    connections.close()
    assert connections.watched() == []
