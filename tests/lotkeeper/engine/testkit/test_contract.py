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
        """Handles every message."""


class Fragile(Good):
    def on_failure(self, message: object, error: Exception) -> None:
        self.exit()

    def on_wakeup(self, payload: object) -> None:
        self.exit()

    @handles(str)
    def begin(self, message: str, sender: object) -> None:
        self.wake_in(30.0)


def test_a_good_actor_passes():
    contract.check_unknown_message(Good)
    contract.check_failing_handler(Good, 3)
    contract.check_without_answers(Good, None)


def test_an_actor_that_handles_every_message_is_found():
    with pytest.raises(AssertionError, match="Greedy handles what it cannot know"):
        contract.check_unknown_message(Greedy)


def test_an_actor_that_ends_when_nobody_answers_is_found():
    with pytest.raises(AssertionError, match="Fragile has ended"):
        contract.check_without_answers(Fragile, "begin")


def test_gibberish_is_a_value():
    assert Gibberish() == Gibberish()
