"""Pauses and the kill switch in the database: recorded, read at the start, and told."""

import pytest

from lotkeeper.trading.halts import Halt, Halts
from messages.ledger import (
    HaltsRead,
    RecordHalts,
)
from messages.lifecycle import LeaseChecked, Peers, PeersChanged
from persistence.records import StateRecord
from persistence.store import Store
from tests.actors.ledger.bench import SYMBOL, Bench, paused


@pytest.mark.parametrize("is_paused", [True, False])
def test_a_pause_survives_a_restart(bench, is_paused):
    bench.desk.tell(paused(1, is_on=not is_paused), bench.keeper)
    bench.desk.tell(paused(2, is_on=is_paused), bench.keeper)
    bench.desk.tell(paused(3, is_on=not is_paused, symbol="ETHUSDT"), bench.keeper)
    later = Bench(bench.url)
    loaded = later.load()
    assert (loaded.is_paused, loaded.pause) == (is_paused, Halt(is_paused, 2, who="kim"))
    later.desk.actor.on_exit()


def test_an_older_record_of_a_pause_changes_nothing(bench):
    bench.desk.tell(paused(2), bench.keeper)
    bench.desk.tell(paused(1, is_on=False), bench.keeper)
    assert bench.load().is_paused


def test_a_pause_that_is_over_pauses_no_keeper(bench):
    now_ms = bench.desk.actor.wall_ms()
    bench.desk.tell(RecordHalts(Halts(pauses={SYMBOL: Halt(True, 1, now_ms + 500)})), bench.keeper)
    assert bench.load().is_paused
    bench.desk.advance(1.0)
    assert not bench.load().is_paused


@pytest.mark.parametrize(("text", "is_paused"), [("yes", True), ("no", False)])
def test_a_pause_of_an_earlier_version_is_known_and_told_to_the_guardian(database, text, is_paused):
    store = Store.open(database)
    store.record([StateRecord(f"paused:{SYMBOL}", text)])
    store.close()
    bench = Bench(database)
    assert bench.load().is_paused is is_paused
    told = [each.halts.pause(SYMBOL).is_on for each in bench.monitor.received if isinstance(each, HaltsRead)]
    assert told == ([True] if is_paused else [])
    bench.desk.actor.on_exit()


def test_the_kill_switch_is_recorded_and_told_to_each_gateway(bench):
    on = Halt(True, 7, who="kim", why="maintenance")
    bench.desk.tell(RecordHalts(Halts(on)), bench.keeper)
    later = Bench(bench.url)
    gateway = later.desk.probe("gateway")
    later.desk.tell(PeersChanged(Peers(gateway=gateway.address)))
    assert gateway.pop(LeaseChecked).kill_switch == on
    assert later.monitor.pop(HaltsRead).halts.kill_switch == on  # the Guardian, which sent the start here
    later.desk.actor.on_exit()


def test_the_kill_switch_of_the_guardian_is_told_though_the_database_has_an_older_one(database):
    bench = Bench(database)
    bench.desk.tell(RecordHalts(Halts(Halt(True, 7))), bench.keeper)
    bench.desk.actor.on_exit()
    later = Bench(database, Halts(Halt(False, 8)))
    gateway = later.desk.probe("gateway")
    later.desk.tell(PeersChanged(Peers(gateway=gateway.address)))
    assert gateway.pop(LeaseChecked).kill_switch == Halt(False, 8)
    later.desk.actor.on_exit()
    last = Bench(database)
    assert last.monitor.pop(HaltsRead).halts.kill_switch == Halt(False, 8)  # it was written
    last.desk.actor.on_exit()


def test_what_was_halted_while_the_database_was_away_is_written_when_it_is_there(shut):
    shut.desk.tell(paused(7), shut.keeper)
    shut.place.rmdir()
    shut.desk.advance(3.0)
    assert shut.load().is_paused
    later = Bench(shut.url)
    assert later.load().pause.at_ms == 7
    later.desk.actor.on_exit()
