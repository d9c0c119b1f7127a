from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from lotkeeper.engine.supervision import Backoff, ChildSpec, Escalate, Intensity, Strategy, TryAgain
from lotkeeper.engine.supervision.family import Family, Kill, LookAfter, LostHope, Phase, Start, Stop

OFTEN = Intensity(restarts=100, seconds=1000)
ONCE = Intensity(restarts=0, seconds=10)


def spec(key: str, intensity: Intensity = OFTEN, hopeless: Escalate | TryAgain | None = None) -> ChildSpec:
    return ChildSpec(key, object, str, intensity, Backoff(first=1.0), hopeless or Escalate(), stop_within=5.0)


def family(strategy: Strategy, *keys: str, **more: object) -> Family:
    made = Family(strategy)
    for key in keys:
        assert made.named(spec(key, **more)) == [Start(key)]
        made.started(key, 0.0)
    return made


def after_the_wait(kin: Family, orders: list) -> list:
    """What follows once all the waits that were ordered are over."""
    return [each for order in orders if isinstance(order, LookAfter) for each in kin.due(order.key, order.turn)]


def test_one_for_one_starts_the_dead_one_alone():
    kin = family(Strategy.ONE_FOR_ONE, "a", "b", "c")
    orders = kin.died("b", 1.0, jitter=1.0)
    assert [type(each) for each in orders] == [LookAfter]
    assert after_the_wait(kin, orders) == [Start("b")]


def test_a_long_life_is_followed_by_another_at_once():
    kin = family(Strategy.ONE_FOR_ONE, "a")
    assert kin.died("a", 60.0, jitter=1.0) == [Start("a")]


def test_rest_for_one_ends_those_named_after_it_the_last_first_and_starts_all_in_order():
    kin = family(Strategy.REST_FOR_ONE, "a", "b", "c", "d")
    orders = kin.died("b", 60.0, jitter=1.0)
    assert [(type(each), each.key) for each in orders] == [(Stop, "d"), (Stop, "c")]
    assert kin.phase("a") is Phase.ALIVE
    assert kin.died("d", 60.1, jitter=1.0) == []
    assert kin.died("c", 60.2, jitter=1.0) == [Start("b"), Start("c"), Start("d")]


def test_rest_for_one_waits_for_the_back_off_of_the_first_and_the_end_of_the_last():
    kin = family(Strategy.REST_FOR_ONE, "a", "b")
    orders = kin.died("a", 1.0, jitter=1.0)
    assert after_the_wait(kin, orders) == []  # b has not ended yet
    assert kin.died("b", 2.0, jitter=1.0) == [Start("a"), Start("b")]

    orders = kin.died("a", 3.0, jitter=1.0)
    assert kin.died("b", 3.1, jitter=1.0) == []  # the back-off of a is not over yet
    assert after_the_wait(kin, orders) == [Start("a"), Start("b")]


def test_rest_for_one_with_an_earlier_death_meanwhile():
    kin = family(Strategy.REST_FOR_ONE, "a", "b", "c")
    kin.died("b", 60.0, jitter=1.0)
    assert kin.died("a", 60.1, jitter=1.0) == []  # c is still ending
    assert kin.died("c", 60.2, jitter=1.0) == [Start("a"), Start("b"), Start("c")]


def test_a_child_that_was_ended_for_another_one_is_not_blamed():
    kin = family(Strategy.REST_FOR_ONE, "a", "b", intensity=Intensity(restarts=1, seconds=1000))
    for moment in range(5):
        orders = kin.died("a", 60.0 * moment + 60, jitter=0.0)
        if any(isinstance(each, LostHope) for each in orders):
            assert moment == 1
            return
        kin.died("b", 60.0 * moment + 60, jitter=0.0)
        kin.started("a", 60.0 * moment + 60)
    raise AssertionError("never given up")


def test_one_that_does_not_end_is_killed():
    kin = family(Strategy.REST_FOR_ONE, "a", "b")
    stop = next(each for each in kin.died("a", 60.0, jitter=1.0) if isinstance(each, Stop))
    assert stop.seconds == 5.0
    assert kin.overdue("b", stop.turn) == [Kill("b")]
    kin.died("b", 65.0, jitter=1.0)
    assert kin.overdue("b", stop.turn) == []


