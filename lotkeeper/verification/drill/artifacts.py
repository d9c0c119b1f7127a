"""What is kept of a failed drill: the exchange's journal, the service's logs and database, and what was done."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson


def keep_if_broken(
    broken: Sequence[str], folder: Path, destination: Path, document: Mapping[str, Any] | None = None
) -> str | None:
    """Copies `folder` to `destination`, in place of an earlier copy. Returns the path; None if nothing was broken."""
    if not broken:
        return None
    shutil.rmtree(destination, ignore_errors=True)
    shutil.copytree(folder, destination)
    if document is not None:
        (destination / "round.json").write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    return str(destination)
