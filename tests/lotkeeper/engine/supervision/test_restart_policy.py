from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.engine.supervision.restart_policy import (
    Backoff,
    DeathHistory,
    Intensity,
    RestartAfter,
    RestartNow,
    StopRestarting,
    decide_restart,
)

BACKOFF = Backoff(first=0.1, factor=2.0, most=1.0, healthy_after=10.0)


def test_the_first_death_after_a_long_run_restarts_at_once():
    history = DeathHistory().add_death(0.0, 10.0, Intensity(), BACKOFF)
    assert decide_restart(history, Intensity(), BACKOFF, jitter=1.0) == RestartNow()


def test_the_longest_wait_doubles_up_to_a_limit():
    assert [BACKOFF.longest_wait(n) for n in range(1, 7)] == [0.1, 0.2, 0.4, 0.8, 1.0, 1.0]
    assert BACKOFF.longest_wait(10_000) == 1.0


def test_short_runs_in_a_row_are_counted_until_a_long_one():
    history = DeathHistory()
    for end in (1.0, 2.0, 3.0):
        history = history.add_death(end - 1, end, Intensity(), BACKOFF)
    assert decide_restart(history, Intensity(), BACKOFF, jitter=0.5) == RestartAfter(0.2)
    assert history.add_death(3.0, 13.0, Intensity(), BACKOFF).short_runs == 0


def test_one_more_than_allowed_gives_up():
    intensity = Intensity(restarts=2, seconds=5.0)
    history = DeathHistory()
    for end in (1.0, 2.0):
        history = history.add_death(0.0, end, intensity, BACKOFF)
    assert isinstance(decide_restart(history, intensity, BACKOFF, 0.0), RestartAfter)
    assert isinstance(
        decide_restart(history.add_death(0.0, 5.9, intensity, BACKOFF), intensity, BACKOFF, 0.0), StopRestarting
    )
    assert isinstance(
        decide_restart(history.add_death(0.0, 6.1, intensity, BACKOFF), intensity, BACKOFF, 0.0), RestartAfter
    )


@given(
    runs=st.lists(st.floats(0, 30), max_size=40),
    restarts=st.integers(0, 8),
    seconds=st.floats(0.1, 60),
    jitter=st.floats(0, 1),
)
def test_never_more_restarts_in_the_window_than_allowed(runs, restarts, seconds, jitter):
    intensity, history, now, restarted = Intensity(restarts, seconds), DeathHistory(), 0.0, []
    for run in runs:
        started, now = now, now + run
        history = history.add_death(started, now, intensity, BACKOFF)
        decision = decide_restart(history, intensity, BACKOFF, jitter)
        if isinstance(decision, StopRestarting):
            return
        restarted.append(now)
        assert len([each for each in restarted if now - each < seconds]) <= restarts
        if isinstance(decision, RestartAfter):
            assert 0 <= decision.seconds <= BACKOFF.most
            now += decision.seconds
