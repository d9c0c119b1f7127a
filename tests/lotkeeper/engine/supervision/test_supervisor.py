from dataclasses import dataclass

import pytest
from thespian.actors import ActorAddress, ActorExitRequest

from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.actor.guarding import Acquitted, Watchful
from lotkeeper.engine.actor.pinging import Ping
from lotkeeper.engine.asking import Ask, Sender
from lotkeeper.engine.supervision import (
    Backoff,
    ChildSpec,
    Escalate,
    Intensity,
    Life,
    LifeState,
    Supervisor,
    TryAgain,
)
from lotkeeper.engine.testkit import ActorBench, Probe


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
    hopeless: Escalate | TryAgain = Escalate()  # noqa: RUF009
    patience: float | None = 10.0


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

        spec = ChildSpec(
            message.key,
            Worker,
            first,
            message.intensity,
            message.backoff,
            hopeless=message.hopeless,
            patience=message.patience,
        )
        self.supervise(spec)

    @handles(Drop)
    def drop(self, message: Drop, sender: Sender) -> None:
        self.dismiss(message.key)

    def on_child_started(self, key: str, address: ActorAddress, incarnation: int) -> None:
        self.story.append(("started", key))

    def on_life(self, life: Life) -> None:
        if life.state is not LifeState.RUNNING:
            self.story.append((str(life.state), life.key, life.reason))

    def on_wakeup(self, payload: object) -> None:
        self.story.append(("woken", payload))


PATIENT = TryAgain(30.0)


def test_a_child_begins_with_its_first_message_and_incarnation():
    desk = ActorBench(Boss)
    desk.tell(Add("a"))
    child = desk.child("a")
    assert child.actor_class is Worker
    assert child.pop(Work).incarnation == desk.actor.incarnation("a") == desk.actor.wall_ns()
    assert desk.actor.child("a") == child.address


def test_a_child_that_lived_long_is_back_at_once():
    desk = ActorBench(Boss)
    desk.tell(Add("a"))
    desk.advance(60)
    first = desk.child("a").pop(Work)
    desk.kill(desk.child("a"))
    assert desk.actor.story == [("started", "a"), ("lost", "a", "was killed by SIGKILL"), ("started", "a")]
    assert desk.child("a").pop(Work).incarnation > first.incarnation


def test_short_lives_wait_ever_longer():
    desk = ActorBench(Boss)
    desk.tell(Add("a", Intensity(100, 1000)))
    waits = []
    for _ in range(12):
        desk.kill(desk.child("a"))
        (wait,) = [seconds for seconds, payload in desk.wakeups if "Due" in type(payload).__name__]
        waits.append(wait)
        assert desk.actor.child("a") is None
        desk.advance(5)
    assert all(wait <= Backoff().ceiling(n + 1) for n, wait in enumerate(waits))
    assert max(waits[6:]) > Backoff().ceiling(2)
    assert desk.actor.child("a") == desk.child("a").address


def test_incarnations_grow_even_when_the_clock_stands_still_or_goes_back():
    desk = ActorBench(Boss)
    desk.tell(Add("a", Intensity(100, 1000), Backoff(first=0.0)))
    seen = []
    for step in range(5):
        seen.append(desk.child("a").pop(Work).incarnation)
        desk._clock._wall_at_zero -= step * 1_000_000_000
        desk.kill(desk.child("a"))
        desk.advance(0)
    assert seen == sorted(set(seen))


def test_a_stale_or_doubled_death_notice_is_ignored():
    desk = ActorBench(Boss)
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
    assert [word for word, *_ in desk.actor.story].count("lost") == 2


def test_too_many_deaths_end_the_supervisor_by_default():
    desk = ActorBench(Boss)
    desk.tell(Add("a", Intensity(2, 10)))
    for _ in range(2):
        desk.kill(desk.child("a"))
        desk.advance(0.2)
    assert not desk.exited
    desk.kill(desk.child("a"))
    assert desk.exited


def test_giving_up_on_one_leaves_the_others_and_is_tried_again_after_a_while():
    desk = ActorBench(Boss)
    desk.tell(Add("a", Intensity(0, 10), hopeless=PATIENT))
    desk.tell(Add("b"))
    desk.kill(desk.child("a"))
    assert desk.actor.story[-1] == ("given up", "a", "died 1 times within 10 s, where 0 are allowed")
    assert desk.actor.child("a") is None
    assert list(desk.actor.children_by_key()) == ["b"]
    assert [each.state for each in desk.actor.lives()] == [LifeState.GIVEN_UP, LifeState.RUNNING]
    desk.advance(30.1)
    assert desk.actor.child("a") is not None
    assert desk.actor.lives()[0].restarts == 1


def test_old_deaths_do_not_count():
    desk = ActorBench(Boss)
    desk.tell(Add("a", Intensity(1, 10)))
    for _ in range(5):
        desk.advance(11)
        desk.kill(desk.child("a"))
    assert desk.actor.child("a") is not None


def test_a_child_that_cannot_be_told_how_to_begin_is_killed_which_counts_as_a_death():
    desk = ActorBench(Boss, tolerant=True)
    desk.tell(Add("a", Intensity(3, 10), faulty=True, hopeless=PATIENT))
    for _ in range(4):
        assert desk.child("a").is_killed
        desk.child("a").nothing()
        desk.kill(desk.child("a"))
        desk.advance(0.5)
    assert desk.actor.story[-1][0] == "given up"


