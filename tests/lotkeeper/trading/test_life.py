"""A pair's whole life at random; what must always hold is asserted after every move."""

from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.lotkeeper.trading.world import MOVES, POLICIES, World

UNHURRIED = {"deadline": None, "suppress_health_check": list(HealthCheck)}


class Life(RuleBasedStateMachine):
    """Moves and dice are Hypothesis's: it looks for the shortest way to a fault."""

    @initialize(policy=st.sampled_from(POLICIES))
    def begin(self, policy):
        self.world = World(policy)

    @rule(move=st.sampled_from(list(MOVES)), dice=st.randoms(use_true_random=False))
    def moves(self, move, dice):
        move(self.world, dice)

    @invariant()
    def holds(self):
        if hasattr(self, "world"):
            self.world.check()

    def teardown(self):
        if hasattr(self, "world"):
            self.world.settle()


Life.TestCase.settings = settings(max_examples=40, stateful_step_count=40, **UNHURRIED)
TestLife = Life.TestCase


@pytest.mark.long
@settings(max_examples=60, phases=[Phase.generate], **UNHURRIED)
@given(seed=st.integers(0, 2**32), policy=st.sampled_from(POLICIES))
def test_long_lives(seed, policy):
    """Many moves in a row, weighted so that everything happens that can happen."""
    live(World(policy), Random(seed), moves=150)


def live(world, dice, moves):
    for move in dice.choices(list(MOVES), list(MOVES.values()), k=moves):
        move(world, dice)
        world.check()
    world.settle()


@pytest.mark.long
def test_the_long_lives_see_every_decision():
    """A test of the test: with these dice, and so with those of Hypothesis, nothing that can be decided is missed."""
    seen = {}
    for seed in range(60):
        world = World(POLICIES[seed % len(POLICIES)])
        live(world, Random(seed), moves=150)
        for kind, count in world.seen.items():
            seen[kind] = seen.get(kind, 0) + count
    wanted = {"PlaceSell", "Wait", "Park", "Queue", "Close", "CancelSell its own", "CancelSell another's"}
    wanted |= {"TransferDust new", "TransferDust for a SELL that has it"}
    assert wanted <= seen.keys()
