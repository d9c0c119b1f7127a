"""`python -m tests.simulation --probes`: which probes the schedules reach, as a table in Markdown."""

from collections.abc import Iterator

from tests.simulation.probes.catalogue import FAMILIES, PROBES, Probe, why_impossible
from tests.simulation.probes.kinds import play_all
from tests.simulation.probes.reasons import why_unreached
from tests.simulation.probes.results import Results, load, results_of, save

NO_REASON = "**no reason is stated**"


def count_probes(first: int, seeds: int, workers: int, *, is_written: bool) -> tuple[list[str], bool]:
    """The lines of the table, and whether all is well: each probe is reached, as before, or has its reason."""
    broken: list[str] = []

    def played() -> Iterator[tuple[int, int, set[Probe]]]:
        for verdict, reached in play_all(range(first, first + seeds), workers):
            if verdict.broken:
                broken.append(f"seed {verdict.seed}: {verdict.broken}")
            yield verdict.seed, verdict.handled, reached

    before, found = load(), results_of(played())
    if is_written:
        save(found)
    unstated = [probe for probe in PROBES if probe not in found.reached and not why_unreached(probe)]
    lost = [" ".join(probe) for probe in before.reached if probe not in found.reached]
    seen = f"{len(unstated)} probes are not reached and have no reason; {len(lost)} were reached before: {lost}"
    return [*table(found), "", *broken, seen], not (broken or unstated or lost)


def table(found: Results) -> list[str]:
    """As it stands in docs/proof.md: for each family what is reached, then why the rest is not."""
    lines = []
    for family, title in FAMILIES.items():
        names = [name for kind, name in PROBES if kind == family]
        reached = [name for name in names if (family, name) in found.reached]
        missing = _by_reason(family, [name for name in names if name not in reached])
        possible = len(reached) + sum(map(len, missing.values()))
        lines += ["", f"**{title}**: {len(reached)} of {possible} reached.", ""]
        lines += [f"| Reached | Schedules, of {found.schedules:,} |", "|---|---|"]
        lines += [f"| {name} | {found.reached[family, name]:,} |" for name in reached]
        lines += ["", "| Not reached | Why |", "|---|---|"] if missing else []
        lines += [f"| {', '.join(names)} | {why} |" for why, names in missing.items()]
    return lines[1:]


def _by_reason(family: str, names: list[str]) -> dict[str, list[str]]:
    """Without the cells that are impossible by their own table."""
    found: dict[str, list[str]] = {}
    for name in names:
        if not why_impossible((family, name)):
            found.setdefault(why_unreached((family, name)) or NO_REASON, []).append(name)
    return found
