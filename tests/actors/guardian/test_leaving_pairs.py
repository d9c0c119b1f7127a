from decimal import Decimal as D

from actors.guardian.leaving_pairs import LeavingPairs, ask_id
from lotkeeper.engine.asking import Answer, AskFailure
from lotkeeper.trading.policy import ExitPolicy
from messages.configuration import ConfigReloaded
from messages.control import CommandRefused
from messages.lifecycle import LeavingPair, PairSettings
from messages.pair_commands import Reconciled

AGREES = Reconciled("ETHUSDT", False, 1, (), "the balance agrees")
DONE = ConfigReloaded((), ())


def pair(symbol: str) -> LeavingPair:
    return LeavingPair(PairSettings(symbol, ExitPolicy(D(1))), "kim", "enough")


def test_a_command_is_answered_when_all_its_pairs_have_ended():
    leaving = LeavingPairs()
    leaving.wait("a person", DONE, ("ETHUSDT", "SOLUSDT"))
    for symbol in ("ETHUSDT", "SOLUSDT"):
        leaving.begin(pair(symbol))
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
    leaving.begin(pair("ETHUSDT"))
    assert leaving.note(Answer("else", AGREES)) == ""
    assert leaving.note(Answer(ask_id("BTCUSDT"), AGREES)) == ""
    assert leaving.note(Answer(ask_id("ETHUSDT"), CommandRefused("HTTP 502"))) == "ETHUSDT"
    assert leaving.note(Answer(ask_id("ETHUSDT"), AGREES)) == ""
    assert "ETHUSDT" in leaving


def test_a_fault_in_the_keeper_is_named():
    leaving = LeavingPairs()
    leaving.wait("a person", DONE, ("ETHUSDT",))
    leaving.begin(pair("ETHUSDT"))
    leaving.note(Answer(ask_id("ETHUSDT"), AskFailure("KeyError: 7")))
    leaving.end("ETHUSDT")
    assert "KeyError: 7" in leaving.pop_done()[0][1].ended[0]


def test_what_a_guardian_before_has_begun_is_asked_again_until_it_is_answered():
    leaving = LeavingPairs()
    leaving.resume([pair("ETHUSDT")])
    leaving.begin(pair("SOLUSDT"))
    assert [each.pair.symbol for each in leaving.to_ask_again] == ["ETHUSDT"]
    assert leaving.within_s("ETHUSDT") > leaving.within_s("SOLUSDT")
    assert leaving.note(Answer(ask_id("ETHUSDT"), CommandRefused("ETHUSDT is still reconciling"))) == ""
    assert len(leaving.to_ask_again) == 1
    assert leaving.note(Answer(ask_id("ETHUSDT"), AGREES)) == "ETHUSDT"
    assert leaving.to_ask_again == ()
    assert "every BUY up to then is a lot" in leaving.end("ETHUSDT")
    assert (leaving.untold, [each.pair.symbol for each in leaving.pairs]) == (("SOLUSDT", "ETHUSDT"), ["SOLUSDT"])
