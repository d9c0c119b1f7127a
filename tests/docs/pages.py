"""The documents as the tests read them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]+)\)")


def page_paths() -> list[Path]:
    """Every document of the project: at the top and below docs/."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "binance_sim").glob("*.md")])


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def prose_of(path: Path) -> str:
    """The text without fenced code."""
    return FENCE.sub("", path.read_text())


def links_of(path: Path) -> list[tuple[str, str]]:
    """The links to other files of the project, as (text, target)."""
    return [
        (text, target)
        for text, target in LINK.findall(prose_of(path))
        if not target.startswith(("http://", "https://", "mailto:"))
    ]


def anchors_of(path: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", prose_of(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
