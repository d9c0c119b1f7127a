"""BNB for fees is bought once for each need, whoever dies and whatever gets lost."""

import logging

import pytest

from tests.simulation.schedule import play
from tests.simulation.top_ups import TopUpSchedule, Victims
from tests.simulation.world import World

SEEDS = 8
HALVES = [range(4), pytest.param(range(4, SEEDS), marks=pytest.mark.long)]
AT_ONCE = 4  # schedules, over some hours each
FURTHER = [
    pytest.param(SEEDS, marks=pytest.mark.long),
    *(pytest.param(first, marks=pytest.mark.longest) for first in range(SEEDS + AT_ONCE, 128, AT_ONCE)),
]


@pytest.fixture
def silent():
    """Faults are logged by the hundred."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("silent")
@pytest.mark.parametrize("seeds", HALVES, ids=["some", "others"])
def test_each_need_is_met_once(seeds):
    bought = 0
    for seed in seeds:
        world = World(seed, has_top_ups=True)
        assert world.top_ups is not None
        TopUpSchedule(world, world.top_ups).run()
        bought += len(world.top_ups.bought)
        assert 1 <= len(world.top_ups.bought) <= len(world.top_ups.needs_s), seed
    assert bought > len(seeds)


@pytest.mark.parametrize("first", FURTHER)
def test_the_promise_holds_in_further_schedules(first):
    verdicts = [play(seed, has_top_ups=True) for seed in range(first, first + AT_ONCE)]
    assert [f"seed {each.seed}: {each.broken}" for each in verdicts if each.broken] == []


def test_everybody_dies_somewhere():
    victims = {World(seed, has_top_ups=True).top_ups.kill.victims for seed in range(3 * SEEDS)}
    assert victims == set(Victims)
