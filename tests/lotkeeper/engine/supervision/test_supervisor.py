from dataclasses import dataclass

import pytest
from thespian.actors import ActorAddress, ActorExitRequest

from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.actor.guard import Cleared, GuardAgainst
from lotkeeper.engine.asking import Ask, Ping, Sender
from lotkeeper.engine.inspection.questions import AskVitals
from lotkeeper.engine.supervision import (
    Backoff,
    ChildSpec,
    ChildStatus,
    Escalate,
    Intensity,
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
    on_give_up: Escalate | TryAgain = Escalate()  # noqa: RUF009
    hang_timeout_s: float | None = 10.0


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
            on_give_up=message.on_give_up,
            hang_timeout_s=message.hang_timeout_s,
        )
        self.supervise(spec)

    @handles(Drop)
    def drop(self, message: Drop, sender: Sender) -> None:
        self.dismiss(message.key)

    def on_child_started(self, key: str, address: ActorAddress, incarnation: int) -> None:
        self.story.append(("started", key))

    def on_child_status(self, status: ChildStatus) -> None:
        if status.state is not LifeState.RUNNING:
            self.story.append((str(status.state), status.key, status.reason))

    def on_wakeup(self, payload: object) -> None:
        self.story.append(("woken", payload))


PATIENT = TryAgain(30.0)


def test_a_child_begins_with_its_first_message_and_incarnation():
    bench = ActorBench(Boss)
    bench.tell(Add("a"))
    child = bench.child("a")
    assert child.actor_class is Worker
    assert child.pop(Work).incarnation == bench.actor.incarnation("a") == bench.actor.wall_ns()
    assert bench.actor.child("a") == child.address


def test_a_child_that_ran_for_long_is_started_again_at_once():
    bench = ActorBench(Boss)
    bench.tell(Add("a"))
    bench.advance(60)
    first = bench.child("a").pop(Work)
    bench.kill(bench.child("a"))
    assert bench.actor.story == [("started", "a"), ("lost", "a", "was killed by SIGKILL"), ("started", "a")]
    assert bench.child("a").pop(Work).incarnation > first.incarnation


def test_after_short_runs_the_waits_grow():
    bench = ActorBench(Boss)
    bench.tell(Add("a", Intensity(100, 1000)))
    waits = []
    for _ in range(12):
        bench.kill(bench.child("a"))
        (wait,) = [seconds for seconds, payload in bench.wakeups if "RetryDue" in type(payload).__name__]
        waits.append(wait)
        assert bench.actor.child("a") is None
        bench.advance(5)
    assert all(wait <= Backoff().longest_wait(n + 1) for n, wait in enumerate(waits))
    assert max(waits[6:]) > Backoff().longest_wait(2)
    assert bench.actor.child("a") == bench.child("a").address


def test_incarnations_grow_even_when_the_clock_stands_still_or_goes_back():
    bench = ActorBench(Boss)
    bench.tell(Add("a", Intensity(100, 1000), Backoff(first=0.0)))
    seen = []
    for step in range(5):
        seen.append(bench.child("a").pop(Work).incarnation)
        bench._clock._wall_at_zero -= step * 1_000_000_000
        bench.kill(bench.child("a"))
        bench.advance(0)
    assert seen == sorted(set(seen))


def test_a_stale_or_doubled_death_notice_is_ignored():
    bench = ActorBench(Boss)
    bench.tell(Add("a"))
    first = bench.child("a")
    bench.advance(60)
    bench.kill(first)
    second = bench.child("a")
    bench.kill(first)
    assert bench.actor.child("a") == second.address
    assert len(bench.children) == 2
    bench.kill(second)
    bench.kill(second)
    assert [event for event, *_ in bench.actor.story].count("lost") == 2


def test_too_many_deaths_end_the_supervisor_by_default():
    bench = ActorBench(Boss)
    bench.tell(Add("a", Intensity(2, 10)))
    for _ in range(2):
        bench.kill(bench.child("a"))
        bench.advance(0.2)
    assert not bench.exited
    bench.kill(bench.child("a"))
    assert bench.exited


def test_a_given_up_child_leaves_the_others_alone_and_is_tried_again_after_a_while():
    bench = ActorBench(Boss)
    bench.tell(Add("a", Intensity(0, 10), on_give_up=PATIENT))
    bench.tell(Add("b"))
    bench.kill(bench.child("a"))
    assert bench.actor.story[-1] == ("given up", "a", "died 1 times within 10 s, where 0 are allowed")
    assert bench.actor.child("a") is None
    assert list(bench.actor.children_by_key()) == ["b"]
    assert [each.state for each in bench.actor.child_statuses()] == [LifeState.GIVEN_UP, LifeState.RUNNING]
    bench.advance(30.1)
    assert bench.actor.child("a") is not None
    assert bench.actor.child_statuses()[0].restarts == 1


