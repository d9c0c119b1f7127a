from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.engine.supervision.restarting import (
    Backoff,
    GiveUp,
    History,
    Intensity,
    RestartAfter,
    RestartNow,
    decide,
)

BACKOFF = Backoff(first=0.1, factor=2.0, most=1.0, healthy_after=10.0)


def test_the_first_death_after_a_long_life_restarts_at_once():
    history = History().after_death(0.0, 10.0, Intensity(), BACKOFF)
    assert decide(history, Intensity(), BACKOFF, jitter=1.0) == RestartNow()


def test_the_ceiling_doubles_and_stays():
    assert [BACKOFF.ceiling(n) for n in range(1, 7)] == [0.1, 0.2, 0.4, 0.8, 1.0, 1.0]
    assert BACKOFF.ceiling(10_000) == 1.0


def test_short_lives_in_a_row_are_remembered_and_forgiven():
    history = History()
    for end in (1.0, 2.0, 3.0):
        history = history.after_death(end - 1, end, Intensity(), BACKOFF)
    assert decide(history, Intensity(), BACKOFF, jitter=0.5) == RestartAfter(0.2)
    assert history.after_death(3.0, 13.0, Intensity(), BACKOFF).short_lives == 0


def test_one_more_than_allowed_gives_up():
    intensity = Intensity(restarts=2, seconds=5.0)
    history = History()
    for end in (1.0, 2.0):
        history = history.after_death(0.0, end, intensity, BACKOFF)
    assert isinstance(decide(history, intensity, BACKOFF, 0.0), RestartAfter)
    assert isinstance(decide(history.after_death(0.0, 5.9, intensity, BACKOFF), intensity, BACKOFF, 0.0), GiveUp)
    assert isinstance(decide(history.after_death(0.0, 6.1, intensity, BACKOFF), intensity, BACKOFF, 0.0), RestartAfter)


@given(
    lives=st.lists(st.floats(0, 30), max_size=40),
    restarts=st.integers(0, 8),
    seconds=st.floats(0.1, 60),
    jitter=st.floats(0, 1),
)
def test_never_more_restarts_in_the_window_than_allowed(lives, restarts, seconds, jitter):
    intensity, history, now, restarted = Intensity(restarts, seconds), History(), 0.0, []
    for life in lives:
        started, now = now, now + life
        history = history.after_death(started, now, intensity, BACKOFF)
        decision = decide(history, intensity, BACKOFF, jitter)
        if isinstance(decision, GiveUp):
            return
        restarted.append(now)
        assert len([each for each in restarted if now - each < seconds]) <= restarts
        if isinstance(decision, RestartAfter):
            assert 0 <= decision.seconds <= BACKOFF.most
            now += decision.seconds
