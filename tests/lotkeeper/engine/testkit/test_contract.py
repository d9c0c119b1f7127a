import pytest

from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.testkit import contract
from lotkeeper.engine.testkit.contract import Gibberish


class Good(EngineActor):
    @handles(int)
    def number(self, message: int, sender: object) -> None:
        """Does nothing with it."""


class Greedy(Good):
    @handles(object)
    def anything(self, message: object, sender: object) -> None:
        """Takes everything for its own."""


class Fragile(Good):
    def on_failure(self, message: object, error: Exception) -> None:
        self.exit()

    def on_wakeup(self, payload: object) -> None:
        self.exit()

    @handles(str)
    def begin(self, message: str, sender: object) -> None:
        self.wake_in(30.0)


def test_a_good_actor_passes():
    contract.takes_what_it_does_not_know(Good)
    contract.survives_a_fault_of_its_own(Good, 3)
    contract.lives_alone_and_ends_when_told(Good, None)


def test_one_that_takes_everything_is_found():
    with pytest.raises(AssertionError, match="Greedy handles what it cannot know"):
        contract.takes_what_it_does_not_know(Greedy)


def test_one_that_ends_when_nobody_answers_is_found():
    with pytest.raises(AssertionError, match="Fragile has ended"):
        contract.lives_alone_and_ends_when_told(Fragile, "begin")


def test_gibberish_is_a_value():
    assert Gibberish() == Gibberish()
