"""The navigation of the site: what the lists of docs/README.md and of the decisions link to, under their headings."""

import posixpath
import re
from pathlib import Path

from sphinx.application import Sphinx

LISTS = ("docs/README", "docs/decisions/README")
# Pages that need no line in these lists, by the heading under which they stand if they are there.
BY_THEMSELVES = {"Operations": "docs/deployment*.md"}
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_ITEM = re.compile(r"^(?:-|\d+\.) \[[^\]]+\]\(([^)#]+)\.md\)", re.MULTILINE)


def with_navigation(app: Sphinx, name: str, source: list[str]) -> None:
    """Adds a hidden toctree for each heading with a list; called with the text of each page."""
    if name in LISTS:
        source[0] += "\n" + "\n".join(trees(source[0], posixpath.dirname(name), Path(app.srcdir)))


def trees(text: str, folder: str, root: Path) -> list[str]:
    """The toctrees of a page in `folder`; what stands before the first heading has no caption."""
    found = []
    parts = ["", *_HEADING.split(text)]
    for caption, body in zip(parts[0::2], parts[1::2], strict=True):
        listed = [posixpath.normpath(posixpath.join(folder, each)) for each in _ITEM.findall(body)]
        further = sorted(root.glob(BY_THEMSELVES[caption])) if caption in BY_THEMSELVES else []
        names = [*listed, *(str(path.relative_to(root).with_suffix("")) for path in further)]
        if names:
            found.append(_tree(caption, list(dict.fromkeys(names))))
    return found


def _tree(caption: str, names: list[str]) -> str:
    heading = [f":caption: {caption}"] if caption else []
    return "\n".join(
        ("```{toctree}", ":hidden:", ":maxdepth: 1", *heading, "", *(f"/{name}" for name in names), "```\n")
    )
