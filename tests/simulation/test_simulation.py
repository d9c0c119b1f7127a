"""Fifty schedules at each change, and some of each further kind; `make longest` plays all others.

These are a hundred and fifty, and those of the further kinds. Two of five have a distance to the exchange. The kept
seeds are in `kept_seeds.py`. `make simulate` plays thousands.
"""

import os
import subprocess
import sys
from hashlib import sha256

import pytest

from tests.mutation.copies import ROOT
from tests.simulation.kept_seeds import KEPT
from tests.simulation.schedule import play
from tests.simulation.world import CrashPoint

AT_ONCE = 50
FIRST_SEEDS = (0, *(pytest.param(first, marks=pytest.mark.longest) for first in (50, 100, 150)))
SYSTEMATIC = 11
AT_MOST = 24
FEW = 8  # schedules of a further kind at each change


def in_two_parts(seeds):
    """The first of them at each change, the others in `make longest`."""
    parts = [seeds[:FEW], pytest.param(seeds[FEW:], marks=pytest.mark.longest)]
    return pytest.mark.parametrize("seeds", parts, ids=["few", "others"])


# Round trips of 20 to 300 ms; ten with slow queries as well, of which some come first.
DISTANT = [*range(117, 123), *range(100, 117), *range(123, 130)]


@pytest.mark.parametrize("first", FIRST_SEEDS)
def test_the_promise_holds_in_every_schedule(first):
    """And the schedules are a test: the keepers could know most BUYs, and these have SELLs."""
    verdicts = {seed: play(seed) for seed in range(first, first + AT_ONCE)}
    assert [f"seed {seed}: {verdict.broken}" for seed, verdict in verdicts.items() if verdict.broken] == []
    lots, exempt, sells = (
        sum(getattr(each, name) for each in verdicts.values()) for name in ("lots", "exempt", "sells")
    )
    assert lots >= 2 * AT_ONCE
    assert exempt < lots / 4
    assert sells >= lots


@pytest.mark.parametrize("kept", KEPT, ids=str)
def test_the_promise_holds_where_it_was_broken_once(kept):
    assert play(kept.seed, **kept.options).broken == ""


def test_each_kept_seed_stands_in_the_documentation():
    text = (ROOT / "docs" / "proof.md").read_text()
    assert [kept.row for kept in KEPT if kept.row not in text] == []


@in_two_parts(range(20))
def test_the_promise_holds_while_queries_are_behind_by_up_to_a_minute(seeds):
    broken = {seed: play(seed, has_slow_queries=True).broken for seed in seeds}
    assert {seed: text for seed, text in broken.items() if text} == {}


@in_two_parts(range(25))
def test_the_promise_holds_whatever_the_way_of_selling(seeds):
    broken = {seed: play(seed, has_exits=True).broken for seed in seeds}
    assert {seed: text for seed, text in broken.items() if text} == {}


@in_two_parts(range(25))
def test_the_promise_holds_for_lots_that_are_sold_as_a_group(seeds):
    broken = {seed: play(seed, has_group=True).broken for seed in seeds}
    assert {seed: text for seed, text in broken.items() if text} == {}


@in_two_parts(range(16))
def test_the_promise_holds_while_the_configuration_is_reloaded(seeds):
    broken = {seed: play(seed, has_reloads=True, has_exits=seed % 2 == 0).broken for seed in seeds}
    assert {seed: text for seed, text in broken.items() if text} == {}


@in_two_parts(range(16))
def test_the_promise_holds_while_the_kill_switch_is_turned_on_and_off(seeds):
    broken = {seed: play(seed, has_halts=True, has_exits=seed % 2 == 0).broken for seed in seeds}
    assert {seed: why for seed, why in broken.items() if why} == {}


@in_two_parts(DISTANT)
def test_the_promise_holds_at_a_distance(seeds):
    broken = {seed: play(seed, is_distant=True, has_slow_queries=seed >= 120).broken for seed in seeds}
    assert {seed: text for seed, text in broken.items() if text} == {}


@in_two_parts(range(20))
def test_the_promise_holds_where_the_gateway_dies_between_an_answer_and_telling_of_it(seeds):
    """The next Gateway has only the journal to know that the order is on the exchange."""
    broken = {seed: play(seed, dies_after_answer=True).broken for seed in seeds}
    assert {seed: text for seed, text in broken.items() if text} == {}


@in_two_parts(range(30))
def test_the_promise_holds_for_a_pair_among_many(seeds):
    """Its keeper leaves out requests and puts others off."""
    verdicts = {seed: play(seed, is_one_of_many=True) for seed in seeds}
    assert [f"seed {seed}: {verdict.broken}" for seed, verdict in verdicts.items() if verdict.broken] == []


@pytest.mark.parametrize("hashing", ["1", pytest.param("2", marks=pytest.mark.long)])
def test_one_integer_gives_one_schedule_in_any_process(hashing):
    code = "from tests.simulation.schedule import play; print('\\n'.join(play(17, with_story=True).story))"
    here = "\n".join(play(17, with_story=True).story) + "\n"
    environment = {**os.environ, "PYTHONHASHSEED": hashing}
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert sha256(there.stdout.encode()).digest() == sha256(here.encode()).digest()


@pytest.mark.parametrize("is_distant", [False, pytest.param(True, marks=pytest.mark.long)])
@pytest.mark.parametrize("effects", [-1, 0, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("half", [0, pytest.param(1, marks=pytest.mark.long)])
def test_a_crash_at_one_message_after_the_other(half, effects, is_distant):
    """The actor that handles a message dies before it, after it without sending anything, or after one effect."""
    boundaries = play(SYSTEMATIC, is_distant=is_distant).handled
    broken = []
    for at in range(1, boundaries, max(1, boundaries // AT_MOST))[half::2]:
        verdict = play(SYSTEMATIC, crash_points=(CrashPoint(at, effects),), is_distant=is_distant)
        broken += [f"at message {at}: {verdict.broken}"] if verdict.broken else []
    assert broken == []
