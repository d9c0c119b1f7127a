"""Pairs that the exchange does not list: found when it is first asked, told like every other problem of the file."""

from collections.abc import Iterable
from pathlib import Path

from lotkeeper.config.document import read_document
from lotkeeper.config.problems import ConfigProblems, Problem, suggestion


def unlisted_pairs(path: Path, unlisted: Iterable[str], listed: Iterable[str]) -> ConfigProblems:
    """The problems of a configuration file whose pairs `unlisted` are not among the symbols that the exchange lists."""
    known, document = sorted(listed), read_document(path)
    before = len(document.problems)
    for symbol in unlisted:
        allowed = f"a symbol that the exchange lists{suggestion(symbol, known)}"
        document.complain(("pairs", symbol), "a pair that the exchange does not list", allowed)
    problems: list[Problem] = document.problems[before:]
    return ConfigProblems(problems)
