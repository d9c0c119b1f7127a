"""Same inputs, same effects: what keepers were told in a simulated life is told again to new ones, with no world."""

import pickle
from dataclasses import dataclass, field
from typing import Any

import pytest

from actors.pair_keeper import actor
from actors.pair_keeper.core import KeeperCore
from actors.pair_keeper.effects import Moment
from messages.orders import PlaceSellOrder
from tests.simulation.schedule import play

SEEDS = (0, 1, 9, 19, 35, 102, 654)


@dataclass
class Life:
    """All that one keeper was told, and what it wanted done each time; as text, in which no field is left out."""

    start: bytes
    inputs: list[tuple[bytes, Any, Moment]] = field(default_factory=list)
    effects: list[list[str]] = field(default_factory=list)


@pytest.fixture
def lives(monkeypatch):
    """The lives of all keepers that begin from now on."""
    found: list[Life] = []

    class Recorded(KeeperCore):
        def __init__(self, start):
            super().__init__(start)
            self.life = Life(pickle.dumps(start))
            found.append(self.life)

        def handle(self, event, sender, now):
            self.life.inputs.append((pickle.dumps(event), sender, now))
            effects: list[str] = []
            self.life.effects.append(effects)
            for effect in super().handle(event, sender, now):
                effects.append(repr(effect))
                yield effect

    monkeypatch.setattr(actor, "KeeperCore", Recorded)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_a_recorded_life_replays(lives, seed):
    assert not play(seed).broken
    assert any(PlaceSellOrder.__name__ in effect for life in lives for told in life.effects for effect in told)
    for life in lives:
        core = KeeperCore(pickle.loads(life.start))
        for (event, sender, now), effects in zip(life.inputs, life.effects, strict=True):
            assert [repr(each) for each in core.handle(pickle.loads(event), sender, now)] == effects
