"""What is wrong with the configuration: one line each, all of them at once, no secret in any."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

_MOST_CHARACTERS = 60
_LIKE_A_KEY = re.compile(r"[A-Za-z0-9+=_-]{40,}|.*PRIVATE KEY.*", re.DOTALL)
_LOGIN = re.compile(r"//[^/@\s]*@")


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where (a file with its line, or an environment variable), which key, what was found, what may be."""

    source: str
    line: int | None
    key: str
    found: str
    allowed: str

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}:{self.line}"
        key = f"{self.key}: " if self.key else ""
        return one_line(f"{place}: {key}found {self.found}; allowed: {self.allowed}")


class ConfigProblems(Exception):  # noqa: N818 (the plural of Problem says what it carries)
    """The configuration cannot be used; `problems` has every fault that was found, each fit to be shown as a line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)

    def __reduce__(self) -> tuple[type["ConfigProblems"], tuple[list[Problem]]]:
        return ConfigProblems, (self.problems,)


def one_line(text: str) -> str:
    """The text in a single line that no sign of it can break or colour."""
    return "".join(sign if sign.isprintable() else "?" for sign in " ".join(text.split()))


def shown(value: object) -> str:
    """A value of the configuration as a problem shows it: short, and without what could be a password or a key."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list):
        return "a list"
    text = _LIKE_A_KEY.sub(lambda match: f"{match[0][:4]}...", _LOGIN.sub("//...@", str(value)))
    return repr(text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}...")


def suggestion(word: str, known: Sequence[str]) -> str:
    """`(did you mean x?)` when one of the known words is near, else nothing."""
    near = get_close_matches(word.lower(), [name.lower() for name in known], n=1)
    meant = next((name for name in known if near and name.lower() == near[0]), None)
    return "" if meant is None else f" (did you mean {meant}?)"
