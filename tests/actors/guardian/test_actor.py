from dataclasses import replace
from decimal import Decimal as D
from typing import Any

import pytest

from actors.alerts.actor import Alerts
from actors.gateway.actor import Gateway
from actors.guardian.actor import Guardian
from actors.guardian.children import ALERTS, FEE_RESERVE, GATEWAY, LEDGER, MONITOR, PRICES, USER_STREAM
from actors.ledger.actor import Ledger
from actors.market_stream.actor import MarketStream
from actors.monitor.actor import Monitor
from actors.pair_supervisor import PairSupervisor
from actors.price_broadcaster.actor import PriceBroadcaster
from actors.user_stream.actor import UserStream
from lotkeeper.engine.actor.log_levels import ActorLevel, ChangeLogLevel, LogLevels
from lotkeeper.engine.asking import Answer, Forwarded
from lotkeeper.engine.testkit import ActorBench, Probe
from lotkeeper.exchange.websocket.connect_policy import market_streams_start_after_s
from lotkeeper.exchange.websocket.market_shares import market_shares
from lotkeeper.trading.fee_reserve.reserve import FeeReserveSettings
from lotkeeper.trading.policy import ExitPolicy
from messages.configuration import AskChanges, ConfigReloaded, KeyChange, ReloadConfig
from messages.control import AskPositions, AskStatus, CommandDone, CommandRefused, ExplainLot, StopService
from messages.health import ChildReported
from messages.lifecycle import (
    ChangePolicy,
    KeepSettings,
    LeavingPair,
    PeersChanged,
    RequestStop,
    ServiceSettings,
    SettingsKept,
    StartFeeReserve,
    StartGateway,
    StartGuardian,
    StartLedger,
    StartMarketStream,
    StartMonitor,
    StartPair,
    StartPrices,
    StartUserStream,
)
from messages.pair_commands import PausePair, ResumePair
from messages.pair_rules import AskPairRules
from tests.actors.supervision import PAIRS, SETTINGS, exhaust

SYMBOLS = tuple(pair.symbol for pair in PAIRS)
MARKET = "market stream 1"
SHARED = (MONITOR, LEDGER, GATEWAY, PRICES, USER_STREAM, ALERTS)


class Bench:
    def __init__(
        self, settings: ServiceSettings = SETTINGS, first: tuple[str, ...] = (), leaving: tuple[LeavingPair, ...] = ()
    ) -> None:
        self.desk = ActorBench(Guardian)
        self.launcher = self.desk.probe("launcher")
        self.desk.tell(StartGuardian(settings, first, leaving=leaving), self.launcher)

    def child(self, key: str) -> Probe:
        return self.desk.child(key)

    def forget(self) -> None:
        for child in self.desk.children:
            child.received.clear()
        self.desk.sent.clear()

    def restart(self, key: str) -> Probe:
        """The child dies, and is there again."""
        self.desk.kill(self.child(key))
        self.desk.advance(5.0)
        return self.child(key)

    def last_news(self, key: str) -> Any:
        return [each for each in self.child(key).received if isinstance(each, PeersChanged)][-1].peers


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_the_launcher_is_told_of_a_level_as_the_children_are(bench: Bench):
    """It is no actor, and the HTTP server is its child."""
    bench.desk.ask(ChangeLogLevel(ActorLevel("web", "DEBUG", who="kim")))
    told = LogLevels((ActorLevel("web", "DEBUG", who="kim"),))
    assert bench.launcher.pop(LogLevels) == bench.child(MONITOR).pop(LogLevels) == told


