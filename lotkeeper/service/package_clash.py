"""Four of our import packages have common names: another distribution that owns one of them would break the service."""

import importlib.metadata
import sys
from collections.abc import Mapping, Sequence

OURS = ("binance_sim", "actors", "cli", "lotkeeper", "messages", "persistence")
DISTRIBUTION = "lotkeeper"


def clashes(owners: Mapping[str, Sequence[str]]) -> list[str]:
    """A sentence for each of our names that another distribution owns too; `owners` is by top-level name."""
    found = ((name, sorted(set(owners.get(name, ())) - {DISTRIBUTION})) for name in OURS)
    return [
        f"the installed package {' and '.join(others)} also has a top-level folder {name!r}, which is lotkeeper's; "
        "give lotkeeper an environment of its own"
        for name, others in found
        if others
    ]


def refuse_clashes() -> None:
    """Ends the process with code 2 and a sentence when another installed distribution owns one of our names."""
    for distribution in importlib.metadata.distributions():
        if distribution.metadata["Name"] != DISTRIBUTION and _claims(distribution):
            break
    else:
        return
    sentences = clashes(importlib.metadata.packages_distributions())
    if sentences:
        sys.stderr.write("".join(f"Error: {sentence}\n" for sentence in sentences))
        sys.exit(2)


def _claims(distribution: importlib.metadata.Distribution) -> bool:
    """A quick look, where packages_distributions reads every file list; a distribution may lack top_level.txt."""
    top_level = distribution.read_text("top_level.txt")
    names = top_level.split() if top_level is not None else _first_folders(distribution)
    return any(name in OURS for name in names)


def _first_folders(distribution: importlib.metadata.Distribution) -> set[str]:
    record = distribution.read_text("RECORD") or ""
    return {line.partition("/")[0] for line in record.splitlines()}
