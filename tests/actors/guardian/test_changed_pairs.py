"""Pairs that come and go while the service runs, at the Guardian's desk."""

from dataclasses import replace

import pytest

from actors.guardian.children import GATEWAY, MONITOR, PRICES, USER_STREAM
from lotkeeper.engine.asking import Answer, Forwarded
from lotkeeper.engine.testkit import Probe
from messages.configuration import ConfigReloaded, KeyChange, ReloadConfig
from messages.control import CommandRefused
from messages.lifecycle import (
    FencePair,
    KeepSettings,
    PairLeft,
    PairsChanged,
    PairSettings,
    ServePairs,
    ServiceSettings,
    SettingsKept,
    StartMarketStream,
    StartMonitor,
    StartPair,
)
from messages.pair_commands import PausePair, Reconciled, ReconcilePair
from tests.actors.guardian.test_actor import Bench
from tests.actors.supervision import PAIRS, SETTINGS

MARKET = "market stream 1"
TOLD = (MONITOR, GATEWAY, USER_STREAM, PRICES)
AGREES = Reconciled("ETHUSDT", False, 1, (), "the balance agrees")


def settings(*symbols: str) -> ServiceSettings:
    pairs = tuple(PairSettings(symbol, PAIRS[0].policy) for symbol in symbols)
    return replace(SETTINGS, pairs=pairs, keys=tuple((f"pairs.{symbol}", "kept") for symbol in symbols))


@pytest.fixture
def bench() -> Bench:
    return Bench(settings("BTCUSDT", "ETHUSDT"))


def reloads(bench: Bench, *symbols: str) -> Probe:
    """A person has these pairs kept; the launcher has noted it."""
    person = bench.desk.probe(f"person {len(bench.desk.sent)}")
    bench.desk.ask_later(ReloadConfig(settings(*symbols), False, "kim", "enough"), person)
    bench.desk.tell(SettingsKept(bench.launcher.pop(KeepSettings).settings), bench.launcher)
    return person


def answers(bench: Bench, body: object) -> None:
    """The keeper of ETHUSDT says what its last comparison came to."""
    forwarded = bench.child("ETHUSDT").pop(Forwarded)
    assert forwarded.body == ReconcilePair("ETHUSDT", False, "kim", "it is taken out of the configuration: enough")
    bench.desk.tell(Answer(forwarded.asker.ask_id, body))


def news(bench: Bench, key: str) -> list[tuple[str, ...]]:
    return [each.symbols for each in bench.child(key).received if isinstance(each, PairsChanged)]


def test_a_pair_that_is_added_starts_and_everybody_hears_of_it(bench):
    person = reloads(bench, "BTCUSDT", "ETHUSDT", "SOLUSDT")
    assert bench.child("SOLUSDT").pop(StartPair).pair == settings("SOLUSDT").pairs[0]
    symbols = ("BTCUSDT", "ETHUSDT", "SOLUSDT")
    assert [news(bench, key) for key in TOLD] == [[symbols]] * 4
    assert bench.child(MARKET).pop(ServePairs).symbols == symbols
    assert person.pop(Answer).body == ConfigReloaded((KeyChange("pairs.SOLUSDT", "none", "kept"),), ())
    bench.desk.ask_later(PausePair("SOLUSDT"))
    assert bench.child("SOLUSDT").pop(Forwarded).body.symbol == "SOLUSDT"


def test_who_starts_later_has_the_new_pairs(bench):
    reloads(bench, "BTCUSDT", "ETHUSDT", "SOLUSDT")
    assert bench.restart(MONITOR).pop(StartMonitor).symbols == ("BTCUSDT", "ETHUSDT", "SOLUSDT")
    assert bench.restart(MARKET).pop(StartMarketStream).symbols == ("BTCUSDT", "ETHUSDT", "SOLUSDT")
    assert len(bench.restart("SOLUSDT").pop(StartPair).settings.pairs) == 3


def test_a_pair_that_is_taken_out_is_compared_once_more_and_then_ended(bench):
    person = reloads(bench, "BTCUSDT")
    assert bench.desk.actor.child("ETHUSDT") is not None
    assert news(bench, PRICES) == []  # its keeper still has its prices and its fills
    assert bench.desk.ask(PausePair("ETHUSDT")) == CommandRefused(
        "ETHUSDT is not a configured pair; configured: BTCUSDT"
    )
    answers(bench, AGREES)
    person.nothing(Answer)
    bench.desk.advance(0.6)
    assert bench.desk.actor.child("ETHUSDT") is None
    assert bench.child(GATEWAY).pop(FencePair).symbol == "ETHUSDT"
    assert [news(bench, key) for key in TOLD] == [[("BTCUSDT",)]] * 4
    assert bench.child(MARKET).pop(ServePairs).symbols == ("BTCUSDT",)
    done = person.pop(Answer).body
    assert done.in_force == (KeyChange("pairs.ETHUSDT", "kept", "none"),)
    assert "every BUY up to then is a lot" in done.ended[0]


