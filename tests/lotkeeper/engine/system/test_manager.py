"""How actors are made: the engine's own without a look at their constructors, others as Thespian says."""

from typing import Any

import pytest
from thespian.actors import Actor
from thespian.system import actorManager, utilis

from lotkeeper.engine.actor import EngineActor
from lotkeeper.engine.system.manager import ActorMaker, use_actor_maker


class Ours(EngineActor):
    pass


class Foreign(Actor):  # type: ignore[misc]
    def __init__(self, capabilities: Any) -> None:
        super().__init__()
        self.capabilities = capabilities

    def receiveMessage(self, message: Any, sender: Any) -> None:
        pass


def test_actors_of_the_engine_are_made_without_a_look_at_their_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(utilis.inspect, "signature", lambda _: pytest.fail("it looked"))
    assert isinstance(ActorMaker(capabilities={}, requirements=None).create(Ours), Ours)


def test_other_actors_get_what_their_constructors_ask_for() -> None:
    assert ActorMaker(capabilities={"a": 1}, requirements=None).create(Foreign).capabilities == {"a": 1}


def test_thespian_makes_actors_by_it() -> None:
    use_actor_maker()
    assert actorManager.withPossibleInitArgs is ActorMaker
