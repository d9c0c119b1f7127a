"""The broker on a real socket: who may connect, what ends a connection, and what it answers."""

import grp
import os
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from lotkeeper.exchange.budget.limits import LimitKind
from lotkeeper.exchange.sharing.broker import BrokerError, group_id, open_socket
from lotkeeper.exchange.sharing.broker_link import BrokerLink, BrokerLostError
from lotkeeper.exchange.sharing.lines import Answer, Hello, Report, WindowReport
from lotkeeper.exchange.sharing.peers import Peer, may_share, peer_of
from tests.lotkeeper.exchange.sharing.served import ServedBroker

MINUTE = 60_000
NOW = 1_700_000_070_000
WITHIN_S = 20.0  # however busy the machine is


@pytest.fixture
def path() -> Iterator[Path]:
    """Short enough for a socket, and in a folder that another user can be let into."""
    with TemporaryDirectory(prefix="lkb-", dir="/tmp") as folder:
        yield Path(folder) / "budget.sock"


@pytest.fixture
def broker(path: Path) -> Iterator[ServedBroker]:
    with ServedBroker(path) as served:
        yield served


def connect(path: Path, name: str = "alice", exchange: str = "api.binance.com") -> BrokerLink:
    link = BrokerLink(path)
    link.send(Hello(name, exchange))
    return link


def answer_to(link: BrokerLink, wanted: int) -> Answer:
    window = WindowReport(LimitKind.WEIGHT, MINUTE, NOW // MINUTE, 1_000, 0, 0, 0, 0, wanted)
    link.send(Report(NOW, (window,)))
    return next_answer(link)


def next_answer(link: BrokerLink) -> Answer:
    deadline = time.monotonic() + WITHIN_S
    while not (found := link.receive()):
        assert time.monotonic() < deadline
        time.sleep(0.001)
    return found[0]


def wait_for_end(link: BrokerLink) -> str:
    """Why the link was lost."""
    with pytest.raises(BrokerLostError) as caught:
        next_answer(link)
    return str(caught.value)


def test_services_get_shares_of_one_budget(broker: ServedBroker) -> None:
    alice, bob = connect(broker.path), connect(broker.path, "bob")
    assert answer_to(bob, 0).services
    answer = answer_to(alice, 600)
    assert (answer.services, answer.grants[0].share, answer.grants[0].retry_ms) == (2, 600, 0)
    refused = answer_to(bob, 301)
    assert refused.grants[0].retry_ms == 5_000
    assert [(use.name, use.share) for use in refused.usage] == [("alice", 600), ("bob", 0)]
    for link in (alice, bob):
        link.close()


def test_services_of_different_exchanges_share_nothing(broker: ServedBroker) -> None:
    live, test = connect(broker.path), connect(broker.path, "bob", "testnet.binance.vision")
    assert answer_to(live, 900).grants[0].share == 900
    assert answer_to(test, 900).grants[0].share == 900
    for link in (live, test):
        link.close()


def test_a_new_broker_grants_nothing_at_first(path: Path) -> None:
    with ServedBroker(path, is_settled=False) as broker:
        link = connect(path)
        assert answer_to(link, 10).grants[0].retry_ms == 2_000
        broker.settle()
        assert answer_to(link, 10).grants[0].share == 10
        link.close()


def test_a_broker_that_ends_is_noticed(broker: ServedBroker) -> None:
    link = connect(broker.path)
    answer_to(link, 0)
    broker.stop()
    assert wait_for_end(link) == "it has ended the connection"
    with pytest.raises(BrokerLostError, match=r"budget\.sock: No such file"):
        BrokerLink(broker.path)


@pytest.mark.parametrize("line", [b"hello\n", b'{"name":"","exchange":"x"}\n', b"x" * 40_000 + b"\n"])
def test_whoever_speaks_otherwise_is_cut_off(broker: ServedBroker, line: bytes) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stranger:
        stranger.settimeout(WITHIN_S)
        stranger.connect(str(broker.path))
        with suppress(ConnectionError):  # cut off before it has said all
            stranger.sendall(line)
            assert stranger.recv(1) == b""
    link = connect(broker.path)
    assert answer_to(link, 5).grants[0].share == 5
    link.close()


def test_an_answer_that_cannot_be_read_loses_the_broker(path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(path))
        listener.listen()
        link = BrokerLink(path)
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b'{"grants": 5}\n')
            assert wait_for_end(link).startswith("what it sends cannot be read: grants")


def test_the_socket_is_this_users_alone(broker: ServedBroker) -> None:
    assert stat.S_IMODE(broker.path.stat().st_mode) == 0o600


def test_a_group_may_be_let_in(path: Path) -> None:
    group = grp.getgrgid(os.getegid()).gr_name
    open_socket(path, group).close()
    status = path.stat()
    assert (stat.S_IMODE(status.st_mode), status.st_gid) == (0o660, os.getegid())
    with pytest.raises(BrokerError, match="is no group of this machine"):
        group_id("no-such-group")


def test_the_socket_of_a_dead_broker_is_replaced_and_that_of_a_living_one_is_not(broker: ServedBroker) -> None:
    with pytest.raises(BrokerError, match=r"listens on .* already"):
        open_socket(broker.path)
    dead = broker.path.with_name("dead.sock")
    open_socket(dead).close()
    open_socket(dead).close()
    file = broker.path.with_name("file")
    file.touch()
    with pytest.raises(BrokerError, match="is no socket"):
        open_socket(file)


def test_the_kernel_says_who_is_at_the_other_end() -> None:
    one, other = socket.socketpair(socket.AF_UNIX)
    with one, other:
        peer = peer_of(one)
    assert (peer.pid, peer.uid) == (os.getpid(), os.geteuid())
    assert os.getegid() in peer.groups


def test_only_this_user_and_the_group_may_share() -> None:
    mine, other = os.geteuid(), os.geteuid() + 1
    assert may_share(Peer(1, mine, frozenset()), None)
    assert not may_share(Peer(1, other, frozenset({7})), None)
    assert not may_share(Peer(1, other, frozenset({7})), 8)
    assert may_share(Peer(1, other, frozenset({7, 8})), 8)


CONNECT = """\
import socket, sys
with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
    connection.settimeout(20)
    connection.connect(sys.argv[1])
    print(connection.recv(1))
"""


PYTHON = Path("/usr/bin/python3")  # another user cannot read that of the tests


@pytest.mark.skipif(os.geteuid() != 0 or not PYTHON.exists(), reason="no process of another user can be started")
def test_a_process_of_another_user_is_refused_even_where_the_socket_lets_it_in(broker: ServedBroker) -> None:
    broker.path.parent.chmod(0o755)
    broker.path.chmod(0o666)
    command = [PYTHON, "-c", CONNECT, broker.path]
    done = subprocess.run(command, user=65534, group=65534, extra_groups=[], capture_output=True, check=False)
    assert done.stdout == b"b''\n", done.stderr
    (said,) = broker.said
    assert said.endswith("of user 65534")
