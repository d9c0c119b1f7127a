from dataclasses import dataclass
from typing import Any

import pytest
from thespian.actors import ActorAddress, PoisonMessage

from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Answer, Ask, AskFailure, Sender
from lotkeeper.engine.errors import ActorGoneError, AskError, AskFailedError, AskTimedOutError
from lotkeeper.engine.testkit import ActorBench, Probe


@dataclass(frozen=True)
class Inquire:
    of: ActorAddress
    about: str


@dataclass(frozen=True)
class Price:
    name: str


class Inquirer(EngineActor):
    def __init__(self) -> None:
        super().__init__()
        self.story: list[tuple[Any, ...]] = []

    @handles(Inquire)
    def inquire(self, message: Inquire, sender: Sender) -> None:
        self.ask(message.of, Price(message.about), within=2.0, about=message.about)

    def on_answer(self, about: str, answer: Any) -> None:
        self.story.append((about, answer))

    def on_no_answer(self, about: str, error: AskError) -> None:
        self.story.append((about, type(error)))


@pytest.fixture
def desk() -> ActorBench[Inquirer]:
    return ActorBench(Inquirer)


@pytest.fixture
def clerk(desk: ActorBench[Inquirer]) -> Probe:
    return desk.probe("clerk")


def asked(desk: ActorBench[Inquirer], clerk: Probe, about: str) -> Ask:
    desk.tell(Inquire(clerk.address, about))
    return clerk.pop(Ask)


def test_an_answer_comes_back_with_what_it_is_about(desk: ActorBench[Inquirer], clerk: Probe):
    bread, milk = asked(desk, clerk, "bread"), asked(desk, clerk, "milk")
    assert (bread.body, milk.body) == (Price("bread"), Price("milk"))
    desk.answer(milk, 2)
    desk.answer(bread, 3)
    assert desk.actor.story == [("milk", 2), ("bread", 3)]
    desk.advance(10)
    assert len(desk.actor.story) == 2


def test_no_answer_in_time(desk: ActorBench[Inquirer], clerk: Probe):
    ask = asked(desk, clerk, "bread")
    desk.advance(1.9)
    assert desk.actor.story == []
    desk.advance(0.2)
    assert desk.actor.story == [("bread", AskTimedOutError)]
    desk.answer(ask, 3)
    assert len(desk.actor.story) == 1, "a late answer is none"


def test_who_is_asked_has_died(desk: ActorBench[Inquirer], clerk: Probe):
    desk.lose(asked(desk, clerk, "bread"))
    desk.advance(10)
    assert desk.actor.story == [("bread", ActorGoneError)]


def test_the_handler_of_the_asked_one_failed(desk: ActorBench[Inquirer], clerk: Probe):
    desk.answer(asked(desk, clerk, "bread"), AskFailure("ValueError: no bread"))
    assert desk.actor.story == [("bread", AskFailedError)]


def test_the_ask_could_not_be_delivered(desk: ActorBench[Inquirer], clerk: Probe):
    desk.tell(PoisonMessage(asked(desk, clerk, "bread"), "its queue is full"))
    assert desk.actor.story == [("bread", AskError)]


def test_an_answer_to_nothing_is_ignored(desk: ActorBench[Inquirer]):
    desk.tell(Answer("never asked", 1))
    desk.tell(Answer("never asked", AskFailure("x")))
    assert desk.actor.story == []
