"""How often a channel sends."""

from hypothesis import given
from hypothesis import strategies as st

from actors.alerts.pace import Pace
from tests.actors.alerts.examples import NOW_MS

DAY_MS = 86_400_000


def moments(pace: Pace, until_ms: int, *, is_urgent: bool = False, works: bool = True) -> list[int]:
    """When messages are sent while there is always something to tell; in seconds from the beginning."""
    sent = []
    for now_ms in range(NOW_MS, NOW_MS + until_ms, 1000):
        pace = pace.wanted(now_ms)
        if pace.may_send(now_ms, is_urgent=is_urgent):
            sent.append((now_ms - NOW_MS) // 1000)
            pace = pace.delivered(now_ms) if works else pace.failed(now_ms)
    return sent


def test_a_message_waits_a_moment_for_what_happens_with_it_and_the_next_ones_longer():
    assert moments(Pace(), 1_200_000) == [2, 22, 42, 72, 132, 252, 552, 852, 1152]


def test_what_is_new_and_critical_waits_a_minute_at_most():
    assert moments(Pace(), 400_000, is_urgent=True) == [2, 22, 42, 72, 132, 192, 252, 312, 372]


def test_a_channel_that_fails_is_tried_less_and_less():
    assert moments(Pace(), 1_300_000, works=False) == [2, 12, 32, 72, 152, 312, 612, 1212]


def test_after_a_calm_time_the_next_message_is_the_first_of_a_row():
    pace = Pace().wanted(NOW_MS).delivered(NOW_MS).wanted(NOW_MS).delivered(NOW_MS + 30_000)
    assert pace.row == 2
    assert pace.delivered(NOW_MS + DAY_MS).row == 1


def test_nothing_is_sent_while_nothing_is_to_be_told():
    assert not Pace().may_send(NOW_MS, is_urgent=True)
    assert not Pace().wanted(NOW_MS).idle().may_send(NOW_MS + DAY_MS, is_urgent=True)


@given(st.lists(st.sampled_from(["works", "fails"]), max_size=30), st.booleans())
def test_a_day_has_few_messages_whatever_happens(results, is_urgent):
    pace, sent, outcomes = Pace(), 0, iter(results)
    for now_ms in range(NOW_MS, NOW_MS + 3_600_000, 1000):
        pace = pace.wanted(now_ms)
        if pace.may_send(now_ms, is_urgent=is_urgent):
            sent += 1
            pace = pace.failed(now_ms) if next(outcomes, "works") == "fails" else pace.delivered(now_ms)
    assert sent <= 90
