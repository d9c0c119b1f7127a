from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from lotkeeper.engine.supervision import Backoff, ChildSpec, Escalate, Intensity, TryAgain
from lotkeeper.engine.supervision.family import Family, Kill, LookAfter, LostHope, Phase, Start, Stop

OFTEN = Intensity(restarts=100, seconds=1000)
ONCE = Intensity(restarts=0, seconds=10)


def spec(key: str, intensity: Intensity = OFTEN, hopeless: Escalate | TryAgain | None = None) -> ChildSpec:
    return ChildSpec(key, object, str, intensity, Backoff(first=1.0), hopeless or Escalate(), stop_within=5.0)


def family(*keys: str, **more: object) -> Family:
    made = Family()
    for key in keys:
        assert made.named(spec(key, **more)) == [Start(key)]
        made.started(key, 0.0)
    return made


def after_the_wait(kin: Family, orders: list) -> list:
    """What follows once all the waits that were ordered are over."""
    return [each for order in orders if isinstance(order, LookAfter) for each in kin.due(order.key, order.turn)]


def test_one_for_one_starts_the_dead_one_alone():
    kin = family("a", "b", "c")
    orders = kin.died("b", 1.0, jitter=1.0)
    assert [type(each) for each in orders] == [LookAfter]
    assert after_the_wait(kin, orders) == [Start("b")]


def test_a_long_life_is_followed_by_another_at_once():
    kin = family("a")
    assert kin.died("a", 60.0, jitter=1.0) == [Start("a")]


def test_one_that_does_not_end_is_killed():
    kin = family("a", "b")
    (stop,) = kin.dismissed("b")
    assert (type(stop), stop.key, stop.seconds) == (Stop, "b", 5.0)
    assert kin.overdue("b", stop.turn) == [Kill("b")]
    kin.died("b", 65.0, jitter=1.0)
    assert kin.overdue("b", stop.turn) == []


def test_hope_is_lost_with_escalation_or_for_a_while():
    kin = family("a", intensity=ONCE)
    (lost,) = kin.died("a", 1.0, jitter=1.0)
    assert (lost.key, lost.escalates) == ("a", True)
    assert kin.phase("a") is Phase.HOPELESS

    kin = family("a", intensity=ONCE, hopeless=TryAgain(30.0))
    lost, later = kin.died("a", 1.0, jitter=1.0)
    assert not lost.escalates
    assert later.seconds == 30.0
    assert kin.due("a", later.turn) == [Start("a")]
    kin.started("a", 31.0)
    assert any(isinstance(each, LostHope) for each in kin.died("a", 32.0, jitter=1.0))


def test_a_dismissed_child_is_asked_to_end_and_forgotten():
    kin = family("a", "b")
    (stop,) = kin.dismissed("a")
    assert stop.key == "a"
    assert kin.overdue("a", stop.turn) == [Kill("a")]
    assert kin.died("a", 1.0, jitter=1.0) == []
    assert "a" not in kin
    assert kin.dismissed("never named") == []


def test_a_wait_that_was_ordered_before_a_dismissal_starts_nothing():
    kin = family("a")
    orders = kin.died("a", 1.0, jitter=1.0)
    assert kin.dismissed("a") == []
    kin.named(spec("a"))
    assert after_the_wait(kin, orders) == []


def test_what_was_ordered_for_an_earlier_child_of_the_name_is_not_obeyed():
    kin = family("a")
    (wait,) = kin.died("a", 1.0, jitter=1.0)
    kin.dismissed("a")
    kin.named(spec("a"))
    kin.started("a", 2.0)
    kin.died("a", 3.0, jitter=1.0)
    assert kin.due("a", wait.turn) == []


class AnyHistory(RuleBasedStateMachine):
    """Whatever happens in whatever order, no child that is kept is forgotten."""

    def __init__(self) -> None:
        super().__init__()
        self.kin = Family()
        self.alive: set[str] = set()
        self.waits: list[LookAfter] = []
        self.stops: list[Stop] = []
        self.now = 0.0

    def obey(self, orders: list) -> None:
        for order in orders:
            match order:
                case Start(key):
                    assert key not in self.alive, "started twice"
                    self.alive.add(key)
                    self.kin.started(key, self.now)
                case LookAfter():
                    self.waits.append(order)
                case Stop(key):
                    assert key in self.alive
                    self.stops.append(order)

    @rule(key=st.sampled_from("abcdef"))
    def name(self, key: str) -> None:
        if key not in self.kin:
            self.obey(self.kin.named(spec(key, Intensity(2, 5.0), TryAgain(3.0))))

    @rule(key=st.sampled_from("abcdef"))
    def dismiss(self, key: str) -> None:
        self.obey(self.kin.dismissed(key))

    @precondition(lambda self: self.alive)
    @rule(data=st.data(), jitter=st.floats(0, 1))
    def die(self, data: st.DataObject, jitter: float) -> None:
        key = data.draw(st.sampled_from(sorted(self.alive)))
        self.alive.discard(key)
        self.obey(self.kin.died(key, self.now, jitter))

    @precondition(lambda self: self.waits)
    @rule(data=st.data())
    def wait_is_over(self, data: st.DataObject) -> None:
        wait = self.waits.pop(data.draw(st.integers(0, len(self.waits) - 1)))
        self.obey(self.kin.due(wait.key, wait.turn))

    @precondition(lambda self: self.stops)
    @rule(data=st.data())
    def stop_is_overdue(self, data: st.DataObject) -> None:
        stop = self.stops.pop(data.draw(st.integers(0, len(self.stops) - 1)))
        for kill in self.kin.overdue(stop.key, stop.turn):
            assert kill.key in self.alive
            self.alive.discard(kill.key)
            self.obey(self.kin.died(kill.key, self.now, 0.5))

    @rule(seconds=st.floats(0.1, 20))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @invariant()
    def who_lives_is_known_and_who_is_known_will_live(self) -> None:
        keys = [each.key for each in self.kin.specs()]
        for key in keys:
            phase = self.kin.phase(key)
            assert (key in self.alive) == (phase in (Phase.ALIVE, Phase.LEAVING))
            if phase in (Phase.WAITING, Phase.HOPELESS):
                assert any(wait.key == key for wait in self.waits)
        assert self.alive <= set(keys)


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
