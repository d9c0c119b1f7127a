from dataclasses import dataclass, field

from thespian.actors import ActorExitRequest

from lotkeeper.engine.asking import Ping
from lotkeeper.engine.supervision.quarantine import Quarantine


@dataclass(frozen=True)
class Poison:
    text: str
    sent_at: float = field(default=0.0, compare=False)


def test_a_message_is_banned_at_the_second_death_in_a_row():
    quarantine = Quarantine()
    assert not quarantine.blame(Poison("x", 1.0))
    assert quarantine.guard_request().suspects == (Poison("x"),)
    assert quarantine.blame(Poison("x", 2.0))
    assert quarantine.guard_request().banned == (Poison("x"),)
    assert quarantine.guard_request().suspects == ()
    assert not quarantine.blame(Poison("x"))


def test_a_message_that_was_handled_in_between_is_not_banned():
    quarantine = Quarantine()
    for _ in range(5):
        assert not quarantine.blame(Poison("x"))
        quarantine.clear(Poison("x"))
        assert quarantine.guard_request() is None
    quarantine.clear(Poison("never blamed"))


def test_each_message_is_counted_by_itself():
    quarantine = Quarantine()
    assert not quarantine.blame(Poison("x"))
    assert not quarantine.blame(Poison("y"))
    assert quarantine.blame(Poison("x"))
    assert quarantine.banned == (Poison("x"),)


def test_messages_of_the_engine_are_never_blamed():
    quarantine = Quarantine()
    for message in (Ping(), ActorExitRequest()):
        assert not quarantine.blame(message)
        assert not quarantine.blame(message)
    assert quarantine.guard_request() is None


def test_the_number_of_remembered_messages_is_limited():
    quarantine = Quarantine()
    for number in range(1000):
        quarantine.blame(Poison(str(number)))
    assert len(quarantine.guard_request().suspects) == 32
    for number in range(1000):
        quarantine.blame(Poison(str(number)))
        quarantine.blame(Poison(str(number)))
    assert len(quarantine.banned) == 32
    assert quarantine.banned[-1] == Poison("999")
