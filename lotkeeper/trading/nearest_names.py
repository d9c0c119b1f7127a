"""The names that somebody may have meant who gave one that is not known."""

from collections.abc import Iterable
from difflib import get_close_matches

_MOST = 3
_LIKE = 0.75  # pairs of one quote asset are alike by half already
_ALL_UP_TO = 8  # so many names are listed as a whole


def nearest_names(word: str, known: Iterable[str]) -> list[str]:
    """At most three of the known names that are like the word, the most similar first; upper and lower case count."""
    return get_close_matches(word, list(dict.fromkeys(known)), n=_MOST, cutoff=_LIKE)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean A or B?`, or nothing where no known name is like the word."""
    found = nearest_names(word, known)
    return f"; did you mean {' or '.join(found)}?" if found else ""


def not_configured(symbol: str, configured: Iterable[str]) -> str:
    """The sentence about a pair that the configuration does not have; many pairs are not all listed."""
    known = sorted(configured)
    text = f"{symbol} is not a configured pair"
    if len(known) <= _ALL_UP_TO:
        return f"{text}; configured: {', '.join(known)}"
    return f"{text}{did_you_mean(symbol, known)}; `lotkeeper pairs` lists all {len(known)}"
