from decimal import Decimal as D

import pytest

from actors.fee_reserve.actor import FeeReserve
from lotkeeper.engine.testkit import ActorBench
from lotkeeper.trading.fee_reserve.reserve import FeeReserveSettings
from messages.fees import BoughtForFees, FeeBuyRefused, FeeBuyUnknown, FeeReserveReported
from messages.lifecycle import Peers, PeersChanged, StartFeeReserve
from messages.queries import BalanceFetched, FetchBalance, FetchFailed, FetchMarket
from tests.lotkeeper.trading.fee_reserve.test_top_up import report


class Bench:
    def __init__(self) -> None:
        self.desk = ActorBench(FeeReserve)
        self.gateway, self.monitor, self.ledger = (self.desk.probe(name) for name in ("gateway", "monitor", "ledger"))
        self.peers = Peers(gateway=self.gateway.address, monitor=self.monitor.address, ledger=self.ledger.address)
        self.desk.tell(StartFeeReserve(FeeReserveSettings(D("0.02")), "BTCUSDT", 5000, self.peers))


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_after_the_start_it_asks_and_reports_what_it_finds(bench):
    bench.gateway.nothing()
    bench.desk.advance(3.0)
    asked = bench.gateway.pop(FetchBalance)
    assert (asked.asset, bench.gateway.pop(FetchMarket).symbol) == ("BNB", "BTCUSDT")
    bench.desk.tell(BalanceFetched(asked.request_id, "BNB", D("0.05"), D(0)), bench.gateway)
    assert bench.monitor.received[-1].reserve.free == D("0.05")


def test_what_has_not_changed_is_not_reported_again_but_to_a_new_monitor(bench):
    bench.monitor.received.clear()
    bench.desk.tell(PeersChanged(bench.peers))
    bench.monitor.nothing()
    newer = bench.desk.probe("the next monitor")
    bench.desk.tell(PeersChanged(Peers(gateway=bench.gateway.address, monitor=newer.address)))
    assert isinstance(newer.received[-1], FeeReserveReported)


def test_without_a_gateway_it_asks_again_later(bench):
    bench.desk.tell(PeersChanged(Peers(monitor=bench.monitor.address)))
    bench.desk.advance(10.0)
    bench.gateway.nothing()
    bench.desk.tell(PeersChanged(bench.peers))
    bench.desk.advance(60.0)
    assert bench.gateway.pop(FetchBalance)


@pytest.mark.parametrize(
    "message",
    [
        BoughtForFees("lkf1-7", report(7)),
        FeeBuyRefused("lkf1-7", "no"),
        FeeBuyUnknown("lkf1-7", "no answer"),
        FetchFailed(99, "no answer", 1.0),
        BalanceFetched(99, "BNB", D(1), D(0)),
    ],
)
def test_news_that_nobody_waits_for_ends_nothing(bench, message):
    bench.desk.tell(message, bench.gateway)
    early = ActorBench(FeeReserve)
    early.tell(message, early.probe("gateway"))