def test_every_child_is_started_with_what_it_needs(bench):
    assert [(child.key, child.actor_class) for child in bench.desk.children] == [
        (MONITOR, Monitor),
        (LEDGER, Ledger),
        (GATEWAY, Gateway),
        (PRICES, PriceBroadcaster),
        (USER_STREAM, UserStream),
        ("BTCUSDT", PairSupervisor),
        ("ETHUSDT", PairSupervisor),
        (ALERTS, Alerts),
        (MARKET, MarketStream),
    ]
    monitor, launcher = bench.child(MONITOR).address, bench.launcher.address
    assert bench.child(MONITOR).received[0] == StartMonitor(SYMBOLS, bench.desk.actor.wall_ms(), 30 * 86_400_000)
    assert bench.child(LEDGER).received[0] == StartLedger(SETTINGS.database, monitor, 0, bench.desk.actor.wall_ms())
    gateway = StartGateway(
        SETTINGS.rest_url, 5000, launcher, monitor, SYMBOLS, SETTINGS.in_flight, SETTINGS.ws_api_url, 60.0, 82800.0
    )
    gateway = replace(gateway, watches_listings=True)
    assert bench.child(GATEWAY).received[0] == gateway
    assert bench.child(PRICES).received[0] == StartPrices(monitor, SYMBOLS)
    stream = bench.child(USER_STREAM).received[0]
    assert stream == StartUserStream(SETTINGS.ws_api_url, 5000, 60.0, 82_800.0, launcher, monitor)
    market = bench.child(MARKET).received[0]
    url, peers = SETTINGS.stream_url, bench.last_news(MARKET)
    assert market == StartMarketStream(MARKET, SYMBOLS, url, 60.0, 82_800.0, peers)
    for pair in PAIRS:
        start = bench.child(pair.symbol).received[0]
        assert isinstance(start, StartPair)
        assert (start.pair, start.settings) == (pair, SETTINGS)


def many_pairs(count: int) -> ServiceSettings:
    return replace(SETTINGS, pairs=tuple(replace(PAIRS[0], symbol=f"P{number}USDT") for number in range(count)))


def started_pairs(bench: Bench) -> list[str]:
    return [child.key for child in bench.desk.children if child.actor_class is PairSupervisor]


def test_pairs_that_wait_for_a_sell_start_before_the_others_and_all_start_once():
    bench = Bench(many_pairs(35), ("P30USDT", "P7USDT", "P30USDT", "NOSUCHPAIR"))
    early = started_pairs(bench)
    assert len(early) == 10
    bench.desk.advance(0.3)  # they have the processors for a moment
    assert started_pairs(bench) == early
    assert early[:4] == ["P30USDT", "P7USDT", "P0USDT", "P1USDT"]
    bench.desk.advance(1.0)
    assert sorted(started_pairs(bench)) == sorted(f"P{number}USDT" for number in range(35))


def test_a_command_for_a_pair_that_is_not_started_yet_is_refused_for_the_moment():
    bench = Bench(many_pairs(35))
    assert isinstance(bench.desk.ask(PausePair("P34USDT")), CommandRefused)
    bench.desk.advance(1.0)
    bench.desk.ask_later(PausePair("P34USDT"))
    assert isinstance(bench.child("P34USDT").received[-1], Forwarded)


def test_after_the_start_all_have_the_addresses_of_the_others(bench):
    for key in (*SHARED, *SYMBOLS, MARKET):
        news = bench.last_news(key)
        assert (news.ledger, news.gateway, news.user_stream, news.prices, news.monitor) == tuple(
            bench.child(name).address for name in (LEDGER, GATEWAY, USER_STREAM, PRICES, MONITOR)
        )


@pytest.mark.parametrize("key", SHARED)
def test_all_get_the_new_addresses_when_a_child_dies_and_when_it_is_restarted(bench, key):
    field = {USER_STREAM: "user_stream"}.get(key, key)
    bench.forget()
    bench.desk.kill(bench.child(key))
    for other in {*SHARED, *SYMBOLS, MARKET} - {key}:
        assert getattr(bench.last_news(other), field) is None
    bench.desk.advance(5.0)
    for other in {*SHARED, *SYMBOLS, MARKET}:
        assert getattr(bench.last_news(other), field) == bench.child(key).address


def test_the_restart_of_a_pair_concerns_no_other_actor(bench):
    bench.forget()
    restarted = bench.restart("BTCUSDT")
    assert isinstance(restarted.received[0], StartPair)
    assert restarted.received[0].peers.gateway == bench.child(GATEWAY).address
    for other in {*SHARED, "ETHUSDT", MARKET} - {MONITOR}:
        bench.child(other).nothing()


