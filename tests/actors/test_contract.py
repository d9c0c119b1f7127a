"""What holds for every actor, whatever it does."""

import importlib
import pkgutil
from decimal import Decimal as D

import pytest

import actors
from lotkeeper.engine.actor import EngineActor
from lotkeeper.engine.testkit import Probe, contract
from lotkeeper.trading.alerts.settings import AlertSettings
from lotkeeper.trading.fee_reserve.reserve import FeeReserveSettings
from messages.alerts import StartAlerts
from messages.control import StopService
from messages.lifecycle import (
    Peers,
    PeersChanged,
    StartFeeReserve,
    StartGateway,
    StartGuardian,
    StartKeeper,
    StartLedger,
    StartMarketStream,
    StartMonitor,
    StartPair,
    StartPrices,
    StartUserStream,
)
from tests.actors.supervision import PAIRS, SETTINGS


def actor_classes() -> list[type[EngineActor]]:
    """Every actor that is defined below actors/, without the base classes."""
    found = []
    for module in pkgutil.walk_packages(actors.__path__, "actors."):
        loaded = importlib.import_module(module.name)
        found += [
            each
            for each in vars(loaded).values()
            if isinstance(each, type) and issubclass(each, EngineActor) and each.__module__ == loaded.__name__
        ]
    bases = {base for each in found for base in each.__mro__[1:]}
    return [each for each in found if each not in bases]


ACTORS = actor_classes()
by_name = pytest.mark.parametrize("actor", ACTORS, ids=lambda each: each.__name__)


def first_message(actor: type[EngineActor], tmp_path) -> object | None:
    """What starts the actor without opening a connection; None for one that begins by connecting."""
    outside = Probe("outside").address
    known = {
        "Alerts": StartAlerts(AlertSettings(), outside, outside, 0),
        "FeeReserve": StartFeeReserve(FeeReserveSettings(D("0.02")), "BTCUSDT", 5000, Peers()),
        "Gateway": StartGateway("http://127.0.0.1:1", 5000, outside, outside),
        "Guardian": StartGuardian(SETTINGS),
        "Ledger": StartLedger(f"sqlite:///{tmp_path}/lots.sqlite", outside),
        "MarketStream": StartMarketStream("market stream 1", ("BTCUSDT",), "ws://127.0.0.1:1", 60.0, 82_800.0, Peers()),
        "Monitor": StartMonitor(("BTCUSDT",), 0),
        "PairKeeper": StartKeeper(PAIRS[0], 1, 5000, 2.0, Peers()),
        "PairSupervisor": StartPair(PAIRS[0], SETTINGS, Peers()),
        "PriceBroadcaster": StartPrices(outside),
        "UserStream": StartUserStream("ws://127.0.0.1:1", 5000, 60.0, 82_800.0, outside, outside),
    }
    return known.get(actor.__name__)


def test_every_actor_is_tested():
    assert sorted(each.__name__ for each in ACTORS) == [
        "Alerts",
        "FeeReserve",
        "Gateway",
        "Guardian",
        "HostLease",
        "Ledger",
        "MarketStream",
        "Monitor",
        "PairKeeper",
        "PairSupervisor",
        "PriceBroadcaster",
        "UserStream",
    ]


@by_name
def test_it_says_what_it_is(actor):
    assert actor.__doc__
    assert importlib.import_module(actor.__module__).__doc__


@by_name
def test_it_accepts_unknown_messages(actor):
    contract.check_unknown_message(actor)


@by_name
def test_it_survives_an_error_in_a_handler(actor):
    is_root = actor.__name__ == "Guardian"
    contract.check_failing_handler(actor, StopService() if is_root else PeersChanged(Peers()))


@by_name
def test_it_runs_a_minute_without_answers_and_ends_on_request(actor, tmp_path):
    contract.check_without_answers(actor, first_message(actor, tmp_path))


@by_name
def test_every_actor_but_the_root_handles_changed_peers(actor):
    assert (PeersChanged in actor._handlers) is (actor.__name__ != "Guardian")
