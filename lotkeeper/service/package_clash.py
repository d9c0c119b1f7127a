"""Our top-level packages have common names: another distribution with one of these names would break the service."""

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

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
    if not any(map(_has_our_package, _other_distributions())):
        return []
    import importlib.metadata  # takes longer than all of the look above

    return describe_clashes(importlib.metadata.packages_distributions())


def refuse_clashes() -> None:
    """Ends the process with code 2 and a sentence if another installed distribution has one of our packages."""
    if sentences := find_clashes():
        sys.stderr.write("".join(f"Error: {sentence}\n" for sentence in sentences))
        sys.exit(2)


def _other_distributions() -> Iterator[Path]:
    """The folders in which the installers describe what they installed, without ours."""
    for folder in sys.path:
        with contextlib.suppress(OSError), os.scandir(folder or ".") as entries:
            for entry in entries:
                is_description = entry.name.endswith((".dist-info", ".egg-info"))
                if is_description and not entry.name.startswith((f"{DISTRIBUTION}-", f"{DISTRIBUTION}.")):
                    yield Path(entry.path)


def _has_our_package(description: Path) -> bool:
    """A distribution may lack top_level.txt."""
    top_level = _read(description / "top_level.txt")
    names = top_level.split() if top_level is not None else _first_folders(_read(description / "RECORD") or "")
    return any(name in OUR_PACKAGES for name in names)


def _first_folders(record: str) -> set[str]:
    return {line.partition("/")[0] for line in record.splitlines()}


def _read(path: Path) -> str | None:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return None