def test_old_deaths_do_not_count():
    bench = ActorBench(Boss)
    bench.tell(Add("a", Intensity(1, 10)))
    for _ in range(5):
        bench.advance(11)
        bench.kill(bench.child("a"))
    assert bench.actor.child("a") is not None


def test_a_child_without_a_first_message_is_killed_which_counts_as_a_death():
    bench = ActorBench(Boss, tolerant=True)
    bench.tell(Add("a", Intensity(3, 10), faulty=True, on_give_up=PATIENT))
    for _ in range(4):
        assert bench.child("a").is_killed
        bench.child("a").nothing()
        bench.kill(bench.child("a"))
        bench.advance(0.5)
    assert bench.actor.story[-1][0] == "given up"


def test_a_dismissed_child_is_asked_to_exit_and_not_started_again():
    bench = ActorBench(Boss)
    bench.tell(Add("a"))
    child = bench.child("a")
    bench.tell(Drop("a"))
    child.pop(ActorExitRequest)
    assert bench.actor.child("a") is None
    bench.kill(child)
    bench.advance(60)
    assert len(bench.children) == 1
    assert bench.actor.child("a") is None
    assert not child.is_killed


def test_a_dismissed_child_that_does_not_end_is_killed():
    bench = ActorBench(Boss)
    bench.tell(Add("a"))
    bench.tell(Drop("a"))
    bench.advance(4.9)
    assert not bench.child("a").is_killed
    bench.advance(0.2)
    assert bench.child("a").is_killed


def test_a_restart_that_is_due_after_a_dismissal_does_not_happen():
    bench = ActorBench(Boss)
    bench.tell(Add("a"))
    bench.kill(bench.child("a"))
    bench.tell(Drop("a"))
    bench.tell(Add("a"))
    bench.advance(60)
    assert len(bench.children) == 2
    bench.tell(Drop("never there"))


def test_a_key_is_supervised_once():
    bench = ActorBench(Boss)
    bench.tell(Add("a"))
    with pytest.raises(ValueError, match="supervised already"):
        bench.tell(Add("a"))


def test_wakeups_of_the_subclass_are_its_own():
    bench = ActorBench(Boss)
    bench.actor.wake_in(1, "mine")
    bench.advance(1)
    assert bench.actor.story == [("woken", "mine")]


# Hung children


def keep_busy(bench: ActorBench, seconds: int) -> None:
    """The children handle a message each second."""
    for _ in range(seconds):
        for key in ("a", "b"):
            bench.child(key).received.append("work")
        bench.advance(1)


def test_a_child_that_handles_nothing_is_killed_and_started_again():
    bench = ActorBench(Boss)
    bench.tell(Add("a"))
    bench.tell(Add("b"))
    bench.advance(60)
    hung, lively = bench.child("a"), bench.child("b")
    assert not hung.is_killed
    keep_busy(bench, 30)
    hung.is_hung = True
    keep_busy(bench, 9)
    assert not hung.is_killed
    keep_busy(bench, 6)
    assert hung.is_killed
    assert not lively.is_killed
    bench.kill(hung)
    assert bench.child("a") is not hung


def test_a_calm_child_that_hangs_is_killed_a_little_later():
    bench = ActorBench(Boss)
    bench.tell(Add("a"))
    bench.advance(61)
    calm = bench.child("a")
    calm.is_hung = True
    bench.advance(9)
    assert not calm.is_killed
    bench.advance(21)
    assert calm.is_killed


def checks_in(bench: ActorBench, seconds: int) -> int:
    """How often the supervisor looked after its children in that time."""
    checks = 0
    for _ in range(seconds):
        before = bench.wakeups
        bench.advance(1)
        checks += bench.wakeups[-1][1] != before[-1][1]
    return checks


def test_calm_children_are_looked_after_rarely_and_busy_ones_every_five_seconds():
    bench = ActorBench(Boss)
    bench.tell(Add("a"))
    bench.tell(Add("b"))
    bench.advance(60)
    assert 2 <= checks_in(bench, 60) <= 4
    for _ in range(40):
        bench.child("a").received.append("work")
        bench.advance(1)
    before = bench.wakeups[-1]
    assert before[0] <= 5


def test_a_new_child_beside_calm_ones_is_looked_after_soon():
    bench = ActorBench(Boss)
    bench.tell(Add("a"))
    bench.advance(61)
    bench.tell(Add("b"))
    assert min(after_s for after_s, _ in bench.wakeups) <= 5
    bench.child("b").is_hung = True
    bench.advance(21)
    assert bench.child("b").is_killed


def test_an_idle_child_is_left_alone_and_pinged_after_a_while():
    bench = ActorBench(Boss)
    bench.tell(Add("a"))
    bench.advance(55)
    assert [type(each) for each in bench.child("a").received].count(Ping) == 0
    bench.advance(200)
    assert 1 <= [type(each) for each in bench.child("a").received].count(Ping) <= 4
    assert not bench.child("a").is_killed


def test_a_child_without_a_hang_timeout_is_left_alone():
    bench = ActorBench(Boss)
    bench.tell(Add("a", hang_timeout_s=None))
    bench.child("a").is_hung = True
    bench.advance(1000)
    assert not bench.child("a").is_killed


