from actors.leaving_pairs import LeavingPairs, ask_id
from lotkeeper.engine.asking import Answer, AskFailure
from messages.configuration import ConfigReloaded
from messages.control import CommandRefused
from messages.pair_commands import Reconciled

AGREES = Reconciled("ETHUSDT", False, 1, (), "the balance agrees")
DONE = ConfigReloaded((), ())


def test_a_command_is_answered_when_all_its_pairs_have_ended():
    leaving = LeavingPairs()
    leaving.wait("a person", DONE, ("ETHUSDT", "SOLUSDT"))
    for symbol in ("ETHUSDT", "SOLUSDT"):
        leaving.begin(symbol)
    assert (leaving.symbols, leaving.pop_done()) == (("ETHUSDT", "SOLUSDT"), [])
    assert leaving.note(Answer(ask_id("ETHUSDT"), AGREES)) == "ETHUSDT"
    leaving.end("ETHUSDT")
    assert leaving.pop_done() == []
    leaving.end("SOLUSDT")
    ((asker, answer),) = leaving.pop_done()
    assert asker == "a person"
    assert ["could not be compared" in each for each in answer.ended] == [False, True]


def test_a_command_without_such_a_pair_is_answered_at_once():
    leaving = LeavingPairs()
    leaving.wait("a person", DONE, ())
    assert leaving.pop_done() == [("a person", DONE)]
    assert leaving.pop_done() == []


def test_the_first_answer_counts_and_others_are_of_no_pair():
    leaving = LeavingPairs()
    leaving.begin("ETHUSDT")
    assert leaving.note(Answer("else", AGREES)) == ""
    assert leaving.note(Answer(ask_id("BTCUSDT"), AGREES)) == ""
    assert leaving.note(Answer(ask_id("ETHUSDT"), CommandRefused("HTTP 502"))) == "ETHUSDT"
    assert leaving.note(Answer(ask_id("ETHUSDT"), AGREES)) == ""
    assert "ETHUSDT" in leaving


def test_a_fault_in_the_keeper_is_named():
    leaving = LeavingPairs()
    leaving.wait("a person", DONE, ("ETHUSDT",))
    leaving.begin("ETHUSDT")
    leaving.note(Answer(ask_id("ETHUSDT"), AskFailure("KeyError: 7")))
    leaving.end("ETHUSDT")
    assert "KeyError: 7" in leaving.pop_done()[0][1].ended[0]
