"""The commands that the documents show: lines with a prompt in a block of the kind `console`."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.docs.pages import ROOT, name_of

_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_CONTINUED = "\\\n"


@dataclass(frozen=True, slots=True)
class ShownCommand:
    """One line with its continuations, as it is typed, without its comment."""

    page: str
    line: int
    text: str

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}: {self.text}"


def shown_in(path: Path) -> list[ShownCommand]:
    """The commands of a page, in their order."""
    text = path.read_text()
    found = []
    for block in _BLOCK.finditer(text):
        if block[2] == "console":
            line = text.count("\n", 0, block.start()) + 2
            found += _commands(name_of(path), line, block[3], len(block[1]))
    return found


def shell_blocks(path: Path) -> list[str]:
    """Blocks that would be commands, and that nobody runs because they have no prompt."""
    return [block[3] for block in _BLOCK.finditer(path.read_text()) if block[2] in ("sh", "bash", "shell")]


def _commands(page: str, first: int, body: str, indent: int) -> list[ShownCommand]:
    lines = [line[indent:] for line in body.splitlines()]
    found, number = [], 0
    while number < len(lines):
        start = number
        if lines[number].startswith("$ "):
            while lines[number].endswith("\\"):
                number += 1
            text = "\n".join(lines[start : number + 1])[2:]
            found.append(ShownCommand(page, first + start, _without_comment(text)))
        number += 1
    return found


def _without_comment(text: str) -> str:
    """A comment begins with a number sign after two spaces, at which no text of a command has one."""
    return re.sub(r"\s{2,}# .*$|\s+# [a-z`].*$", "", text).replace(_CONTINUED, " ").strip()


def pages() -> list[Path]:
    """All but the records of decisions, which show what was, and the simulator's own page."""
    return [
        path
        for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
        if "decisions" not in path.parts and path.name != "CHANGELOG.md"
    ]


def all_shown() -> list[ShownCommand]:
    """Every command of every page."""
    return [each for path in pages() for each in shown_in(path)]
