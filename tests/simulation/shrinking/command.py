"""`python -m tests.simulation --shrink SEED`: the shortest story, and the file from which it can be played again."""

import json
from pathlib import Path

from tests.simulation.schedule import Verdict, play
from tests.simulation.shrinking.shrink import Shrunk, Told, play_script, shrink

Lines = tuple[list[str], bool]  # what is printed, and whether the promise held


def shrink_seed(seed: int, options: dict[str, bool | None], save: str | None, tell: Told) -> Verdict:
    """The verdict of the shortest schedule, with its story."""
    found = shrink(seed, options, tell)
    if found is None:
        return play(seed, with_story=True, **options)
    if save:
        Path(save).write_text(json.dumps(_as_json(found), indent=1) + "\n")
    return play_script(found, with_story=True)


def play_saved(file: str) -> Verdict:
    """Plays it again, for instance with other sources; the places it names are lines of tests/simulation."""
    kept = json.loads(Path(file).read_text())
    choices = {(where, times): said for where, times, said in kept["choices"]}
    left_out = frozenset((where, times) for where, times in kept["left_out"])
    nobody = Verdict(kept["seed"], "", 0, 0, 0, 0, 0)
    return play_script(Shrunk(kept["seed"], kept["options"], choices, left_out, (), nobody), with_story=True)


def events_of(verdict: Verdict) -> Lines:
    """The story without the messages, questions and answers: what a person would tell of it."""
    events = [line for line in verdict.told if line.is_event]
    lines = [f"{number:3} {line}" for number, line in enumerate(events, 1)]
    return [*lines, f"seed {verdict.seed}: {verdict.broken or 'the promise held'}"], not verdict.broken


def _as_json(found: Shrunk) -> dict[str, object]:
    return {
        "seed": found.seed,
        "options": found.options,
        "choices": [[where, times, said] for (where, times), said in found.choices.items()],
        "left_out": [[where, times] for where, times in sorted(found.left_out)],
    }
