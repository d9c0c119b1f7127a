"""The story of a schedule as a page."""

from lotkeeper.verification.story_page.model import Lane
from lotkeeper.verification.story_page.render import render
from tests.simulation.pages import page_of
from tests.simulation.schedule import play


def test_a_schedule_is_shown_with_its_orders_lots_messages_and_faults():
    verdict = play(20, with_story=True)
    page = page_of(verdict)
    assert {mark.lane for mark in page.marks} == set(Lane)
    assert sum(track.is_lot for track in page.tracks) == verdict.lots
    assert any(track.name.startswith("SELL lk1-") for track in page.tracks)
    assert "Simulation, seed 20" in render(page)
