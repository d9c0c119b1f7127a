"""The problems of a configuration: one line each, without secrets."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

IN_QUOTES = "quotes around it"
QUOTES_KEPT = "`docker run --env-file` keeps them"
_MAX_CHARACTERS = 60
_QUOTES = ("'", '"')
_LIKE_A_KEY = re.compile(r"[A-Za-z0-9+=_-]{40,}|.*PRIVATE KEY.*", re.DOTALL)
_LOGIN = re.compile(r"//\S*@")


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    source: str  # a file or an environment variable
    line: int | None  # of the file
    key: str
    found: str
    allowed: str

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}:{self.line}"
        key = f"{self.key}: " if self.key else ""
        return one_line(f"{place}: {key}found {self.found}; allowed: {self.allowed}")


class ConfigProblems(Exception):  # noqa: N818 (the plural of ConfigProblem says what it carries)
    """The configuration cannot be used; `problems` has every problem, and the text one line for each."""

    def __init__(self, problems: Sequence[ConfigProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)

    def __reduce__(self) -> tuple[type["ConfigProblems"], tuple[list[ConfigProblem]]]:
        return ConfigProblems, (self.problems,)


def one_line(text: str) -> str:
    """The text in a single line, without control characters that could break or colour it."""
    return "".join(each if each.isprintable() else "?" for each in " ".join(text.split()))


def show_value(value: object) -> str:
    """A value of the configuration as a problem shows it: short, and without what could be a password or a key."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list):
        return "a list"
    text = _LIKE_A_KEY.sub(lambda match: f"{match[0][:4]}...", _LOGIN.sub("//...@", str(value)))
    return repr(text if len(text) <= _MAX_CHARACTERS else f"{text[:_MAX_CHARACTERS]}...")


def is_quoted(text: str) -> bool:
    """Whether quotes stand around the text that were not meant to be part of it."""
    return text.startswith(_QUOTES) or text.endswith(_QUOTES)


def suggestion(word: str, known: Sequence[str]) -> str:
    """`(did you mean x?)` if one of the known words is similar, else nothing."""
    near = get_close_matches(word.lower(), [name.lower() for name in known], n=1)
    meant = next((name for name in known if near and name.lower() == near[0]), None)
    return "" if meant is None else f" (did you mean {meant}?)"