@pytest.mark.parametrize("body", [CommandRefused("the exchange is away"), None])
def test_one_that_cannot_be_compared_is_ended_all_the_same_and_it_is_said(bench, body):
    person = reloads(bench, "BTCUSDT")
    if body is not None:
        answers(bench, body)
    bench.desk.advance(21.0)
    assert bench.desk.actor.child("ETHUSDT") is None
    (said,) = person.pop(Answer).body.ended
    assert "a BUY of the last moments may be in no lot" in said
    assert ("the exchange is away" if body else "no answer") in said


def test_one_whose_keeper_does_not_run_is_ended_at_once(bench):
    bench.desk.kill(bench.child("ETHUSDT"))
    bench.desk.kill(bench.child("ETHUSDT")) if bench.desk.actor.child("ETHUSDT") else None
    person = reloads(bench, "BTCUSDT")
    bench.desk.advance(30.0)
    assert "may be in no lot" in person.pop(Answer).body.ended[0]
    assert [status.key for status in bench.desk.actor.child_statuses() if status.key == "ETHUSDT"] == []


def test_a_late_answer_concerns_nobody(bench):
    reloads(bench, "BTCUSDT")
    forwarded = bench.child("ETHUSDT").pop(Forwarded)
    bench.desk.advance(21.0)
    bench.desk.tell(Answer(forwarded.asker.ask_id, AGREES))
    bench.desk.tell(Answer("another", AGREES))
    assert news(bench, MONITOR) == [("BTCUSDT",)]


def test_one_that_is_put_back_starts_again_when_its_first_life_has_ended(bench):
    reloads(bench, "BTCUSDT")
    answers(bench, AGREES)
    bench.desk.advance(0.6)
    first = bench.child("ETHUSDT")
    person = reloads(bench, "BTCUSDT", "ETHUSDT")
    assert person.pop(Answer).body.ended == ()
    if bench.desk.actor.child("ETHUSDT") is None:  # it has not ended yet
        bench.desk.kill(first, exit_code=0)
    bench.desk.advance(1.0)
    second = bench.child("ETHUSDT")
    assert second is not first
    assert second.pop(StartPair).pair.symbol == "ETHUSDT"


def test_what_the_launcher_cannot_keep_changes_nothing(bench):
    person = bench.desk.probe("person")
    bench.desk.ask_later(ReloadConfig(settings("BTCUSDT"), False), person)
    kept = bench.launcher.pop(KeepSettings).settings
    bench.desk.tell(SettingsKept(kept, "the database is away"), bench.launcher)
    assert person.pop(Answer).body == CommandRefused("nothing was changed: the database is away")
    assert news(bench, MONITOR) == []
    bench.desk.ask_later(PausePair("ETHUSDT"))
    assert bench.child("ETHUSDT").pop(Forwarded).body.symbol == "ETHUSDT"


def test_a_reload_that_comes_to_something_else_than_was_shown_is_refused(bench):
    shown = bench.desk.ask(ReloadConfig(settings("BTCUSDT"), True))
    reloads(bench, "BTCUSDT", "ETHUSDT", "SOLUSDT")
    refused = bench.desk.ask(ReloadConfig(settings("BTCUSDT"), False, shown=shown))
    assert isinstance(refused, CommandRefused)
    assert "now: pairs.ETHUSDT: kept -> none, pairs.SOLUSDT: kept -> none" in refused.text


def test_the_launcher_knows_what_is_still_to_be_compared_and_the_next_guardian_does_it(bench):
    person = bench.desk.probe("person")
    bench.desk.ask_later(ReloadConfig(settings("BTCUSDT"), False, "kim", "enough"), person)
    kept = bench.launcher.pop(KeepSettings)
    assert [(each.pair.symbol, each.who, each.why) for each in kept.leaving] == [("ETHUSDT", "kim", "enough")]
    following = Bench(kept.settings, leaving=kept.leaving)
    assert following.child("ETHUSDT").pop(StartPair).pair.symbol == "ETHUSDT"
    assert following.child(MONITOR).pop(StartMonitor).symbols == ("BTCUSDT", "ETHUSDT")
    answers(following, CommandRefused("ETHUSDT is still reconciling"))
    following.desk.advance(1.1)
    answers(following, AGREES)
    following.desk.advance(0.6)
    assert following.desk.actor.child("ETHUSDT") is None
    assert following.launcher.pop(PairLeft).symbol == "ETHUSDT"
    assert following.child(GATEWAY).pop(FencePair).symbol == "ETHUSDT"
    again = following.desk.probe("the person again")
    following.desk.ask_later(ReloadConfig(settings("BTCUSDT"), False, "kim"), again)
    assert "every BUY up to then is a lot" in again.pop(Answer).body.ended[0]


def test_one_that_the_next_guardian_cannot_have_compared_is_told_as_that(bench):
    bench.desk.ask_later(ReloadConfig(settings("BTCUSDT"), False, "kim", "enough"), bench.desk.probe("person"))
    kept = bench.launcher.pop(KeepSettings)
    following = Bench(kept.settings, leaving=kept.leaving)
    waiting = following.desk.probe("the person again")
    following.desk.ask_later(ReloadConfig(settings("BTCUSDT"), False, "kim"), waiting)
    following.desk.advance(91.0)
    assert "a BUY of the last moments may be in no lot" in waiting.pop(Answer).body.ended[0]
    assert following.launcher.pop(PairLeft).symbol == "ETHUSDT"
