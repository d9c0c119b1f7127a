"""A broken schedule is shortened to the choices that it needs, and stays broken in the same way."""

import pytest

from tests.simulation.planted import shrink as shrink_planted
from tests.simulation.planted_bugs import PLANTED
from tests.simulation.schedule import play
from tests.simulation.shrinking.script import Script
from tests.simulation.shrinking.shrink import shrink

MOST_EVENTS = 20
SHORTENED = ("the same fill counts each time it arrives", "a new Gateway forgets what was in flight")


@pytest.mark.parametrize("seed", [0, 9, 17])
def test_a_recorded_schedule_is_the_same_schedule(seed):
    script = Script()
    verdict = play(seed, with_story=True, script=script)
    assert verdict == play(seed, with_story=True)
    assert verdict == play(seed, with_story=True, script=Script(script.recorded))


def test_what_is_left_out_of_a_plan_does_not_happen():
    script = Script()
    play(0, script=script)
    quiet = play(0, script=Script(script.recorded, frozenset(script.planned)))
    assert (quiet.lots, quiet.broken) == (0, "")


def test_a_schedule_that_holds_has_nothing_to_shorten():
    assert shrink(0, {}, lambda _: None) is None


@pytest.mark.long
@pytest.mark.parametrize("what", SHORTENED)
def test_the_story_of_a_planted_bug_is_short_and_the_bug_s_alone(what, tmp_path):
    bug = next(each for each in PLANTED if each.what == what)
    (*events, verdict), holds_without = shrink_planted(bug, tmp_path / "script.json")
    assert len(events) < MOST_EVENTS
    assert "the promise held" not in verdict
    assert holds_without
