"""What was reached, by how many schedules, and by which: kept in `reached.json`, which `--probes --write` renews."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.simulation.probes.catalogue import PROBES, Probe

FILE = Path(__file__).with_name("reached.json")
QUICK_MESSAGES = 15_000  # that the schedules of the quick test have together: a few seconds
_NUMBERS = re.compile(r"\[\s+([\d,\s]+?)\s+\]")


@dataclass(slots=True)
class Results:
    """`quick` and `further` are seeds that reach every probe of `reached` together; `quick` is played at each change.

    `witnesses` has one seed of these for each probe.
    """

    schedules: int = 0
    reached: dict[Probe, int] = field(default_factory=dict)  # in how many schedules
    witnesses: dict[Probe, int] = field(default_factory=dict)
    quick: tuple[int, ...] = ()
    further: tuple[int, ...] = ()


def results_of(played: Iterable[tuple[int, int, set[Probe]]]) -> Results:
    """From the seed, the number of messages and the probes of each schedule."""
    found = Results()
    by_seed: dict[int, tuple[int, set[Probe]]] = {}
    for seed, messages, probes in played:
        found.schedules += 1
        by_seed[seed] = (messages, probes)
        for probe in probes:
            found.reached[probe] = found.reached.get(probe, 0) + 1
    chosen = _cover(by_seed, found)
    spent = 0
    for place, seed in enumerate(chosen):
        spent += by_seed[seed][0]
        if spent > QUICK_MESSAGES:
            found.quick, found.further = tuple(chosen[:place]), tuple(chosen[place:])
            return found
    found.quick = tuple(chosen)
    return found


def _cover(by_seed: dict[int, tuple[int, set[Probe]]], found: Results) -> list[int]:
    """Seeds that reach everything, first those that reach most that is new for their messages."""
    missing, chosen = set(found.reached), []
    while missing:
        best = max(by_seed, key=lambda seed: (len(by_seed[seed][1] & missing) / (500 + by_seed[seed][0]), -seed))
        for probe in by_seed[best][1] & missing:
            found.witnesses[probe] = best
        missing -= by_seed[best][1]
        chosen.append(best)
    return chosen


def save(found: Results) -> None:
    families: dict[str, dict[str, list[int]]] = {}
    for family, name in PROBES:
        if (family, name) in found.reached:
            row = [found.reached[family, name], found.witnesses[family, name]]
            families.setdefault(family, {})[name] = row
    head = {"schedules": found.schedules, "quick": found.quick, "further": found.further}
    FILE.write_text(_as_lines({**head, "reached": families}))


def load() -> Results:
    kept = json.loads(FILE.read_text())
    rows = {(family, name): row for family, names in kept["reached"].items() for name, row in names.items()}
    return Results(
        kept["schedules"],
        {probe: row[0] for probe, row in rows.items()},
        {probe: row[1] for probe, row in rows.items()},
        tuple(kept["quick"]),
        tuple(kept["further"]),
    )


def _as_lines(kept: dict[str, object]) -> str:
    """One probe a line, so that a change shows which of them it concerns."""
    text = json.dumps(kept, indent=1)
    return _NUMBERS.sub(lambda found: f"[{' '.join(found[1].split())}]", text) + "\n"
