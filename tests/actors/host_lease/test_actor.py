"""The lease of a host is renewed while the database answers; a renewal that fails moves nothing."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from actors.gateway.sending_term import since_boot_s
from actors.host_lease.actor import HostLease
from lotkeeper.engine.testkit import ActorBench
from lotkeeper.trading.recovery.host_lease import MAY_SEND_MS, RENEW_EVERY_S, MayTake
from lotkeeper.trading.recovery.host_lease import HostLease as Record
from messages.host_lease import HostLeaseLost, HostLeaseRenewed, HostLeaseReported, HostTerm
from messages.lifecycle import Peers, PeersChanged, StartHostLease
from persistence.engines.postgresql.host_leases import HostLeases
from tests.postgresql.sharing import SharedServer

WANTED = Record(0, "a", "host-a", 0, None, 5_000)


@pytest.fixture
def url(postgresql: SharedServer) -> Iterator[str]:
    found = postgresql.database()
    yield found
    postgresql.drop(found)


class Bench:
    def __init__(self, url: str, server: SharedServer) -> None:
        self.leases, self.url, self.server = HostLeases(url), url, server
        taken = self.leases.take(lambda *_: MayTake(), WANTED, is_unending=False)
        assert isinstance(taken, tuple)
        self.term = HostTerm(taken[0].token, "a", "host-a", since_boot_s() + 1.0, 0.0)
        self.desk = ActorBench(HostLease)
        self.gateway, self.monitor, self.launcher = (
            self.desk.probe(each) for each in ("gateway", "monitor", "launcher")
        )
        self.peers = Peers(gateway=self.gateway.address, monitor=self.monitor.address)
        self.desk.tell(StartHostLease(url, self.term, self.launcher.address, self.peers))


@pytest.fixture
def bench(url: str, postgresql: SharedServer) -> Iterator[Bench]:
    made = Bench(url, postgresql)
    with closing(made.leases):
        yield made
        made.desk.actor.on_exit()


def test_each_renewal_is_told_to_the_gateway_and_reported(bench):
    first = bench.gateway.pop(HostLeaseRenewed).may_send_until_s
    assert since_boot_s() < first <= since_boot_s() + MAY_SEND_MS / 1000
    bench.desk.advance(RENEW_EVERY_S)
    assert bench.gateway.pop(HostLeaseRenewed).may_send_until_s > first
    report = bench.monitor.pop(HostLeaseReported)
    assert (report.host, report.token, report.trouble) == ("host-a", bench.term.token, "")
    assert report.left_ms > 0
    assert not bench.leases.wait_for_advisory_lock(0.05)


def test_a_new_gateway_is_told_at_once(bench):
    newer = bench.desk.probe("the next gateway")
    bench.desk.tell(PeersChanged(replace(bench.peers, gateway=newer.address)))
    assert newer.pop(HostLeaseRenewed)


def test_a_database_that_is_away_moves_nothing_and_is_reported(bench):
    bench.gateway.received.clear()
    bench.leases.close()
    bench.server.end_sessions(bench.url)
    bench.desk.advance(RENEW_EVERY_S)
    bench.gateway.nothing()
    assert "fails" in bench.monitor.received[-1].trouble
    bench.launcher.nothing()
    bench.desk.advance(RENEW_EVERY_S)  # the next one is over a new connection
    assert bench.gateway.pop(HostLeaseRenewed)


def test_the_launcher_is_told_once_that_another_host_has_the_lease(bench):
    taken = bench.leases.take(lambda *_: MayTake(), replace(WANTED, holder="b", host="host-b"), is_unending=False)
    assert isinstance(taken, tuple)
    bench.gateway.received.clear()
    bench.desk.advance(RENEW_EVERY_S)
    bench.gateway.nothing()
    assert "host host-b has taken the lease" in bench.launcher.pop(HostLeaseLost).reason
    bench.desk.advance(5 * RENEW_EVERY_S)
    bench.launcher.nothing()