def test_the_death_of_a_market_stream_concerns_no_pair(bench):
    bench.forget()
    restarted = bench.restart(MARKET)
    assert isinstance(restarted.received[0], StartMarketStream)
    for other in {*SHARED, *SYMBOLS} - {MONITOR}:
        bench.child(other).nothing()


def test_a_new_monitor_gets_the_report_of_every_child(bench):
    bench.restart(GATEWAY)
    bench.restart(MONITOR)
    reports = [each for each in bench.child(MONITOR).received if isinstance(each, ChildReported)]
    assert {each.key: each.restarts for each in reports} == {
        **dict.fromkeys((*SHARED, *SYMBOLS, MARKET), 0),
        GATEWAY: 1,
        MONITOR: 1,
    }


def test_a_new_monitor_knows_when_the_service_started(bench):
    started = bench.child(MONITOR).received[0].started_ms
    bench.desk.advance(100)
    assert bench.restart(MONITOR).received[0] == StartMonitor(SYMBOLS, started, 30 * 86_400_000)


def test_a_child_that_keeps_dying_is_given_up_visibly_and_tried_again_later(bench):
    monitor = bench.child(MONITOR)
    exhaust(bench.desk, LEDGER)
    reports = [each for each in monitor.received if isinstance(each, ChildReported) and each.key == LEDGER]
    assert (reports[-1].state, "died 6 times" in reports[-1].reason) == ("given up", True)
    assert not bench.desk.exited
    assert isinstance(bench.desk.ask(AskPositions()), CommandRefused)
    count = len(bench.desk.children)
    bench.desk.advance(30.5)
    assert len(bench.desk.children) == count + 1
    assert isinstance(bench.child(LEDGER).received[0], StartLedger)
    assert [each for each in monitor.received if isinstance(each, ChildReported)][-1].state == "running"


# The command line


@pytest.mark.parametrize(
    ("message", "key"),
    [
        (AskStatus(), MONITOR),
        (AskPositions(), LEDGER),
        (AskPositions("BTCUSDT"), LEDGER),
        (ExplainLot("BTCUSDT-7"), LEDGER),
        (AskChanges(()), LEDGER),
        (AskPairRules(), LEDGER),
        (ResumePair("ETHUSDT"), "ETHUSDT"),
    ],
)
def test_questions_are_forwarded_to_the_actor_that_can_answer(bench, message, key):
    bench.forget()
    client = bench.desk.probe("client")
    ask_id = bench.desk.ask_later(message, client)
    handed = next(each for each in bench.child(key).received if isinstance(each, Forwarded))
    assert (handed.body, handed.asker.ask_id, handed.asker.address) == (message, ask_id, client.address)
    client.nothing()


@pytest.mark.parametrize("message", [PausePair("DOGEUSDT"), ResumePair("DOGEUSDT"), AskPositions("DOGEUSDT")])
def test_an_unknown_pair_is_refused_with_the_list_of_configured_ones(bench, message):
    bench.forget()
    answer = bench.desk.ask(message)
    assert answer == CommandRefused("DOGEUSDT is not a configured pair; configured: BTCUSDT, ETHUSDT")
    bench.child(LEDGER).nothing()


def test_a_question_to_an_actor_that_is_being_restarted_is_refused(bench):
    bench.desk.kill(bench.child(MONITOR))
    assert bench.desk.ask(AskStatus()) == CommandRefused("the monitor is being restarted; try again in a moment")


def test_a_stop_is_passed_to_the_launcher_and_confirmed_to_the_client(bench):
    assert isinstance(bench.desk.ask(StopService()), CommandDone)
    assert bench.launcher.pop(RequestStop) == RequestStop()


def test_with_many_pairs_the_keepers_come_first_at_a_start():
    pairs = tuple(replace(PAIRS[0], symbol=f"C{number}USDT") for number in range(100))
    bench = Bench(replace(SETTINGS, pairs=pairs))
    bench.desk.advance(1.0)
    assert all(bench.child(pair.symbol).pop(StartPair) for pair in pairs)
    bench.desk.advance(market_streams_start_after_s(100) - 1.1)
    assert MARKET not in {child.key for child in bench.desk.children}
    bench.desk.advance(0.2)
    starts = [bench.child(f"market stream {number}").pop(StartMarketStream) for number in (1, 2)]
    assert tuple(each.symbols for each in starts) == market_shares([pair.symbol for pair in pairs])
    assert bench.last_news(MARKET) == bench.last_news(GATEWAY)


