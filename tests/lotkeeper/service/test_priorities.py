"""The processes that serve prices and the status give way to those on the way from a fill to its SELL."""

import os

import pytest

from actors.alerts.actor import Alerts
from actors.market_stream.actor import MarketStream
from actors.monitor.actor import Monitor
from actors.price_broadcaster.actor import PriceBroadcaster
from lotkeeper.engine.system.forked_process import ForkedProcess
from lotkeeper.service.priorities import PATIENT, give_way


def test_they_are_actors():
    actors = {each.__name__ for each in (MarketStream, PriceBroadcaster, Monitor, Alerts)}
    assert actors | {"WebServer"} == PATIENT


@pytest.mark.parametrize(
    ("actor", "gives_way"), [("MarketStream", True), ("Monitor", True), ("PairKeeper", False), ("Gateway", False)]
)
def test_a_process_gives_way_if_no_sell_waits_for_it(actor, gives_way):
    def child() -> None:
        before = os.nice(0)
        give_way(actor)
        assert os.nice(0) == (min(before + 5, 19) if gives_way else before)

    process = ForkedProcess(child)
    process.start()
    process.join(60)
    assert process.exitcode == 0