# Quarantine


@dataclass(frozen=True)
class Poison:
    text: str


def killed_by(bench: ActorBench, message: object) -> Probe:
    """The child's next process, after a message has killed it."""
    bench.advance(60)
    bench.kill(bench.child("a"), current_message=message)
    return bench.child("a")


def test_a_message_that_kills_twice_is_quarantined_with_its_text():
    bench = ActorBench(Boss)
    bench.tell(Add("a"))
    second = killed_by(bench, Poison("x"))
    assert second.received[0] == GuardAgainst((Poison("x"),), ())
    assert second.pop(Work)
    third = killed_by(bench, Ask("7", Poison("x")))
    assert third.received[0] == GuardAgainst((), (Poison("x"),))
    assert bench.actor.child_statuses()[0].quarantined == ("Poison(text='x')",)


def test_a_message_that_was_handled_in_between_is_not_quarantined():
    bench = ActorBench(Boss)
    bench.tell(Add("a"))
    second = killed_by(bench, Poison("x"))
    bench.tell(Cleared(Poison("x")), second)
    third = killed_by(bench, Poison("x"))
    assert third.received[0] == GuardAgainst((Poison("x"),), ())
    assert bench.actor.child_statuses()[0].quarantined == ()


def test_a_death_without_a_message_or_with_the_first_one_makes_no_suspect():
    bench = ActorBench(Boss)
    bench.tell(Add("a"))
    for message in (None, Work(1), Work(1)):
        assert isinstance(killed_by(bench, message).received[0], Work)


# Introductions


@dataclass(frozen=True)
class Peers:
    left: ActorAddress | None
    right: ActorAddress | None


class Introducing(Boss):
    def introduction(self) -> object:
        return Peers(self.child("left"), self.child("right"))


def test_all_children_get_the_addresses_of_the_others():
    bench = ActorBench(Introducing)
    for key in ("left", "right", "other"):
        bench.tell(Add(key))
    left, right, other = (bench.child(key) for key in ("left", "right", "other"))
    assert left.received[0] == Work(bench.actor.incarnation("left"))
    assert left.pop(Peers) == Peers(left.address, None)
    assert left.pop(Peers) == Peers(left.address, right.address)
    left.nothing(Peers)  # that there is another one changes nothing for those who were told
    assert other.pop(Peers) == Peers(left.address, right.address)
    bench.advance(60)
    bench.kill(right)
    reborn = bench.child("right")
    for each in (left, other):
        assert each.pop(Peers) == Peers(left.address, None)
        assert each.pop(Peers) == Peers(left.address, reborn.address)
    assert reborn.pop(Peers) == Peers(left.address, reborn.address)


def test_its_vitals_have_the_children_with_what_they_handle():
    bench = ActorBench(Boss)
    bench.tell(Add("a"))
    bench.tell(Add("b"))
    hung = bench.child("a")
    hung.is_hung = True
    vitals = bench.ask(AskVitals(0.0))
    first, second = vitals.children
    assert (vitals.actor, first.key, first.state, first.pid, first.address) == (
        "Boss",
        "a",
        "running",
        hung.pid,
        hung.address,
    )
    assert (first.in_hand, first.is_waiting, first.is_stopped) == ("Work", False, True)
    assert (second.in_hand, second.is_waiting, second.restarts) == ("", True, 0)


def test_its_vitals_have_the_last_deaths_with_their_causes():
    bench = ActorBench(Boss)
    bench.tell(Add("a", Intensity(100, 1000), Backoff(first=0.0)))
    bench.advance(30)
    first = bench.child("a")
    bench.kill(first, current_message=Drop("a"))
    (death,) = bench.ask(AskVitals(0.0)).deaths
    assert (death.key, death.pid, death.how, death.in_hand) == ("a", first.pid, "was killed by SIGKILL", "Drop")
    assert death.ran_s == 30
    for _ in range(25):
        bench.advance(60)
        bench.kill(bench.child("a"))
    vitals = bench.ask(AskVitals(0.0))
    assert len(vitals.deaths) == 20
    assert vitals.children[0].restarts == 26


def test_a_death_says_that_the_child_was_hung():
    bench = ActorBench(Boss)
    bench.tell(Add("a"))
    bench.advance(60)
    hung = bench.child("a")
    hung.is_hung = True
    while not hung.is_killed:
        bench.advance(5)
    bench.kill(hung)
    (death,) = bench.ask(AskVitals(0.0)).deaths
    assert death.how == "has handled nothing for 10 s and was killed by SIGKILL"


def test_the_end_of_a_dismissed_child_is_no_death():
    bench = ActorBench(Boss)
    bench.tell(Add("a"))
    bench.tell(Drop("a"))
    bench.kill(bench.child("a"))
    vitals = bench.ask(AskVitals(0.0))
    assert (vitals.children, vitals.deaths) == ((), ())
