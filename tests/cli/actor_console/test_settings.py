"""Order, filter, pause, interval and pane of the console."""

import pytest

from cli.actor_console.settings import INTERVALS_S, Pane, Settings


def test_a_column_is_sorted_and_then_the_other_way_round():
    once = Settings().sorted_by("CPU")
    again = once.sorted_by("CPU")
    assert (once.sort, once.is_reversed) == ("CPU", False)
    assert (again.sort, again.is_reversed) == ("CPU", True)
    assert again.sorted_by("Mailbox") == Settings(sort="Mailbox")
    assert again.sorted_by(None).sorted_by(None) == Settings()


def test_the_tree_stands_before_the_first_column():
    assert Settings().sorted_by_next(1).sort == "Actor"
    assert Settings().sorted_by_next(-1).sort == "In hand"
    assert Settings(sort="In hand").sorted_by_next(1).sort is None


@pytest.mark.parametrize(("every_s", "longer", "shorter"), [(2.0, 5.0, 1.0), (3.0, 5.0, 2.0), (60.0, 60.0, 30.0)])
def test_the_interval_goes_in_steps(every_s, longer, shorter):
    assert Settings(every_s=every_s).asking(1).every_s == longer
    assert Settings(every_s=every_s).asking(-1).every_s == shorter
    assert Settings(every_s=INTERVALS_S[0]).asking(-1).every_s == INTERVALS_S[0]


def test_a_pane_is_opened_changed_and_closed():
    assert Settings().with_pane(Pane.ACTOR).with_pane(Pane.LOSSES).pane == Pane.LOSSES
    assert Settings().with_pane(Pane.ACTOR).with_pane(Pane.ACTOR).pane == Pane.NONE