def test_a_dismissed_child_is_asked_to_exit_and_not_started_again():
    desk = ActorBench(Boss)
    desk.tell(Add("a"))
    child = desk.child("a")
    desk.tell(Drop("a"))
    child.pop(ActorExitRequest)
    assert desk.actor.child("a") is None
    desk.kill(child)
    desk.advance(60)
    assert len(desk.children) == 1
    assert desk.actor.child("a") is None
    assert not child.is_killed


def test_a_dismissed_child_that_does_not_end_is_killed():
    desk = ActorBench(Boss)
    desk.tell(Add("a"))
    desk.tell(Drop("a"))
    desk.advance(4.9)
    assert not desk.child("a").is_killed
    desk.advance(0.2)
    assert desk.child("a").is_killed


def test_a_restart_that_is_due_after_a_dismissal_does_not_happen():
    desk = ActorBench(Boss)
    desk.tell(Add("a"))
    desk.kill(desk.child("a"))
    desk.tell(Drop("a"))
    desk.tell(Add("a"))
    desk.advance(60)
    assert len(desk.children) == 2
    desk.tell(Drop("never there"))


def test_a_key_is_supervised_once():
    desk = ActorBench(Boss)
    desk.tell(Add("a"))
    with pytest.raises(ValueError, match="supervised already"):
        desk.tell(Add("a"))


def test_wakeups_of_the_subclass_are_its_own():
    desk = ActorBench(Boss)
    desk.actor.wake_in(1, "mine")
    desk.advance(1)
    assert desk.actor.story == [("woken", "mine")]


# Hung children


def test_a_child_that_handles_nothing_is_killed_and_started_again():
    desk = ActorBench(Boss)
    desk.tell(Add("a"))
    desk.tell(Add("b"))
    desk.advance(60)
    hung, lively = desk.child("a"), desk.child("b")
    assert not hung.is_killed
    hung.is_hung = True
    desk.advance(9)
    assert not hung.is_killed
    desk.advance(6)
    assert hung.is_killed
    assert not lively.is_killed
    desk.kill(hung)
    assert desk.child("a") is not hung


def test_an_idle_child_is_left_alone_and_pinged_once_in_a_while():
    desk = ActorBench(Boss)
    desk.tell(Add("a"))
    desk.advance(55)
    assert [type(each) for each in desk.child("a").received].count(Ping) == 0
    desk.advance(200)
    assert 1 <= [type(each) for each in desk.child("a").received].count(Ping) <= 4
    assert not desk.child("a").is_killed


def test_a_child_without_limit_to_its_patience_is_left_alone():
    desk = ActorBench(Boss)
    desk.tell(Add("a", patience=None))
    desk.child("a").is_hung = True
    desk.advance(1000)
    assert not desk.child("a").is_killed


# Quarantine


@dataclass(frozen=True)
class Poison:
    text: str


def killed_by(desk: ActorBench, message: object) -> Probe:
    """The child's next life, after a message has killed it."""
    desk.advance(60)
    desk.kill(desk.child("a"), in_hand=message)
    return desk.child("a")


def test_a_message_that_kills_twice_is_quarantined_with_its_text():
    desk = ActorBench(Boss)
    desk.tell(Add("a"))
    second = killed_by(desk, Poison("x"))
    assert second.received[0] == Watchful((Poison("x"),), ())
    assert second.pop(Work)
    third = killed_by(desk, Ask("7", Poison("x")))
    assert third.received[0] == Watchful((), (Poison("x"),))
    assert desk.actor.lives()[0].quarantined == ("Poison(text='x')",)


def test_a_message_that_was_handled_in_between_is_not():
    desk = ActorBench(Boss)
    desk.tell(Add("a"))
    second = killed_by(desk, Poison("x"))
    desk.tell(Acquitted(Poison("x")), second)
    third = killed_by(desk, Poison("x"))
    assert third.received[0] == Watchful((Poison("x"),), ())
    assert desk.actor.lives()[0].quarantined == ()


def test_a_child_that_had_nothing_in_hand_or_its_first_message_makes_nobody_suspicious():
    desk = ActorBench(Boss)
    desk.tell(Add("a"))
    for message in (None, Work(1), Work(1)):
        assert isinstance(killed_by(desk, message).received[0], Work)


# Introductions


@dataclass(frozen=True)
class Peers:
    left: ActorAddress | None
    right: ActorAddress | None


class Introducing(Boss):
    def introduction(self) -> object:
        return Peers(self.child("left"), self.child("right"))


def test_everybody_learns_where_the_others_live():
    desk = ActorBench(Introducing)
    for key in ("left", "right", "other"):
        desk.tell(Add(key))
    left, right, other = (desk.child(key) for key in ("left", "right", "other"))
    assert left.received[0] == Work(desk.actor.incarnation("left"))
    assert left.pop(Peers) == Peers(left.address, None)
    assert left.pop(Peers) == Peers(left.address, right.address)
    left.nothing(Peers)  # that there is another one changes nothing for those who were told
    assert other.pop(Peers) == Peers(left.address, right.address)
    desk.advance(60)
    desk.kill(right)
    reborn = desk.child("right")
    for each in (left, other):
        assert each.pop(Peers) == Peers(left.address, None)
        assert each.pop(Peers) == Peers(left.address, reborn.address)
    assert reborn.pop(Peers) == Peers(left.address, reborn.address)
