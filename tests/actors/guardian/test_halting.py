"""What the Guardian keeps of a person's halts: in memory, in the file, in the Gateway and in the Ledger."""

from dataclasses import replace

import pytest

from actors.guardian.children import GATEWAY, LEDGER
from lotkeeper.engine.asking import Answer, Forwarded
from lotkeeper.trading.halts import Halt, Halts
from messages.control import CommandDone, CommandRefused, SetKillSwitch
from messages.ledger import HaltsRead, RecordHalts
from messages.lifecycle import ChangeKillSwitch, KillSwitchApplied, StartGateway, StartLedger
from messages.pair_commands import PausePair, ResumePair
from persistence.halts_file import read_halts
from tests.actors.guardian.test_actor import Bench
from tests.actors.supervision import SETTINGS

ON, OFF = SetKillSwitch(True, "kim", "maintenance"), SetKillSwitch(False, "kim", "it is over")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "halts"


@pytest.fixture
def bench(path):
    return started(path)


def started(path) -> Bench:
    return Bench(replace(SETTINGS, halts_file=str(path)))


def applied(bench: Bench) -> None:
    """The Gateway says that it has it."""
    switch = [each for each in bench.child(GATEWAY).received if isinstance(each, ChangeKillSwitch)][-1].kill_switch
    bench.desk.tell(KillSwitchApplied(switch), bench.child(GATEWAY))


def switched(bench: Bench, message: SetKillSwitch):
    """The answer to the command."""
    client = bench.desk.probe(f"client {len(bench.desk.sent)}")
    bench.desk.ask_later(message, client)
    client.nothing(Answer)  # before the Gateway has it
    applied(bench)
    return client.pop(Answer).body


def on_file(path) -> Halts:
    return read_halts(path, 0)


def test_the_kill_switch_is_answered_when_the_gateway_has_it_and_the_file_too(bench, path):
    answer = switched(bench, ON)
    assert isinstance(answer, CommandDone)
    assert "by kim (maintenance): no order is placed on any pair" in answer.text
    assert (on_file(path).kill_switch.is_on, on_file(path).kill_switch.who) == (True, "kim")
    assert bench.child(LEDGER).pop(RecordHalts).halts.kill_switch == on_file(path).kill_switch
    assert isinstance(switched(bench, OFF), CommandDone)
    assert not on_file(path).kill_switch.is_on


def test_the_same_command_again_changes_nothing(bench, path):
    switched(bench, ON)
    before = on_file(path)
    bench.desk.advance(10)
    assert isinstance(switched(bench, replace(ON, who="lou")), CommandDone)
    assert on_file(path) == before


def test_without_a_gateway_the_next_one_begins_with_it(bench):
    bench.desk.kill(bench.child(GATEWAY))
    assert isinstance(bench.desk.ask(ON), CommandDone)
    bench.desk.advance(5)
    assert bench.child(GATEWAY).received[0].kill_switch.is_on


def test_a_gateway_that_dies_with_it_in_its_hand_is_no_obstacle(bench):
    client = bench.desk.probe("client")
    bench.desk.ask_later(ON, client)
    gateway = bench.restart(GATEWAY)
    assert gateway.pop(StartGateway).kill_switch.is_on
    assert isinstance(client.pop(Answer).body, CommandDone)


def test_the_next_guardian_has_it_from_the_file(bench, path):
    switched(bench, ON)
    bench.desk.ask_later(PausePair("BTCUSDT", who="kim"))
    later = started(path)
    assert later.child(GATEWAY).pop(StartGateway).kill_switch.is_on
    halts = later.child(LEDGER).pop(StartLedger).halts
    assert (halts.kill_switch.is_on, halts.pause("BTCUSDT").is_on, halts.pause("ETHUSDT").is_on) == (True, True, False)


def test_a_file_that_cannot_be_read_stops_everything_until_a_person_says_otherwise(path):
    path.write_text("{")
    bench = started(path)
    switch = bench.child(GATEWAY).pop(StartGateway).kill_switch
    assert (switch.is_on, str(path) in switch.why) == (True, True)
    assert isinstance(switched(bench, OFF), CommandDone)
    assert not started(path).child(GATEWAY).pop(StartGateway).kill_switch.is_on


def test_what_cannot_be_put_on_file_holds_all_the_same_and_is_tried_again(bench, path):
    path.mkdir()
    answer = switched(bench, ON)
    assert isinstance(answer, CommandRefused)
    assert "no order is placed on any pair, but it cannot be kept in" in answer.text
    assert bench.child(LEDGER).pop(RecordHalts).halts.kill_switch.is_on
    paused = bench.desk.ask(PausePair("BTCUSDT"))
    assert isinstance(paused, CommandRefused)
    assert paused.text.startswith("BTCUSDT is paused, but it cannot be kept in")
    assert isinstance(bench.child("BTCUSDT").received[-1], PausePair)
    path.rmdir()
    bench.desk.advance(2)
    assert (on_file(path).kill_switch.is_on, on_file(path).pause("BTCUSDT").is_on) == (True, True)


