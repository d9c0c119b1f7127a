"""What the launcher checks and hands on before a system is started."""

import os
import socket
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lotkeeper.engine.actor.log_levels import ActorLevel, LogLevels
from lotkeeper.engine.errors import AskTimedOutError, StartFailedError
from lotkeeper.service import launcher, own_levels
from lotkeeper.service.errors import ServiceError
from lotkeeper.service.host_claim import HostClaim
from lotkeeper.service.lease import Lease
from lotkeeper.service.lease_token import next_lease_token
from lotkeeper.service.start_checks import StartFindings
from lotkeeper.service.start_moment import now
from lotkeeper.service.web_process import WebProcess
from lotkeeper.trading.recovery.history_start import Clock, Removed
from messages.host_lease import HostLeaseLost, HostTerm
from messages.lifecycle import (
    AccountRead,
    ExchangeTimeRead,
    KeepSettings,
    ServiceSettings,
    SettingsKept,
    StartGuardian,
)
from persistence.history_starts import HistoryStarts
from tests.lotkeeper.service.test_configuration import write_config


@pytest.fixture
def firsts(monkeypatch) -> list[StartGuardian]:
    """The actor system never comes up. Returns what each start told the Guardian."""
    found: list[StartGuardian] = []

    def fails(folder: Path, root: type, first: StartGuardian, **more: Any) -> None:
        found.append(first)
        raise StartFailedError("the system did not come up")

    monkeypatch.setattr(launcher, "start", fails)
    monkeypatch.setattr(launcher, "configure_logging", lambda *args, **more: None)
    monkeypatch.setattr(launcher.signal, "signal", lambda number, handler: None)
    return found


def launched(folder: Path, trouble: str = "", claim: HostClaim | None = None) -> launcher.Launcher:
    """A launcher; its key cannot be given to anybody."""
    found = StartFindings(Lease((), ""), trouble=trouble)
    return launcher.Launcher(write_config(folder)[0], -1, found, started=now(), is_quiet=True, claim=claim)


def test_a_system_that_is_killed_while_it_comes_up_is_started_again_a_few_times(tmp_path, firsts):
    with pytest.raises(ServiceError, match="failed 5 times in 60 s: the system did not come up"):
        launched(tmp_path).run()
    assert len(firsts) == 5


def test_the_actors_are_told_why_the_exchange_could_not_be_asked_before_the_start(tmp_path, firsts):
    service = launched(tmp_path, "banned until tomorrow")
    service._run_system()
    service._run_system()
    assert [each.exchange_trouble for each in firsts] == ["banned until tomorrow", ""]


def test_histories_are_corrected_when_the_exchange_has_told_its_time(tmp_path, firsts):
    """A first start does not need the exchange, also if it stays away for hours."""
    service = launched(tmp_path)
    service._run_system()
    starts = HistoryStarts.open(service._config.database)
    assert {each.clock for each in starts.records().values()} == {Clock.MACHINE}
    for exchange_ms in (1_700_000_000_000, 1_800_000_000_000):  # only the first is needed
        service._handle_message(ExchangeTimeRead(exchange_ms, time.monotonic() - 5.0))
    found = starts.records()["BTCUSDT"]
    assert found.clock is Clock.EXCHANGE
    assert 1_699_999_990_000 < found.since_ms <= 1_700_000_000_000


def test_every_start_takes_a_newer_lease_and_keeps_the_last_if_its_database_fails(tmp_path, firsts):
    service = launched(tmp_path)
    service._run_system()
    service._run_system()
    (tmp_path / "lotkeeper.sqlite").unlink()
    (tmp_path / "lotkeeper.sqlite").mkdir()
    service._run_system()
    assert [each.settings.lease for each in firsts] == [1, 2, 2]
    with pytest.raises(ServiceError, match="is a folder"):
        launched(tmp_path).run()


def test_an_account_that_the_start_could_not_ask_for_is_locked_and_noted_later(tmp_path, firsts):
    service = launched(tmp_path, "it was away")
    service._run_system()
    number = time.monotonic_ns()
    service._handle_message(AccountRead(number))
    service._handle_message(AccountRead(number))
    (descriptor,) = service._found.lease.descriptors
    os.close(descriptor)
    assert not service._is_stopping
    config = service._config
    with pytest.raises(ServiceError, match="holds the lots of another account"):
        next_lease_token(config, "lotkeeper-of-another")


