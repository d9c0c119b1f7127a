import logging
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from thespian.actors import ActorExitRequest, PoisonMessage

from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.actor.base import handled_types
from lotkeeper.engine.actor.clock import SystemClock
from lotkeeper.engine.asking import Sender
from lotkeeper.engine.testkit import ActorBench


@dataclass(frozen=True)
class Base:
    pass


@dataclass(frozen=True)
class Derived(Base):
    pass


@dataclass(frozen=True)
class Special(Derived):
    pass


class Listener(EngineActor):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []
        self.descriptors: list[int] = []

    @handles(Base)
    def any_base(self, message: Base, sender: Sender) -> None:
        self.heard.append("base")

    @handles(Special, int)
    def special(self, message: object, sender: Sender) -> None:
        self.heard.append("special")

    @handles(list)
    def watch(self, message: list[int], sender: Sender) -> None:
        self.descriptors = message

    def watched(self) -> Sequence[int]:
        return self.descriptors

    def on_readable(self, descriptors: Sequence[int]) -> None:
        self.heard.append(f"readable {descriptors}")

    def on_exit(self) -> None:
        self.heard.append("exit")


class Louder(Listener):
    def special(self, message: object, sender: Sender) -> None:
        self.heard.append("SPECIAL")

    @handles(Derived)
    def derived(self, message: Derived, sender: Sender) -> None:
        self.heard.append("DERIVED")


def test_the_handler_of_the_exact_type_comes_before_those_of_its_bases():
    bench = ActorBench(Listener)
    for message in (Base(), Derived(), Special(), True):
        bench.tell(message)
    assert bench.actor.heard == ["base", "base", "special", "special"]


def test_a_subclass_overrides_by_name_and_by_type():
    bench = ActorBench(Louder)
    for message in (Base(), Derived(), Special()):
        bench.tell(message)
    assert bench.actor.heard == ["base", "DERIVED", "SPECIAL"]


def test_two_handlers_of_one_type_in_a_class_are_an_error():
    with pytest.raises(TypeError, match="one and two both handle int"):

        class Twice(EngineActor):
            @handles(int)
            def one(self, message: int, sender: Sender) -> None: ...

            @handles(int)
            def two(self, message: int, sender: Sender) -> None: ...

    with pytest.raises(TypeError):
        handles()


def test_an_unknown_message_is_logged_once_for_each_type(caplog):
    bench = ActorBench(Listener)
    for _ in range(3):
        bench.tell("what")
        bench.tell(1.5)
    assert [each.getMessage().split(" (")[0] for each in caplog.records] == [
        "no handler for str",
        "no handler for float",
    ]
    assert {each.name for each in caplog.records} == {"lotkeeper.actor.Listener"}


def test_on_exit_is_called_before_the_end():
    bench = ActorBench(Listener)
    bench.tell(ActorExitRequest())
    assert bench.actor.heard == ["exit"]
    assert bench.exited


def test_an_undelivered_message_is_logged(caplog):
    ActorBench(Listener).tell(PoisonMessage(Base(), "too many wait"))
    assert "1 Base not delivered: too many wait" in caplog.text


def test_descriptors_are_watched_after_every_message():
    reading, writing = os.pipe()
    bench = ActorBench(Listener)
    bench.tell([reading])
    bench.tell(Base())
    assert bench.watched == [reading]
    bench.make_readable(reading)
    assert bench.actor.heard[-1] == f"readable [{reading}]"
    bench.tell([])
    with pytest.raises(AssertionError, match="is not watched"):
        bench.make_readable(reading)
    os.close(reading)
    os.close(writing)


def test_a_wrong_watch_list_is_corrected_and_complained_about_once(caplog):
    reading, writing = os.pipe()
    closed = os.dup(reading)
    os.close(closed)
    bench = ActorBench(Listener)
    bench.tell([reading, reading, closed, -1])
    bench.tell(Base())
    assert bench.watched == [reading]
    assert sorted(each.getMessage() for each in caplog.records) == sorted(
        [
            "descriptor -1 is no descriptor",
            f"descriptor {closed} is watched but closed",
            f"descriptor {reading} is watched twice",
        ]
    )
    os.close(reading)
    os.close(writing)


class Faulty(Listener):
    def on_failure(self, message: object, error: Exception) -> None:
        raise OSError("worse")

    def special(self, message: object, sender: Sender) -> None:
        raise ValueError("bad")

    def watched(self) -> Sequence[int]:
        if self.descriptors == [0]:
            raise RuntimeError("no list")
        return self.descriptors


def test_nothing_ever_reaches_thespian(caplog):
    bench = ActorBench(Faulty, tolerant=True)
    caplog.set_level(logging.ERROR)
    bench.tell(1)
    bench.tell([0])
    bench.tell(Base())
    assert bench.actor.heard == ["base"]
    assert [each.exc_info[0] for each in caplog.records] == [OSError] * 3


def test_a_step_of_the_machines_clock_moves_no_time_of_an_actor(monkeypatch):
    clock = SystemClock()
    before_ns = clock.wall_ns()
    assert abs(before_ns - time.time_ns()) < 60 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: before_ns - 3600 * 10**9)
    monkeypatch.setattr(time, "time", lambda: before_ns / 10**9 - 3600)
    assert 0 <= clock.wall_ns() - before_ns < 60 * 10**9


def test_the_types_of_all_messages_that_some_actor_handles_are_known() -> None:
    assert {Base, Derived, Special, int, list} <= handled_types()
