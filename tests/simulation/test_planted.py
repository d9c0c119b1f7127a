"""Planted bugs are found by the schedules that the documentation names, which find nothing without them.

Two of the forty here; `make planted` tries them all, and `make long` that each schedule holds without its bug.
"""

import pytest

from tests.mutation.copies import ROOT
from tests.simulation.planted import try_bugs
from tests.simulation.planted_bugs import PLANTED
from tests.simulation.schedule import play


def test_a_planted_bug_is_found_by_its_schedule():
    assert [bug.what for bug, line in try_bugs(PLANTED[2:4]) if not line] == []


HERE = 2


@pytest.mark.parametrize(
    "bug",
    [*PLANTED[:HERE], *(pytest.param(bug, marks=pytest.mark.long) for bug in PLANTED[HERE:])],
    ids=lambda bug: bug.what,
)
def test_without_the_bug_its_schedule_holds(bug):
    kind = {"has_slow_queries": bug.is_slow, "dies_after_answer": bug.is_answered, "has_top_ups": bug.has_top_ups}
    assert play(bug.seed, **kind, has_exits=bug.has_exits, has_sales=bug.is_sold, has_group=bug.has_group).broken == ""


def test_the_table_in_the_documentation_is_this_one():
    text = (ROOT / "docs" / "reference" / "verification.md").read_text()
    for bug in PLANTED:
        seed = " with ".join([f"{bug.seed}", *(f"`{option}`" for option in bug.options)])
        assert f"| {bug.what} | {seed} | {bug.point} |" in text