def test_a_database_that_turns_out_to_be_another_accounts_ends_the_service(tmp_path, firsts):
    next_lease_token(write_config(tmp_path)[0], "lotkeeper-of-one")
    service = launched(tmp_path, "it was away")
    service._run_system()
    service._handle_message(AccountRead(time.monotonic_ns()))
    assert service._is_stopping
    with pytest.raises(ServiceError, match="holds the lots of another account"):
        service.run()


class SlowSystem:
    """An actor system that lets pings wait: `answers` says of each whether it is answered."""

    def __init__(self, *answers: bool) -> None:
        self.answers = list(answers)
        self.is_stopped = False

    def listen(self, seconds: float) -> None:
        pass

    def ping(self, seconds: float) -> None:
        if not self.answers.pop(0):
            raise AskTimedOutError("no answer to Ping within 5 s")

    def stop(self, seconds: float) -> None:
        self.is_stopped = True


def serve(service: launcher.Launcher, system: SlowSystem) -> int:
    """Serves until the system is stopped, or has been asked for all its answers; how many pings it got."""
    asked = len(system.answers)

    def turn(given: SlowSystem) -> None:
        service._pinged_at = float("-inf")
        launcher.Launcher._look_after(service, given)
        service._is_stopping = not given.answers

    service._look_after = turn
    service._serve(system)
    return asked - len(system.answers)


def test_the_service_manager_hears_of_answers_alone(tmp_path, firsts, monkeypatch):
    """A service whose Guardian does not answer is ended by WatchdogSec."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        service = launched(tmp_path)
        service._starts.note_start()
        serve(service, SlowSystem(False, True, False, True, False))
        assert [manager.recv(100) for _ in range(4)] == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1", b"STOPPING=1"]
        with pytest.raises(BlockingIOError):
            manager.recv(100)


def test_the_http_server_is_started_once_the_actors_answer_and_ends_with_the_service(tmp_path, firsts):
    service = launched(tmp_path)
    service._web = web = WebProcess([sys.executable, "-c", "import time; time.sleep(60)"])
    service._starts.note_start()
    serve(service, SlowSystem(False))
    assert web._process is not None
    process = web._process
    service.run()
    assert process.returncode is not None


def test_a_level_that_somebody_wished_is_its_own_too_and_ends_with_the_actors(tmp_path, firsts, monkeypatch):
    """Those that are started again inherit the level of the launcher."""
    levels: list[str] = []
    monkeypatch.setattr(own_levels, "set_level", levels.append)
    service = launched(tmp_path)
    told = LogLevels((ActorLevel("Launcher", "DEBUG"), ActorLevel("Gateway", "ERROR")))
    for each in (told, LogLevels((ActorLevel("Gateway", "ERROR"),)), LogLevels((ActorLevel("", "ERROR"),))):
        service._handle_message(each)
    assert levels == ["DEBUG", "INFO", "ERROR"]
    service._starts.note_start()
    serve(service, SlowSystem(True))
    assert levels == ["DEBUG", "INFO", "ERROR", "INFO"]


def test_another_configured_level_leaves_what_was_wished(tmp_path, firsts, monkeypatch):
    levels: list[str] = []
    monkeypatch.setattr(own_levels, "set_level", levels.append)
    service = launched(tmp_path)
    service._run_system()
    service._handle_message(LogLevels((ActorLevel("launcher", "ERROR"),)))
    wanted = replace(firsts[0].settings, keys=(("logs.level", "DEBUG"),))
    service._keep_settings(KeepSettings(wanted), AskingSystem(wanted))
    service._handle_message(LogLevels((), "DEBUG"))
    assert levels == ["ERROR", "ERROR", "DEBUG"]


class AskingSystem(SlowSystem):
    """An actor system that has settings kept once, and takes the answer."""

    def __init__(self, settings: ServiceSettings) -> None:
        super().__init__(True)
        self.messages: list[object] = [KeepSettings(settings)]
        self.received: list[object] = []

    def listen(self, seconds: float) -> object:
        return self.messages.pop() if self.messages else None

    def send(self, message: object) -> None:
        self.received.append(message)


def test_reloaded_settings_are_those_of_every_later_start_with_its_own_lease(tmp_path, firsts):
    service = launched(tmp_path)
    service._run_system()
    wanted = replace(firsts[0].settings, pairs=firsts[0].settings.pairs[:1])
    system = AskingSystem(wanted)
    serve(service, system)
    assert system.received == [SettingsKept(wanted)]
    service._run_system()
    assert firsts[-1].settings == replace(wanted, lease=2)


def test_a_pair_that_is_added_counts_from_then_and_one_that_is_taken_out_is_noted(tmp_path, firsts):
    service = launched(tmp_path)
    service._run_system()
    service._handle_message(ExchangeTimeRead(1_700_000_000_000, time.monotonic() - 5.0))
    pair = firsts[0].settings.pairs[0]
    wanted = replace(firsts[0].settings, pairs=(replace(pair, symbol="SOLUSDT"),))
    system = AskingSystem(wanted)
    serve(service, system)
    assert system.received == [SettingsKept(wanted)]
    found = HistoryStarts.open(service._config.database).records()
    assert found["BTCUSDT"] == Removed()
    assert found["SOLUSDT"].clock is Clock.EXCHANGE
    assert 1_700_000_005_000 <= found["SOLUSDT"].since_ms < 1_700_000_300_000  # not as of the exchange's last answer
    service._run_system()
    assert HistoryStarts.open(service._config.database).records() == found


def test_where_it_cannot_be_noted_from_when_on_a_pair_is_kept_nothing_is_changed(tmp_path, firsts):
    service = launched(tmp_path)
    service._run_system()
    before = service._settings
    (tmp_path / "lotkeeper.sqlite").unlink()
    (tmp_path / "lotkeeper.sqlite").mkdir()
    pair = before.pairs[0]
    system = AskingSystem(replace(before, pairs=(pair, replace(pair, symbol="SOLUSDT"))))
    serve(service, system)
    (answer,) = system.received
    assert "lotkeeper.sqlite" in answer.trouble
    assert service._settings is before


# A host that takes turns with another one


class Turns:
    """In place of a claim on a database of a server: it is this host's turn, as often as there are terms."""

    def __init__(self, *terms: HostTerm | ServiceError) -> None:
        self._terms, self.released, self.is_held = list(terms), [], False

    def take(self, must_stop: Any, on_wait: Any) -> HostTerm | None:
        if not self._terms:
            return None
        found = self._terms.pop(0)
        if isinstance(found, ServiceError):
            raise found
        on_wait("standby: host b holds the lease (1)")
        self.is_held = True
        return found

    def release(self, may_arrive_ms: int) -> None:
        self.released.append(may_arrive_ms)

    def lose(self) -> None:
        self.is_held = False