def test_the_database_may_know_better(bench, path):
    newer = Halts(Halt(True, bench.desk.actor.wall_ms() + 1000), {"BTCUSDT": Halt(True, 5)})
    bench.desk.tell(HaltsRead(newer), bench.child(LEDGER))
    assert on_file(path) == newer
    assert bench.child(GATEWAY).pop(ChangeKillSwitch).kill_switch == newer.kill_switch


def test_a_pause_is_on_file_before_the_keeper_gets_it(bench, path):
    bench.forget()
    bench.desk.ask_later(PausePair("BTCUSDT", 10**15, "kim", "a fork"))
    pause = on_file(path).pause("BTCUSDT")
    assert pause == Halt(True, bench.desk.actor.wall_ms(), 10**15, "kim", "a fork")
    assert [(to, type(message)) for to, message in bench.desk.sent] == [
        (bench.child(LEDGER), RecordHalts),
        (bench.child("BTCUSDT"), Forwarded),
    ]
    forwarded = bench.child("BTCUSDT").pop(Forwarded).body
    assert forwarded == PausePair("BTCUSDT", 10**15, "kim", "a fork", pause.at_ms)
    bench.desk.ask_later(ResumePair("BTCUSDT", "lou"))
    assert on_file(path).pause("BTCUSDT").is_on is False
    assert bench.child("BTCUSDT").pop(Forwarded).body == ResumePair("BTCUSDT", "lou")


def test_a_repeated_pause_keeps_since_when_it_is(bench):
    bench.desk.ask_later(PausePair("BTCUSDT"))
    first = bench.child("BTCUSDT").pop(Forwarded).body
    bench.desk.advance(10)
    bench.desk.ask_later(PausePair("BTCUSDT"))
    assert bench.child("BTCUSDT").pop(Forwarded).body == first


def test_a_resume_is_always_new_because_it_ends_watch_only(bench, path):
    bench.desk.ask_later(ResumePair("BTCUSDT"))
    first = on_file(path).pause("BTCUSDT")
    bench.desk.ask_later(ResumePair("BTCUSDT"))
    assert on_file(path).pause("BTCUSDT").at_ms > first.at_ms > 0


def test_an_unknown_pair_is_refused_and_nothing_is_kept_of_it(bench, path):
    assert bench.desk.ask(PausePair("BTCUSD")) == CommandRefused(
        "BTCUSD is not a configured pair; configured: BTCUSDT, ETHUSDT"
    )
    assert not path.exists()


def test_a_new_ledger_begins_with_all_that_was_halted(bench):
    bench.desk.ask_later(PausePair("BTCUSDT"))
    assert bench.restart(LEDGER).pop(StartLedger).halts.pause("BTCUSDT").is_on


def test_a_pause_that_somebody_changed_since_it_was_shown_is_refused(bench, path):
    bench.desk.ask_later(PausePair("BTCUSDT", who="kim", why="a fork"))
    since_ms = on_file(path).pause("BTCUSDT").at_ms
    for message in (PausePair("BTCUSDT", shown_ms=0), ResumePair("BTCUSDT", shown_ms=since_ms - 5)):
        refused = bench.desk.ask(message)
        assert isinstance(refused, CommandRefused)
        assert "what was shown has changed; now: BTCUSDT is paused since " in refused.text
        assert "by kim (a fork)" in refused.text
    bench.desk.ask_later(ResumePair("BTCUSDT", "lou", shown_ms=since_ms))
    assert not on_file(path).pause("BTCUSDT").is_on
    assert "BTCUSDT is resumed since" in bench.desk.ask(PausePair("BTCUSDT", shown_ms=since_ms)).text


def test_a_pause_that_only_the_database_knows_is_no_reason_to_refuse(bench):
    bench.desk.ask_later(ResumePair("BTCUSDT", "lou", shown_ms=5))
    assert isinstance(bench.child("BTCUSDT").pop(Forwarded).body, ResumePair)


def test_a_kill_switch_that_somebody_changed_since_it_was_shown_is_refused(bench, path):
    switched(bench, ON)
    bench.desk.advance(1)
    refused = bench.desk.ask(replace(OFF, shown_ms=on_file(path).kill_switch.at_ms - 1))
    assert isinstance(refused, CommandRefused)
    assert "now: the kill switch is on since" in refused.text
    assert isinstance(switched(bench, replace(OFF, shown_ms=on_file(path).kill_switch.at_ms)), CommandDone)
