"""compose.yaml as the tests read it."""

from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[2] / "deploy" / "container"


def document() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
    return found


def service(name: str) -> dict[str, Any]:
    found: dict[str, Any] = document()["services"][name]
    return found
