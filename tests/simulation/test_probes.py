"""What the schedules reach, they reach still: a small set of them plays every probe that is stated as reached.

`python -m tests.simulation --probes --seeds 2000 --write` chooses them again where a change has moved what happens in
schedules. A probe that none of those reaches any more is not reached: say why in `probes/reasons.py`, or mend it.
"""

import pytest

from tests.mutation.copies import ROOT
from tests.simulation.probes.catalogue import PROBES
from tests.simulation.probes.command import table
from tests.simulation.probes.counting import TABLES, counted_tables
from tests.simulation.probes.kinds import kind_of, play_watched
from tests.simulation.probes.reasons import why_unreached
from tests.simulation.probes.results import load
from tests.simulation.schedule import play

KEPT = load()


def test_each_probe_is_reached_or_says_why_not():
    assert [probe for probe in PROBES if probe not in KEPT.reached and not why_unreached(probe)] == []
    assert set(KEPT.reached) <= set(PROBES)


def test_the_table_in_the_documentation_is_this_one():
    text = (ROOT / "docs" / "proof.md").read_text()
    assert "\n".join(table(KEPT)) in text


@pytest.mark.parametrize("seed", [*KEPT.quick, *(pytest.param(seed, marks=pytest.mark.long) for seed in KEPT.further)])
def test_what_a_schedule_reached_it_reaches_still(seed):
    _, reached = play_watched(seed)
    assert [probe for probe, by in KEPT.witnesses.items() if by == seed and probe not in reached] == []


def test_a_schedule_plays_the_same_whether_it_is_watched_or_not():
    seed = KEPT.quick[0]
    assert play_watched(seed)[0] == play(seed, **kind_of(seed))


def test_a_table_is_as_before_when_nobody_counts_any_more():
    before = {name: {state: dict(row) for state, row in table.items()} for name, table in TABLES.items()}
    with counted_tables(lambda *_: None):
        pass
    assert before == TABLES
    assert all(type(row) is dict for table in TABLES.values() for row in table.values())
