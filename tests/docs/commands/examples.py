"""The names in the documents are examples: what a test puts in their place."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

PORT = "8470"
_WITHDRAWN = re.compile(r"\blkb-[\w-]+")
_SELL = re.compile(r"\blk1-[\w-]+|\bORDER\b")
_LOT = re.compile(r"\b[A-Z]{3}USDT-\d+\b|\bLOT\b")
_EARLIER_BUY = re.compile(r"(?<=--order )\d+")


@dataclass(frozen=True, slots=True)
class Example:
    """A kind of name, and what finds a real one in its place."""

    pattern: re.Pattern[str]
    real: Callable[[], str]


def with_real_names(text: str, examples: Mapping[str, str], real: list[Example]) -> str:
    """The command with plain replacements and then with the names that exist now."""
    for shown, own in examples.items():
        text = text.replace(shown, own)
    for each in real:
        if each.pattern.search(text):
            text = each.pattern.sub(each.real(), text)
    return text


def kinds(lot: Callable[[], str], sell: Callable[[], str], buy: Callable[[], str], earlier: str) -> list[Example]:
    """In the order in which they are looked for."""
    return [
        Example(_WITHDRAWN, buy),
        Example(_SELL, sell),
        Example(_LOT, lot),
        Example(_EARLIER_BUY, lambda: earlier),
    ]