# A reloaded configuration

DEARER = replace(
    SETTINGS,
    pairs=(replace(PAIRS[0], policy=ExitPolicy(D(3))), PAIRS[1]),
    keys=(("pairs.BTCUSDT", "kept"), ("pairs.ETHUSDT", "kept"), ("pairs.BTCUSDT.net_profit_pct", "3")),
)
BEFORE = replace(SETTINGS, keys=(("pairs.BTCUSDT", "kept"), ("pairs.ETHUSDT", "kept")))
RELOADED = ConfigReloaded((KeyChange("pairs.BTCUSDT.net_profit_pct", "none", "3"),), ())


def reload(bench: Bench) -> None:
    """The launcher keeps the settings, and says so."""
    bench.desk.ask_later(ReloadConfig(DEARER, False))
    bench.desk.tell(SettingsKept(bench.launcher.pop(KeepSettings).settings), bench.launcher)


def test_a_dry_run_says_what_differs_and_changes_nothing():
    bench = Bench(BEFORE)
    bench.forget()
    assert bench.desk.ask(ReloadConfig(DEARER, True)) == RELOADED
    assert [message for _, message in bench.desk.sent if isinstance(message, KeepSettings | ChangePolicy)] == []


def test_a_policy_is_in_force_when_the_launcher_has_it():
    bench = Bench(BEFORE)
    client = bench.desk.probe("client")
    bench.desk.ask_later(ReloadConfig(DEARER, False), client)
    client.nothing()
    assert not any(isinstance(each, ChangePolicy) for each in bench.child("BTCUSDT").received)
    kept = bench.launcher.pop(KeepSettings).settings
    assert kept == DEARER
    bench.desk.tell(SettingsKept(kept), bench.launcher)
    assert bench.child("BTCUSDT").pop(ChangePolicy) == ChangePolicy(DEARER.pairs[0])
    assert not any(isinstance(each, ChangePolicy) for each in bench.child("ETHUSDT").received)
    assert client.pop(Answer).body == RELOADED


def test_the_same_again_is_answered_and_changes_nothing():
    bench = Bench(BEFORE)
    reload(bench)
    bench.forget()
    assert bench.desk.ask(ReloadConfig(DEARER, False)) == ConfigReloaded((), ())
    bench.launcher.nothing(KeepSettings)


def test_a_pair_that_is_started_again_has_the_policy_in_force():
    bench = Bench(BEFORE)
    bench.desk.kill(bench.child("BTCUSDT"))
    reload(bench)
    bench.desk.advance(5.0)
    assert bench.child("BTCUSDT").pop(StartPair).pair == DEARER.pairs[0]


def test_a_pair_that_waits_for_its_start_begins_with_the_policy_in_force():
    settings = many_pairs(35)
    wanted = replace(settings, pairs=tuple(replace(pair, policy=ExitPolicy(D(3))) for pair in settings.pairs))
    bench = Bench(settings)
    bench.desk.ask_later(ReloadConfig(wanted, False))
    bench.desk.tell(SettingsKept(bench.launcher.pop(KeepSettings).settings), bench.launcher)
    bench.desk.advance(1.0)
    assert bench.child("P34USDT").pop(StartPair).pair == wanted.pairs[34]


# BNB for fees


def test_where_bnb_is_kept_for_fees_an_actor_looks_after_it():
    fees = FeeReserveSettings(D("0.02"))
    bench = Bench(replace(SETTINGS, fees=fees))
    start = bench.child(FEE_RESERVE).pop(StartFeeReserve)
    assert (start.settings, start.symbol, start.recv_window_ms) == (fees, "BTCUSDT", 5000)
    assert bench.last_news(FEE_RESERVE).gateway == bench.child(GATEWAY).address
    assert bench.restart(FEE_RESERVE).pop(StartFeeReserve).settings == fees
