"""What is kept of a play that was not right: the exchange's journal, the service's logs and notebook, what was done."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson


def kept_if_broken(
    broken: Sequence[str], place: Path, folder: Path, document: Mapping[str, Any] | None = None
) -> str | None:
    """The path under which it is kept; None where all was right and nothing is. An older one gives way."""
    if not broken:
        return None
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(place, folder)
    if document is not None:
        (folder / "round.json").write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    return str(folder)
