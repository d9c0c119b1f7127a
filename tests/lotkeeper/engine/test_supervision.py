from dataclasses import dataclass

import pytest
from thespian.actors import ActorAddress, ActorExitRequest

from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.engine.supervision import Backoff, ChildSpec, Intensity, Supervisor
from lotkeeper.engine.testing import Desk


class Worker(EngineActor):
    pass


@dataclass(frozen=True)
class Work:
    incarnation: int


@dataclass(frozen=True)
class Add:
    key: str
    intensity: Intensity = Intensity()  # noqa: RUF009
    backoff: Backoff = Backoff()  # noqa: RUF009
    faulty: bool = False


@dataclass(frozen=True)
class Drop:
    key: str


class Boss(Supervisor):
    def __init__(self) -> None:
        super().__init__()
        self.story: list[tuple[object, ...]] = []

    @handles(Add)
    def add(self, message: Add, sender: Sender) -> None:
        def first(incarnation: int) -> Work:
            if message.faulty:
                raise OSError("no start")
            return Work(incarnation)

        self.supervise(ChildSpec(message.key, Worker, first, message.intensity, message.backoff))

    @handles(Drop)
    def drop(self, message: Drop, sender: Sender) -> None:
        self.dismiss(message.key)

    def on_child_started(self, key: str, address: ActorAddress, incarnation: int) -> None:
        self.story.append(("started", key))

    def on_child_lost(self, key: str) -> None:
        self.story.append(("lost", key))

    def on_wakeup(self, payload: object) -> None:
        self.story.append(("woken", payload))


class Patient(Boss):
    def on_gave_up(self, key: str, reason: str) -> None:
        self.story.append(("gave up", key, reason))


def test_a_child_begins_with_its_first_message_and_incarnation():
    desk = Desk(Boss)
    desk.tell(Add("a"))
    child = desk.child("a")
    assert child.actor_class is Worker
    assert child.pop(Work).incarnation == desk.actor.incarnation("a") == desk.actor.wall_ns()
    assert desk.actor.child("a") == child.address


def test_a_child_that_lived_long_is_back_at_once():
    desk = Desk(Boss)
    desk.tell(Add("a"))
    desk.advance(60)
    first = desk.child("a").pop(Work)
    desk.kill(desk.child("a"))
    assert desk.actor.story == [("started", "a"), ("lost", "a"), ("started", "a")]
    assert desk.child("a").pop(Work).incarnation > first.incarnation


def test_short_lives_wait_ever_longer():
    desk = Desk(Boss)
    desk.tell(Add("a", Intensity(100, 1000)))
    waits = []
    for _ in range(12):
        desk.kill(desk.child("a"))
        ((wait, _payload),) = desk.wakeups
        waits.append(wait)
        assert desk.actor.child("a") is None
        desk.advance(5)
    assert all(wait <= Backoff().ceiling(n + 1) for n, wait in enumerate(waits))
    assert max(waits[6:]) > Backoff().ceiling(2)
    assert desk.actor.child("a") == desk.child("a").address


def test_incarnations_grow_even_when_the_clock_stands_still_or_goes_back():
    desk = Desk(Boss)
    desk.tell(Add("a", Intensity(100, 1000), Backoff(first=0.0)))
    seen = []
    for step in range(5):
        seen.append(desk.child("a").pop(Work).incarnation)
        desk._clock._wall_at_zero -= step * 1_000_000_000
        desk.kill(desk.child("a"))
        desk.advance(0)
    assert seen == sorted(set(seen))


def test_a_stale_or_doubled_death_notice_is_ignored():
    desk = Desk(Boss)
    desk.tell(Add("a"))
    first = desk.child("a")
    desk.advance(60)
    desk.kill(first)
    second = desk.child("a")
    desk.kill(first)
    assert desk.actor.child("a") == second.address
    assert len(desk.children) == 2
    desk.kill(second)
    desk.kill(second)
    assert desk.actor.story.count(("lost", "a")) == 2


def test_too_many_deaths_end_the_supervisor_by_default():
    desk = Desk(Boss)
    desk.tell(Add("a", Intensity(2, 10)))
    for _ in range(2):
        desk.kill(desk.child("a"))
        desk.advance(0.2)
    assert not desk.exited
    desk.kill(desk.child("a"))
    assert desk.exited


def test_giving_up_on_one_leaves_the_others():
    desk = Desk(Patient)
    desk.tell(Add("a", Intensity(0, 10)))
    desk.tell(Add("b"))
    desk.kill(desk.child("a"))
    assert desk.actor.story[-1] == ("gave up", "a", "died 1 times within 10 s, where 0 are allowed")
    assert desk.actor.child("a") is None
    assert list(desk.actor.children_by_key()) == ["b"]
    desk.tell(Add("a"))
    assert desk.actor.child("a") is not None


def test_old_deaths_do_not_count():
    desk = Desk(Patient)
    desk.tell(Add("a", Intensity(1, 10)))
    for _ in range(5):
        desk.advance(11)
        desk.kill(desk.child("a"))
    assert desk.actor.child("a") is not None


def test_a_start_that_raises_counts_as_a_death():
    desk = Desk(Patient, tolerant=True)
    desk.tell(Add("a", Intensity(3, 10), faulty=True))
    desk.advance(10)
    assert desk.children == []
    assert desk.actor.story.count(("lost", "a")) == 4
    assert desk.actor.story[-1][0] == "gave up"


def test_a_dismissed_child_is_asked_to_exit_and_not_started_again():
    desk = Desk(Boss)
    desk.tell(Add("a"))
    child = desk.child("a")
    desk.tell(Drop("a"))
    child.pop(ActorExitRequest)
    desk.kill(child)
    desk.advance(60)
    assert len(desk.children) == 1
    assert desk.actor.child("a") is None


def test_a_restart_that_is_due_after_a_dismissal_does_not_happen():
    desk = Desk(Boss)
    desk.tell(Add("a"))
    desk.kill(desk.child("a"))
    desk.tell(Drop("a"))
    desk.tell(Add("a"))
    desk.advance(60)
    assert len(desk.children) == 2
    desk.tell(Drop("never there"))


def test_a_key_is_supervised_once():
    desk = Desk(Boss)
    desk.tell(Add("a"))
    with pytest.raises(ValueError, match="supervised already"):
        desk.tell(Add("a"))


def test_wakeups_of_the_subclass_are_its_own():
    desk = Desk(Boss)
    desk.actor.wake_in(1, "mine")
    desk.advance(1)
    assert desk.actor.story == [("woken", "mine")]
