"""Our top-level packages have common names: another distribution with one of these names would break the service."""

import importlib.metadata
import sys
from collections.abc import Mapping, Sequence

OUR_PACKAGES = ("binance_sim", "actors", "cli", "lotkeeper", "messages", "persistence")
DISTRIBUTION = "lotkeeper"


def describe_clashes(owners: Mapping[str, Sequence[str]]) -> list[str]:
    """A sentence for each of our packages that another distribution has too. `owners` is by top-level name."""
    found = ((name, sorted(set(owners.get(name, ())) - {DISTRIBUTION})) for name in OUR_PACKAGES)
    return [
        f"the installed package {' and '.join(others)} also has a top-level folder {name!r}, like lotkeeper; "
        "install lotkeeper into a virtual environment of its own"
        for name, others in found
        if others
    ]


def find_clashes() -> list[str]:
    """A sentence for each of our packages that another installed distribution has too."""
    for distribution in importlib.metadata.distributions():
        if _has_our_package(distribution) and distribution.metadata["Name"] != DISTRIBUTION:
            return describe_clashes(importlib.metadata.packages_distributions())
    return []


def refuse_clashes() -> None:
    """Ends the process with code 2 and a sentence if another installed distribution has one of our packages."""
    if sentences := find_clashes():
        sys.stderr.write("".join(f"Error: {sentence}\n" for sentence in sentences))
        sys.exit(2)


def _has_our_package(distribution: importlib.metadata.Distribution) -> bool:
    """Fast, while packages_distributions reads every file list. A distribution may lack top_level.txt."""
    top_level = distribution.read_text("top_level.txt")
    names = top_level.split() if top_level is not None else _first_folders(distribution)
    return any(name in OUR_PACKAGES for name in names)


def _first_folders(distribution: importlib.metadata.Distribution) -> set[str]:
    record = distribution.read_text("RECORD") or ""
    return {line.partition("/")[0] for line in record.splitlines()}