def test_hope_is_lost_with_escalation_or_for_a_while():
    kin = family(Strategy.ONE_FOR_ONE, "a", intensity=ONCE)
    (lost,) = kin.died("a", 1.0, jitter=1.0)
    assert (lost.key, lost.escalates) == ("a", True)
    assert kin.phase("a") is Phase.HOPELESS

    kin = family(Strategy.ONE_FOR_ONE, "a", intensity=ONCE, hopeless=TryAgain(30.0))
    lost, later = kin.died("a", 1.0, jitter=1.0)
    assert not lost.escalates
    assert later.seconds == 30.0
    assert kin.due("a", later.turn) == [Start("a")]
    kin.started("a", 31.0)
    assert any(isinstance(each, LostHope) for each in kin.died("a", 32.0, jitter=1.0))


def test_rest_for_one_keeps_the_rest_down_while_one_is_hopeless():
    kin = family(Strategy.REST_FOR_ONE, "a", "b", intensity=ONCE, hopeless=TryAgain(30.0))
    orders = kin.died("a", 1.0, jitter=1.0)
    assert kin.died("b", 1.1, jitter=1.0) == []
    assert after_the_wait(kin, orders) == [Start("a"), Start("b")]


def test_a_dismissed_child_is_asked_to_end_and_forgotten():
    kin = family(Strategy.ONE_FOR_ONE, "a", "b")
    (stop,) = kin.dismissed("a")
    assert stop.key == "a"
    assert kin.overdue("a", stop.turn) == [Kill("a")]
    assert kin.died("a", 1.0, jitter=1.0) == []
    assert "a" not in kin
    assert kin.dismissed("never named") == []


def test_a_wait_that_was_ordered_before_a_dismissal_starts_nothing():
    kin = family(Strategy.ONE_FOR_ONE, "a")
    orders = kin.died("a", 1.0, jitter=1.0)
    assert kin.dismissed("a") == []
    kin.named(spec("a"))
    assert after_the_wait(kin, orders) == []


def test_what_was_ordered_for_an_earlier_child_of_the_name_is_not_obeyed():
    kin = family(Strategy.ONE_FOR_ONE, "a")
    (wait,) = kin.died("a", 1.0, jitter=1.0)
    kin.dismissed("a")
    kin.named(spec("a"))
    kin.started("a", 2.0)
    kin.died("a", 3.0, jitter=1.0)
    assert kin.due("a", wait.turn) == []


class AnyHistory(RuleBasedStateMachine):
    """Whatever happens in whatever order, the rules of the strategy hold and nobody who is kept is forgotten."""

    strategy = Strategy.REST_FOR_ONE

    def __init__(self) -> None:
        super().__init__()
        self.kin = Family(self.strategy)
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
            assert (key in self.alive) == (phase in (Phase.ALIVE, Phase.STOPPING, Phase.LEAVING))
            if phase is Phase.HOPELESS:
                assert any(wait.key == key for wait in self.waits)
        assert self.alive <= set(keys)
        self.check_order(keys)

    def check_order(self, keys: list[str]) -> None:
        ending = any(self.kin.phase(key) is Phase.STOPPING for key in keys)
        down = [key for key in keys if self.kin.phase(key) in (Phase.WAITING, Phase.HOPELESS)]
        if down:  # the first of them is waited for: by its own back-off, or for those that end
            assert ending or any(wait.key == down[0] for wait in self.waits)
        if self.strategy is Strategy.REST_FOR_ONE and down:
            later = keys[keys.index(down[0]) :]
            assert not [key for key in later if self.kin.phase(key) is Phase.ALIVE]


class AnyHistoryOneForOne(AnyHistory):
    strategy = Strategy.ONE_FOR_ONE


TestRestForOne = AnyHistory.TestCase
TestRestForOne.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
TestOneForOne = AnyHistoryOneForOne.TestCase
TestOneForOne.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
