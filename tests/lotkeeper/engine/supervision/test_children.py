from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from thespian.actors import ActorAddress

from lotkeeper.engine.supervision import Backoff, ChildSpec, Escalate, Intensity, TryAgain
from lotkeeper.engine.supervision.children import (
    ChildAddresses,
    ChildPhase,
    Children,
    GiveUpChild,
    KillChild,
    RetryLater,
    StartChild,
    StopChild,
)

OFTEN = Intensity(restarts=100, seconds=1000)
ONCE = Intensity(restarts=0, seconds=10)


def spec(key: str, intensity: Intensity = OFTEN, on_give_up: Escalate | TryAgain | None = None) -> ChildSpec:
    return ChildSpec(key, object, str, intensity, Backoff(first=1.0), on_give_up or Escalate(), stop_timeout_s=5.0)


def supervise(*keys: str, **more: object) -> Children:
    made = Children()
    for key in keys:
        assert made.add(spec(key, **more)) == [StartChild(key)]
        made.note_started(key, 0.0)
    return made


def after_the_retries(children: Children, actions: list) -> list:
    """The actions that follow once the time of each RetryLater is over."""
    return [
        each
        for action in actions
        if isinstance(action, RetryLater)
        for each in children.retry(action.key, action.ticket)
    ]


def test_only_the_dead_child_is_started_again():
    children = supervise("a", "b", "c")
    actions = children.note_death("b", 1.0, jitter=1.0)
    assert [type(each) for each in actions] == [RetryLater]
    assert after_the_retries(children, actions) == [StartChild("b")]


def test_a_child_that_ran_for_long_is_started_again_at_once():
    children = supervise("a")
    assert children.note_death("a", 60.0, jitter=1.0) == [StartChild("a")]


def test_a_child_that_does_not_end_is_killed():
    children = supervise("a", "b")
    (stop,) = children.dismiss("b")
    assert stop.seconds == 5.0
    assert children.check_stopped("b", stop.ticket) == [KillChild("b")]
    children.note_death("b", 65.0, jitter=1.0)
    assert children.check_stopped("b", stop.ticket) == []


def test_a_child_is_given_up_with_escalation_or_for_a_while():
    children = supervise("a", intensity=ONCE)
    (lost,) = children.note_death("a", 1.0, jitter=1.0)
    assert (lost.key, lost.escalates) == ("a", True)
    assert children.phase("a") is ChildPhase.GIVEN_UP

    children = supervise("a", intensity=ONCE, on_give_up=TryAgain(30.0))
    lost, later = children.note_death("a", 1.0, jitter=1.0)
    assert not lost.escalates
    assert later.seconds == 30.0
    assert children.retry("a", later.ticket) == [StartChild("a")]
    children.note_started("a", 31.0)
    assert any(isinstance(each, GiveUpChild) for each in children.note_death("a", 32.0, jitter=1.0))


def test_a_dismissed_child_is_asked_to_end_and_forgotten():
    children = supervise("a", "b")
    (stop,) = children.dismiss("a")
    assert stop.key == "a"
    assert children.check_stopped("a", stop.ticket) == [KillChild("a")]
    assert children.note_death("a", 1.0, jitter=1.0) == []
    assert "a" not in children
    assert children.dismiss("never add") == []


def test_a_retry_from_before_a_dismissal_starts_nothing():
    children = supervise("a")
    actions = children.note_death("a", 1.0, jitter=1.0)
    assert children.dismiss("a") == []
    children.add(spec("a"))
    assert after_the_retries(children, actions) == []


def test_a_retry_for_an_earlier_child_of_the_same_key_has_no_effect():
    children = supervise("a")
    (wait,) = children.note_death("a", 1.0, jitter=1.0)
    children.dismiss("a")
    children.add(spec("a"))
    children.note_started("a", 2.0)
    children.note_death("a", 3.0, jitter=1.0)
    assert children.retry("a", wait.ticket) == []


OLD, NEW = ActorAddress("old"), ActorAddress("new")


def test_a_late_notice_of_a_death_does_not_remove_the_address_of_the_next_process():
    addresses = ChildAddresses()
    addresses.add("keeper", OLD)
    addresses.add("keeper", NEW)
    assert addresses.remove(OLD) is None
    assert addresses.address("keeper") == NEW


def test_an_address_is_removed_once():
    addresses = ChildAddresses()
    addresses.add("keeper", OLD)
    assert addresses.remove(OLD) == "keeper"
    assert addresses.remove(OLD) is None
    assert addresses.address("keeper") is None
    assert list(addresses) == []


class AnyEvents(RuleBasedStateMachine):
    """In any action of events no child that is kept is forgotten, and none waits for another."""

    def __init__(self) -> None:
        super().__init__()
        self.children = Children()
        self.alive: set[str] = set()
        self.waits: list[RetryLater] = []
        self.stops: list[StopChild] = []
        self.now = 0.0

    def carry_out(self, actions: list) -> None:
        for action in actions:
            match action:
                case StartChild(key):
                    assert key not in self.alive, "note_started twice"
                    self.alive.add(key)
                    self.children.note_started(key, self.now)
                case RetryLater():
                    self.waits.append(action)
                case StopChild(key):
                    assert key in self.alive
                    self.stops.append(action)

    @rule(key=st.sampled_from("abcdef"))
    def add(self, key: str) -> None:
        if key not in self.children:
            self.carry_out(self.children.add(spec(key, Intensity(2, 5.0), TryAgain(3.0))))

    @rule(key=st.sampled_from("abcdef"))
    def dismiss(self, key: str) -> None:
        self.carry_out(self.children.dismiss(key))

    @precondition(lambda self: self.alive)
    @rule(data=st.data(), jitter=st.floats(0, 1))
    def die(self, data: st.DataObject, jitter: float) -> None:
        key = data.draw(st.sampled_from(sorted(self.alive)))
        self.alive.discard(key)
        self.carry_out(self.children.note_death(key, self.now, jitter))

    @precondition(lambda self: self.waits)
    @rule(data=st.data())
    def wait_is_over(self, data: st.DataObject) -> None:
        wait = self.waits.pop(data.draw(st.integers(0, len(self.waits) - 1)))
        self.carry_out(self.children.retry(wait.key, wait.ticket))

    @precondition(lambda self: self.stops)
    @rule(data=st.data())
    def stop_is_overdue(self, data: st.DataObject) -> None:
        stop = self.stops.pop(data.draw(st.integers(0, len(self.stops) - 1)))
        for kill in self.children.check_stopped(stop.key, stop.ticket):
            assert kill.key in self.alive
            self.alive.discard(kill.key)
            self.carry_out(self.children.note_death(kill.key, self.now, 0.5))

    @rule(seconds=st.floats(0.1, 20))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @invariant()
    def every_kept_child_runs_or_will_be_started(self) -> None:
        keys = [each.key for each in self.children.specs()]
        for key in keys:
            phase = self.children.phase(key)
            assert (key in self.alive) == (phase in (ChildPhase.RUNNING, ChildPhase.ENDING))
            if phase in (ChildPhase.WAITING, ChildPhase.GIVEN_UP):
                assert any(wait.key == key for wait in self.waits)
        assert self.alive <= set(keys)


TestAnyEvents = AnyEvents.TestCase
TestAnyEvents.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