def term(token: int) -> HostTerm:
    return HostTerm(token, "a", "host-a", 100.0, 0.0)


def test_the_actors_begin_with_the_term_of_their_host(tmp_path, firsts):
    service = launched(tmp_path, claim=Turns(term(3), term(4)))
    service._run_system()
    service._run_system()
    assert [(each.settings.lease, each.settings.term) for each in firsts] == [(3, term(3)), (4, term(4))]


def test_no_actor_is_started_where_it_is_not_this_hosts_turn_before_the_stop(tmp_path, firsts):
    launched(tmp_path, claim=Turns())._run_system()
    assert firsts == []


def test_after_another_host_took_the_lease_the_next_turn_is_waited_for(tmp_path, firsts):
    claim = Turns(term(3))
    service = launched(tmp_path, claim=claim)
    service._run_system()
    service._handle_message(HostLeaseLost("host b has taken the lease"))
    assert service._turn.is_overtaken
    service._end_turn()
    assert (service._turn.is_overtaken, service._lease, claim.is_held) == (False, None, False)
    service._run_system()
    assert len(firsts) == 1


def test_a_database_that_is_away_at_a_restart_leaves_the_last_term_and_at_the_start_ends_it(tmp_path, firsts):
    service = launched(tmp_path, claim=Turns(term(3), ServiceError("away")))
    service._run_system()
    service._run_system()
    assert [each.settings.term for each in firsts] == [term(3), term(3)]
    with pytest.raises(ServiceError, match="away"):
        launched(tmp_path, claim=Turns(ServiceError("away")))._run_system()


def test_a_lease_is_given_up_with_what_may_still_arrive_and_only_where_it_is_held(tmp_path, firsts):
    claim = Turns(term(3))
    service = launched(tmp_path, claim=claim)
    service._turn.give_up(service._settings)
    assert claim.released == []
    service._run_system()
    service._turn.give_up(service._settings)
    assert claim.released == [0]
