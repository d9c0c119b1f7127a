from dataclasses import dataclass, field

from thespian.actors import ActorExitRequest

from lotkeeper.engine.actor.pinging import Ping
from lotkeeper.engine.supervision.quarantine import Quarantine


@dataclass(frozen=True)
class Poison:
    text: str
    sent_at: float = field(default=0.0, compare=False)


def test_the_second_time_in_a_row_is_once_too_often():
    quarantine = Quarantine()
    assert not quarantine.blame(Poison("x", 1.0))
    assert quarantine.watchful().suspects == (Poison("x"),)
    assert quarantine.blame(Poison("x", 2.0))
    assert quarantine.watchful().banned == (Poison("x"),)
    assert quarantine.watchful().suspects == ()
    assert not quarantine.blame(Poison("x"))


def test_who_handled_it_in_between_was_killed_by_something_else():
    quarantine = Quarantine()
    for _ in range(5):
        assert not quarantine.blame(Poison("x"))
        quarantine.acquit(Poison("x"))
        assert quarantine.watchful() is None
    quarantine.acquit(Poison("never blamed"))


def test_each_message_is_counted_by_itself():
    quarantine = Quarantine()
    assert not quarantine.blame(Poison("x"))
    assert not quarantine.blame(Poison("y"))
    assert quarantine.blame(Poison("x"))
    assert quarantine.banned == (Poison("x"),)


def test_what_the_engine_says_is_never_blamed():
    quarantine = Quarantine()
    for message in (Ping(), ActorExitRequest()):
        assert not quarantine.blame(message)
        assert not quarantine.blame(message)
    assert quarantine.watchful() is None


def test_what_is_remembered_is_bounded():
    quarantine = Quarantine()
    for number in range(1000):
        quarantine.blame(Poison(str(number)))
    assert len(quarantine.watchful().suspects) == 32
    for number in range(1000):
        quarantine.blame(Poison(str(number)))
        quarantine.blame(Poison(str(number)))
    assert len(quarantine.banned) == 32
    assert quarantine.banned[-1] == Poison("999")
